"""Row-level security and grants: which database role may touch which table.

Content tables are protected in their room's migration by `protect`; `apply_grants` runs after every
migration and derives the grants from what the catalogue says, so a new table cannot be forgotten open.
"""

import re
from typing import Any

from django.conf import settings
from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper

_SCOPE = "(SELECT nullif(current_setting('otklik.scope', true), '')::bigint[])"
_CASE = "(SELECT nullif(current_setting('otklik.case', true), '')::bigint)"

_RESTRICTED = "(SELECT nullif(current_setting('otklik.restricted', true), '')::bigint[])"

# What an executor's or a resident's page needs besides the rows of its one case.
LINK_READS = (
    "territory_territory",
    "organisations_organisation",
    "organisations_setting",
    "classifier_theme",
    "classifier_themegroup",
    "channels_account",
    "policy_policyversion",
    "policy_calendaryear",
    "policy_workschedule",
    "cases_caselink",
    "cases_tasklink",
    "cases_listlink",
)
# One statement, or one with its parameters: what `RunSQL` takes.
Statement = str | tuple[str, dict[str, Any] | list[Any] | tuple[Any, ...] | None]
# What a person released for everybody: visitors read it and can write nothing into it; gates write (widened).
PUBLIC_READ = ("cases_publicproblem", "cases_publicnews", "cases_publicphoto", "insight_publicfigure",
               "answers_publicpromise", "insight_openedition", "insight_openfile")
# Tables that hold words of a case: where it is of restricted access, only its readers see them. The column tells whose.
SEALED = {
    "cases_case": "id", "cases_casemessage": "case_id", "cases_remark": "case_id", "cases_assignment": "case_id",
    "cases_taskreply": "case_id", "cases_evidence": "case_id", "cases_outsidenumber": "case_id",
    "cases_mention": "case_id", "cases_upperrequest": "case_id", "cases_caseprint": "case_id", "channels_message": "id",
    "cases_referral": "case_id", "cases_collective": "case_id", "cases_appealorigin": "case_id",
    "cases_sendingproof": "case_id",
    "cases_reception": "case_id", "cases_inquiry": "case_id", "cases_complainedof": "case_id",
    "cases_lawdecision": "case_id", "cases_earlieranswer": "case_id",
    "answers_answer": "case_id", "answers_answerversion": "case_id", "answers_promise": "case_id",
    "answers_agreement": "coalesce(case_id, 0)", "answers_commonrow": "case_id",
    "cases_kepttext": "case_id", "cases_postponement": "case_id", "answers_coachoverride": "case_id",
    "curating_sampledanswer": "case_id",
}  # fmt: skip
APPEND_ONLY = ("journal_entry", "journal_position", "journal_seal")


def protect(table: str, *, scope: str = "scope_id", link: str | None = None) -> migrations.RunSQL:
    """A migration step that closes a content table to all but its scope.

    `scope`: the column compared with the actor's scopes. `link`: an SQL condition for holders of a secret
    link, in which `{case}` stands for the id of their case; None shows them nothing.
    """
    forward: list[Statement] = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY staff ON {table} FOR SELECT TO otklik_staff"
        f" USING ({scope} = ANY ({_SCOPE}::bigint[]))",
        f"CREATE POLICY wide ON {table} TO otklik_wide USING (true) WITH CHECK (true)",
    ]
    backward: list[Statement] = [f"DROP POLICY staff ON {table}", f"DROP POLICY wide ON {table}"]
    if link:
        condition = link.format(case=_CASE)
        forward.append(f"CREATE POLICY link ON {table} FOR SELECT TO otklik_link USING ({condition})")
        backward.append(f"DROP POLICY link ON {table}")
    backward.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    return migrations.RunSQL(forward, backward)


def asked(table: str, part: str) -> migrations.RunSQL:
    """A migration step after `protect`: who holds the secret link of one request (`AskedLink`) sees its rows.

    `part`: the column with its id. Holders of links of cases have no scopes, so they see nothing by it.
    """
    return migrations.RunSQL(
        f"CREATE POLICY asked ON {table} FOR SELECT TO otklik_link USING ({part} = ANY ({_SCOPE}::bigint[]))",
        f"DROP POLICY asked ON {table}",
    )


def concerned(table: str, places: str) -> migrations.RunSQL:
    """A migration step after `protect`: staff see a row, too, whose list of places meets their own."""
    own, wider = f"scope_id = ANY ({_SCOPE}::bigint[])", f"{places} && {_SCOPE}::bigint[]"
    return migrations.RunSQL(
        f"ALTER POLICY staff ON {table} USING ({own} OR {wider})", f"ALTER POLICY staff ON {table} USING ({own})"
    )


def restricting() -> migrations.RunSQL:
    """A migration step: what tells the policies of `restrict` which cases are closed to this person.

    One list of them is made for each statement (there are few such cases, in an index of their own), so that a page
    costs no look-up a row. The functions look past row-level security and tell ids only.
    """
    forward: list[Statement] = [
        _closed("otklik_closed_cases", "c.id", ""),
        _closed("otklik_closed_messages", "m.message_id", "JOIN cases_casemessage m ON m.case_id = c.id"),
    ]
    for name in ("otklik_closed_cases", "otklik_closed_messages"):
        forward += [
            f"REVOKE ALL ON FUNCTION {name}() FROM PUBLIC",
            f"GRANT EXECUTE ON FUNCTION {name}() TO otklik_staff",
        ]
    return migrations.RunSQL(
        forward, ["DROP FUNCTION otklik_closed_messages()", "DROP FUNCTION otklik_closed_cases()"]
    )


def restrict(table: str) -> migrations.RunSQL:
    """A migration step: rows of `SEALED` of a case with `restricted` are seen by staff who read such cases only."""
    if table == "cases_case":
        condition = f"NOT restricted OR scope_id = ANY ({_RESTRICTED}::bigint[])"
    else:
        which = "otklik_closed_messages" if table == "channels_message" else "otklik_closed_cases"
        condition = f"{SEALED[table]} <> ALL ((SELECT {which}())::bigint[])"
    return migrations.RunSQL(
        f"CREATE POLICY restricted ON {table} AS RESTRICTIVE FOR SELECT TO otklik_staff USING ({condition})",
        f"DROP POLICY restricted ON {table}",
    )


def _closed(name: str, what: str, joined: str) -> str:
    scope = "current_setting('otklik.scope', true)"
    restricted = "current_setting('otklik.restricted', true)"
    return (
        f"CREATE FUNCTION {name}() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER"
        " SET search_path = public, pg_temp AS $$"
        f" SELECT coalesce(array_agg({what}), '{{}}'::bigint[]) FROM cases_case c {joined} WHERE c.restricted"
        f" AND c.scope_id = ANY (coalesce(nullif({scope}, ''), '{{}}')::bigint[])"
        f" AND NOT c.scope_id = ANY (coalesce(nullif({restricted}, ''), '{{}}')::bigint[]) $$"
    )


def grant_statements(tables: dict[str, bool], app: str = "otklik_app") -> list[str]:
    """The grants for tables (name → whether row-level security is on). `app` is the role that logs in."""
    out = [
        "GRANT USAGE ON SCHEMA public TO otklik_app, otklik_staff, otklik_link, otklik_wide",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO otklik_app, otklik_wide",
    ]
    for name, closed in sorted(tables.items()):
        table = f'"{name}"'
        out.append(f"REVOKE ALL ON {table} FROM otklik_app, otklik_staff, otklik_link, otklik_wide")
        if name in APPEND_ONLY:
            out.append(f"GRANT SELECT, INSERT ON {table} TO otklik_app, otklik_wide")
            out.append(f"GRANT SELECT ON {table} TO otklik_staff")
        elif name in PUBLIC_READ:
            out.append(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO otklik_wide")
            out.append(f"GRANT SELECT ON {table} TO otklik_app, otklik_staff, otklik_link")
        elif closed:
            out.append(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO otklik_wide")
            out.append(f"GRANT SELECT ON {table} TO otklik_staff, otklik_link")
        else:
            out.append(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO otklik_app, otklik_wide")
            out.append(f"GRANT SELECT ON {table} TO otklik_staff")
        if name in LINK_READS and not closed:
            out.append(f"GRANT SELECT ON {table} TO otklik_link")
    return [re.sub(r"\botklik_app\b", app, statement) for statement in out]


def apply_grants(connection: BaseDatabaseWrapper) -> int:
    """Grant every table of the schema as the rules above say. Runs as the owner; returns the table count."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relrowsecurity FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"
        )
        tables = dict(cursor.fetchall())
        for statement in grant_statements(tables, settings.OTKLIK_DATABASE_NAMES.app):
            cursor.execute(statement)
    return len(tables)
