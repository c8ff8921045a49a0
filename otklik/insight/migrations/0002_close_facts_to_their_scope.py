"""Close the facts of single cases to all but their scope, like the cases themselves."""

from django.db import migrations

from otklik.acting.protection import protect


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_initial")]

    operations = [protect("insight_casefact")]
