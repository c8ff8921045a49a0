"""Checks of who may touch what: roles, row-level security, grants."""

import re
from collections.abc import Iterator
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import models

from otklik.acting.protection import SEALED, grant_statements
from otklik.operations.doctor.findings import Finding, Level, Visit, examples, reading, rows

ACTING = ("otklik_staff", "otklik_link", "otklik_wide")
# Tables with a scope that hold no content: everybody may see the tree, the counts of days and weeks.
OPEN_WITH_SCOPE = ("territory_territory", "insight_cell", "insight_timecell", "insight_hourcount",
                   "cases_readerweek", "reports_reporttemplate", "reports_morningsent")
# Of no one case, but restricted all the same: a column of their own says so (reports/migrations/0001).
SEALED_BY_THEMSELVES = ("reports_report", "reports_reportfile")
# What an organisation sees by the link of a request: its part and what it sent with it (curating/migrations/0002).
ASKED = ("curating_askpart", "curating_askfile")
PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE")
_GRANT = re.compile(r'GRANT ([A-Z, ]+) ON "([^"]+)" TO (.+)')


def roles(visit: Visit) -> Iterator[Finding]:
    """The application logs in as a role without power; the roles it puts on cannot log in."""
    app, owner = settings.OTKLIK_DATABASE_NAMES.app, settings.OTKLIK_DATABASE_NAMES.owner
    with reading():
        have = {
            row[0]: row[1:] for row in rows(
                "SELECT rolname, rolsuper, rolbypassrls, rolcanlogin, rolcreaterole FROM pg_roles"
                " WHERE rolname LIKE 'otklik\\_%'"
            )
        }
        members = {
            (role, member): (inherits, sets, admin) for role, member, inherits, sets, admin in rows(
                "SELECT r.rolname, m.rolname, a.inherit_option, a.set_option, a.admin_option FROM pg_auth_members a"
                " JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member"
                " WHERE m.rolname LIKE 'otklik\\_%'"
            )
        }
        me = rows("SELECT session_user, current_database()")[0]
        owned = rows(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND pg_get_userbyid(relowner) = ANY (%s) ORDER BY 1 LIMIT 5",
            [[app, *ACTING]],
        )
        reached = rows(
            "SELECT datname FROM pg_database WHERE pg_get_userbyid(datdba) LIKE 'otklik\\_owner%%'"
            " AND pg_get_userbyid(datdba) <> %s AND has_database_privilege(%s, datname, 'CONNECT') ORDER BY 1 LIMIT 5",
            [owner, app],
        )
    for role in (app, *ACTING):
        if role not in have:
            yield Finding(f"Нет роли {role}: см. «otklik migrate --print-roles».")
            continue
        superuser, bypass, login, creates = have[role]
        if superuser or bypass or creates:
            yield Finding(f"Роль {role} имеет лишние права (суперпользователь, обход защиты строк или создание ролей).")
        if role in ACTING and login:
            yield Finding(f"Роль {role} может входить, а должна быть NOLOGIN.")
    for role in ACTING:
        inherits, sets, admin = members.get((role, app), (None, False, False))
        if inherits or not sets or admin:
            yield Finding(f"Роль {role} выдана {app} не так: нужно WITH INHERIT FALSE, SET TRUE, ADMIN FALSE.")
    for (role, member) in members:
        if member == app and role not in ACTING:
            yield Finding(f"Роль {app} входит в роль {role}: она не должна.")
    if reached:
        yield Finding(f"Роль {app} может войти в базу другого региона: {examples([row[0] for row in reached])}.")
    if owned:
        yield Finding(f"Таблицами владеет роль программы: {examples([row[0] for row in owned])}.")
    if me[0] not in (app, owner):
        yield Finding(f"Программа входит в базу как {me[0]}, а должна как {app}.", Level.NOTICE)


def content_tables() -> set[str]:
    """Tables that hold residents' content: every model with its own scope."""
    scoped = {
        model._meta.db_table for model in apps.get_models()
        if any(isinstance(f, models.Field) and f.attname == "scope_id" for f in model._meta.concrete_fields)
    }
    return scoped - set(OPEN_WITH_SCOPE)


def row_security(visit: Visit) -> Iterator[Finding]:
    """Row-level security is on for every content table, with the policies of staff and of the whole region."""
    with reading():
        on = dict(rows("SELECT relname, relrowsecurity FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
        policies: dict[str, dict[str, tuple[list[str], str | None]]] = {}
        for table, name, holders, condition in rows(
            "SELECT tablename, policyname, roles::text[], qual FROM pg_policies WHERE schemaname = 'public'"
        ):
            policies.setdefault(table, {})[name] = (holders, condition)
    bare = sorted(table for table in content_tables() if not on.get(table))
    if bare:
        yield Finding(f"Защита строк выключена: {examples(bare)}. Содержимое видно всем сотрудникам.")
    for table in sorted(content_tables() - set(bare)):
        have = policies.get(table, {})
        staff, wide = have.get("staff"), have.get("wide")
        if staff is None or staff[0] != ["otklik_staff"] or "otklik.scope" not in (staff[1] or ""):
            yield Finding(f"В таблице {table} нет правила «свой муниципалитет» для сотрудников.")
        if wide is None or wide[0] != ["otklik_wide"]:
            yield Finding(f"В таблице {table} нет правила «весь регион».")
        sealed = table in SEALED or table in SEALED_BY_THEMSELVES
        if sealed and have.get("restricted", ([], None))[0] != ["otklik_staff"]:
            yield Finding(f"В таблице {table} нет правила «ограниченный доступ».")
        more = [*(["restricted"] if sealed else []), *(["asked"] if table in ASKED else [])]
        odd = sorted(set(have) - {"staff", "wide", "link", *more})
        if odd:
            yield Finding(f"В таблице {table} чужие правила доступа: {', '.join(odd)}.")


def grants(visit: Visit) -> Iterator[Finding]:
    """What each role may do with each table is what the rules say; the owner can mend it."""
    wrong = _wrong_grants()
    if not wrong:
        return
    if visit.fix and visit.owner_url:
        with reading():
            statements = grant_statements(_tables(), settings.OTKLIK_DATABASE_NAMES.app)
        with psycopg.connect(visit.owner_url) as owner:
            for statement in statements:
                owner.execute(statement.encode())
        if not (left := _wrong_grants()):
            yield Finding(f"Права на таблицы выданы заново: {examples(wrong)}.", Level.MENDED)
            return
        wrong = left
    advice = "Исправит «otklik migrate»" if not visit.fix else "Проверьте права владельца базы"
    yield Finding(f"Права на таблицы не те: {examples(wrong)}. {advice}.")


def _tables() -> dict[str, bool]:
    found: list[Any] = rows(
        "SELECT relname, relrowsecurity FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p')"
    )
    return dict(found)


def _wrong_grants() -> list[str]:
    with reading():
        tables = _tables()
        have = {
            (role, table, privilege) for table, role, privilege in rows(
                "SELECT c.relname, g.rolname, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a"
                " JOIN pg_roles g ON g.oid = a.grantee WHERE c.relnamespace = 'public'::regnamespace"
                " AND c.relkind IN ('r', 'p') AND g.rolname LIKE 'otklik\\_%%' AND g.rolname <> %s",
                [settings.OTKLIK_DATABASE_NAMES.owner],
            )
        }
        public = [
            (row[0], "всем") for row in rows(
                "SELECT DISTINCT c.relname FROM pg_class c, aclexplode(c.relacl) a WHERE a.grantee = 0"
                " AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1"
            )
        ]
    wanted = set()
    for statement in grant_statements(tables, settings.OTKLIK_DATABASE_NAMES.app):
        if match := _GRANT.fullmatch(statement):
            for role in match[3].split(", "):
                wanted |= {(role, match[2], privilege.strip()) for privilege in match[1].split(",")}
    named = {(table, role) for role, table, privilege in wanted ^ have}
    return [f"{table} ({role.removeprefix('otklik_')})" for table, role in sorted(named)] + [
        f"{table} ({role})" for table, role in public
    ]
