from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("answers", "0006_promises_that_did_not_hold")]

    operations = [
        migrations.AddField("promise", "said_kept_at", models.DateTimeField(null=True)),
        migrations.AddField("promise", "held_turn", models.PositiveSmallIntegerField(null=True)),
    ]
