import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("cases", "0030_appeals_that_follow_earlier_ones"),
        ("organisations", "0003_door_limits_outside_logins"),
    ]

    operations = [
        migrations.AddField(
            "lawdecision", "also_name", models.CharField(blank=True, db_default="", default="", max_length=300)
        ),
        migrations.AddField(
            "lawdecision",
            "also_organisation",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
            ),
        ),
    ]
