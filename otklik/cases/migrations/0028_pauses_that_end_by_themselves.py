"""A paused clock knows when it goes on by itself: the policy gives no more days of pause."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("cases", "0027_postponed_decisions")]

    operations = [
        migrations.AddField(
            model_name="clock", name="resumes_at", field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                fields=["resumes_at"], name="cases_clock_resumes",
                condition=models.Q(("resumes_at__isnull", False)),
            ),
        ),
    ]
