"""Close the tables with residents' content to all but their scope."""

from django.db import migrations

from otklik.acting.protection import protect


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE cases_number", "DROP SEQUENCE cases_number"),
        protect(
            "cases_case",
            link="id = {case}",
        ),
        protect(
            "cases_outsidenumber",
            link="case_id = {case}",
        ),
        protect(
            "cases_casemessage",
            link="case_id = {case}",
        ),
        protect("cases_remark"),
        protect(
            "cases_clock",
            link="case_id = {case}",
        ),
        protect(
            "cases_assignment",
            link="case_id = {case}",
        ),
        protect(
            "cases_taskreply",
            link="case_id = {case}",
        ),
        protect(
            "cases_evidence",
            link="case_id = {case}",
        ),
        protect(
            "cases_alarm",
            link="case_id = {case}",
        ),
    ]
