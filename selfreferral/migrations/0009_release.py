"""Trying a letter again becomes a right of its own; a group called "Managers", which stands already, has it."""

from django.db import migrations


def give(apps, schema_editor) -> None:
    managers = apps.get_model("auth", "Group").objects.filter(name="Managers").first()
    if managers is None:
        return
    kind, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="selfreferral", model="queue"
    )
    right, _made = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind,
        codename="release_letter",
        defaults={"name": "Can try letters again that wait or stand still"},
    )
    managers.permissions.add(right)


class Migration(migrations.Migration):
    dependencies = [
        ("selfreferral", "0008_sent_mark"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.AlterModelOptions(
            "queue",
            options={
                "ordering": ["slug"],
                "permissions": [("release_letter", "Can try letters again that wait or stand still")],
            },
        ),
        migrations.RunPython(give, migrations.RunPython.noop),
    ]
