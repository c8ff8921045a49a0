import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("cases", "0029_through_whom_appeals_came")]

    operations = [
        migrations.AddField(
            "case",
            "follows",
            models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="followers",
                to="cases.case",
            ),
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                condition=models.Q(("follows__isnull", False)), fields=["follows"], name="cases_case_follows"
            ),
        ),
    ]
