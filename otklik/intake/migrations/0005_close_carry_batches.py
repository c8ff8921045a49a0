from django.db import migrations

from otklik.acting.protection import protect


class Migration(migrations.Migration):
    """A batch tells how much of what a centre carries back: its own scope's matter, like the cases in it."""

    dependencies = [("intake", "0004_sheets_that_come_again")]
    operations = [protect("intake_carrybatch")]
