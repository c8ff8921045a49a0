"""An index by which the map finds the cases of a box."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_close_content_to_its_scope")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("latitude__isnull", False)), fields=["latitude", "longitude"],
                name="cases_case_point",
            ),
        ),
    ]
