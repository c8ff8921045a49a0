"""Answers of a case of restricted access are closed to whoever does not read such cases."""

from django.db import migrations

from otklik.acting.protection import restrict


class Migration(migrations.Migration):
    dependencies = [
        ("answers", "0002_close_content_to_its_scope"),
        ("cases", "0014_kind_tone_and_restricted_access"),
    ]

    operations = [restrict("answers_answer"), restrict("answers_answerversion"), restrict("answers_promise")]
