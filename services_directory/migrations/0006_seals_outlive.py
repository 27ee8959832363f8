from django.db import migrations, models
from django.db.models import F

import services_directory.models.place_mark


def number_each(apps, schema_editor) -> None:
    apps.get_model("services_directory", "PlaceMark").objects.update(record=F("service_id"))


class Migration(migrations.Migration):
    dependencies = [("services_directory", "0005_still_said")]

    operations = [
        migrations.AddField(
            "placemark",
            "record",
            models.PositiveBigIntegerField(
                default=0, help_text="The service's number, which stays when it is deleted."
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            "placemark",
            "kind",
            models.CharField(
                choices=[
                    ("postcode", "Postcode"),
                    ("street", "Street"),
                    ("link", "Link to a map"),
                    ("point", "Point on a map"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            "placemark",
            "service",
            models.ForeignKey(
                null=True,
                on_delete=services_directory.models.place_mark.outlive_when_secret,
                related_name="place_marks",
                to="services_directory.service",
            ),
        ),
        migrations.RunPython(number_each, migrations.RunPython.noop),
    ]
