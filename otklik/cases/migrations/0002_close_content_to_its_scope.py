"""Close the tables with residents' content to all but their scope."""

from django.db import migrations

from otklik.acting.protection import protect


# «ё» is «е» in what is searched, since people type either.
WORDS = """
ALTER TABLE cases_case ADD COLUMN words tsvector GENERATED ALWAYS AS
    (to_tsvector('russian', translate(text || ' ' || title || ' ' || street, 'ёЁ', 'еЕ'))) STORED;
CREATE INDEX cases_case_fulltext ON cases_case USING gin (words);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE cases_number", "DROP SEQUENCE cases_number"),
        migrations.RunSQL(WORDS, "ALTER TABLE cases_case DROP COLUMN words"),
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
