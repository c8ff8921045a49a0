"""Whether a case came as a comment on a page of ours. All is made anew, as `0007` says."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insight", "0009_slices_that_people_keep")]

    operations = [
        migrations.RunSQL("DELETE FROM journal_follower WHERE name = 'insight'", migrations.RunSQL.noop),
        migrations.AddField("casefact", "comment", models.BooleanField(default=False)),
        migrations.AddField("cell", "comments", models.IntegerField(default=0)),
        migrations.AddField("cell", "comments_answered", models.IntegerField(default=0)),
    ]
