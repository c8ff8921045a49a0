"""A fingerprint holds words by their numbers: of a restricted case it is closed like the words themselves."""

from django.db import migrations

from otklik.acting.protection import restrict


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0015_what_the_reader_learnt"),
    ]

    operations = [
        restrict("cases_caseprint"),
    ]
