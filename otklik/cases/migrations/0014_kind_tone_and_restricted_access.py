"""What a case is and how it is said, beside the case; and cases of restricted access, closed by the database itself."""

from django.db import migrations, models

from otklik.acting.protection import restrict, restricting

OPEN = ["new", "triaged", "assigned", "replied", "answered"]
# What was read before has its kind among the suggestions; a complaint stays as it is, so that few rows are written.
KINDS = """
UPDATE cases_case SET kind = suggestion ->> 'kind'
WHERE suggestion ->> 'kind' IN ('question', 'thanks', 'spam')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0013_likeness_kept_beside_cases"),
        ("channels", "0002_close_content_to_its_scope"),
    ]

    operations = [
        migrations.AddField("case", "kind", models.CharField(blank=True, db_default="", default="", max_length=10)),
        migrations.AddField("case", "tone", models.CharField(blank=True, db_default="", default="", max_length=10)),
        migrations.AddField("case", "restricted", models.BooleanField(db_default=False, default=False)),
        migrations.RunSQL(KINDS, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["kind", "scope", "urgent_at"], name="cases_case_kind",
                condition=models.Q(kind__in=["question", "suggestion", "thanks", "spam", "not_for_us"])
                & models.Q(state__in=OPEN),
            ),
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["tone", "scope", "urgent_at"], name="cases_case_tone",
                condition=models.Q(tone__in=["panic_call", "obscene", "insult"]) & models.Q(state__in=OPEN),
            ),
        ),
        migrations.AddIndex(
            "case",
            models.Index(fields=["scope"], name="cases_case_restricted", condition=models.Q(restricted=True)),
        ),
        # Whether a case is closed is asked of each row now: in the index, so that counting reads no table as before.
        migrations.RemoveIndex("case", "cases_case_pointless"),
        migrations.AddIndex(
            "case",
            models.Index(
                fields=["territory", "scope", "state"], include=["restricted"], name="cases_case_pointless",
                condition=models.Q(latitude__isnull=True) & models.Q(state__in=OPEN),
            ),
        ),
        restricting(),
        restrict("cases_case"),
        restrict("cases_casemessage"),
        restrict("cases_remark"),
        restrict("cases_assignment"),
        restrict("cases_taskreply"),
        restrict("cases_evidence"),
        restrict("cases_outsidenumber"),
        restrict("cases_mention"),
        restrict("cases_upperrequest"),
        restrict("channels_message"),
    ]
