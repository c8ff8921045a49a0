"""One-time codes by which a resident goes on in another channel."""

from django.db import migrations, models

from otklik.acting.protection import protect


class Migration(migrations.Migration):
    dependencies = [("cases", "0017_heard_after_the_answer"), ("territory", "0003_centres_and_learned_names")]
    operations = [
        migrations.CreateModel(
            name="ContinueCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("case", models.ForeignKey("cases.case", models.CASCADE, related_name="continue_codes")),
                ("scope", models.ForeignKey("territory.territory", models.PROTECT, related_name="+")),
            ],
        ),
        protect("cases_continuecode", link="case_id = {case}"),
    ]
