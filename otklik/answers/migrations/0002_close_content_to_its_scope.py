"""Close the tables with residents' content to all but their scope."""

from django.db import migrations

from otklik.acting.protection import protect


class Migration(migrations.Migration):
    dependencies = [("answers", "0001_initial")]

    operations = [
        protect(
            "answers_answer",
            link="case_id = {case} AND state = 'published'",
        ),
        protect("answers_answerversion"),
        protect(
            "answers_promise",
            link="case_id = {case}",
        ),
    ]
