"""Whom an alarm went to, from when a team's time counts, the end of a record; comparisons leave the figures."""

from django.db import migrations, models
from django.db.models.functions import Coalesce


def fill(apps, schema_editor):
    referral, event = apps.get_model("selfreferral", "Referral"), apps.get_model("selfreferral", "Event")
    last = event.objects.filter(reference=models.OuterRef("reference")).order_by("-number").values("hash")[:1]
    head = Coalesce(models.Subquery(last), models.Value(""))
    referral.objects.update(head=head)
    counts, comparison = apps.get_model("selfreferral", "DailyCount"), apps.get_model("selfreferral", "Comparison")
    old = counts.objects.filter(what="reconciliation")
    comparison.objects.bulk_create(
        comparison(day=row.day, what=row.variant, number=row.number) for row in old
    )
    old.delete()


class Migration(migrations.Migration):
    dependencies = [("selfreferral", "0004_hours")]

    operations = [
        migrations.CreateModel(
            name="Comparison",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("what", models.CharField(help_text="A name in selfreferral/reconciliation.py", max_length=40)),
                ("number", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["day", "what"], name="compared_once_a_day")],
            },
        ),
        migrations.AddField("alarm", "told_to", models.CharField(blank=True, max_length=40)),
        migrations.AddField(
            "referral",
            "handed_on_at",
            models.DateTimeField(blank=True, help_text="To the team that has it now", null=True),
        ),
        migrations.AddField("referral", "head", models.CharField(blank=True, max_length=64)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
