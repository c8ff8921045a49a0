"""A person who adopts a version may choose that open cases are judged by it, too."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("policy", "0002_working_hours_of_centres_and_organisations")]

    operations = [
        migrations.AddField(
            model_name="policyversion", name="over",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=40,
                verbose_name="вместо версии и у открытых карточек",
            ),
        ),
    ]
