"""Close the tables with residents' content to all but their scope."""

from django.db import migrations

from otklik.acting.protection import protect


class Migration(migrations.Migration):
    dependencies = [("residents", "0001_initial")]

    operations = [
        protect("residents_resident"),
        protect("residents_contact"),
        protect("residents_consent"),
    ]
