"""Cells of groups of themes, and of the whole region. All is made anew, as `0007` says."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insight", "0010_comments_on_official_pages")]

    operations = [
        migrations.RunSQL("DELETE FROM journal_follower WHERE name = 'insight'", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Grouping",
            fields=[
                ("theme_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("group_id", models.BigIntegerField()),
            ],
        ),
        migrations.AlterField(
            "cell", "span",
            models.CharField(
                choices=[("d", "Day"), ("m", "Month"), ("D", "Region Day"), ("M", "Region Month")], max_length=1
            ),
        ),
        migrations.AlterField(
            "timecell", "span",
            models.CharField(
                choices=[("d", "Day"), ("m", "Month"), ("D", "Region Day"), ("M", "Region Month")], max_length=1
            ),
        ),
    ]
