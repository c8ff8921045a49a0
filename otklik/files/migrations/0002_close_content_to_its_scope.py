"""Close the tables with residents' content to all but their scope."""

from django.db import migrations

from otklik.acting.protection import protect


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial"), ("cases", "0001_initial"), ("channels", "0001_initial")]

    operations = [
        protect(
            "files_storedfile",
            link="id IN (SELECT a.file_id FROM channels_attachment a) OR id IN (SELECT e.file_id FROM cases_evidence e)",
        ),
    ]
