from django.db import migrations, models


class Migration(migrations.Migration):
    """Somebody may be known only by a mail that waits, or by what was sifted out: an erasure names that, too."""

    dependencies = [("intake", "0005_close_carry_batches")]
    operations = [
        migrations.AddField("erasure", "arrivals", models.JSONField(default=list, db_default=[])),
    ]
