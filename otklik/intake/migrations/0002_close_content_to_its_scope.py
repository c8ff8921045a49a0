"""Close the tables with residents' content to all but their scope."""

from django.db import migrations

from otklik.acting.protection import protect


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]

    operations = [
        protect("intake_importrun"),
        protect("intake_rejectedrow"),
    ]
