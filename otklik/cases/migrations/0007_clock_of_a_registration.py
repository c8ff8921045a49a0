"""A clock knows the registration it belongs to: the same regime may be entered, taken back and entered again."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_notes_views_addresses")]

    operations = [
        migrations.AddField(
            model_name="clock",
            name="registration",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="clocks", to="cases.registration"
            ),
        ),
    ]
