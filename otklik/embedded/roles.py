"""The database roles of design section 5, as SQL that may be run again and again.

``otklik_owner`` owns and migrates, ``otklik_app`` logs in and sees nothing by itself, and the three
roles without log-in are put on for one transaction by ``SET LOCAL ROLE``. They are granted
``WITH INHERIT FALSE, SET TRUE``: a plain grant would show everything to everybody who logs in. What each
role may do with each table is said by the migrations that make the tables.

A region of its own has its own database, owner and log-in (`otklik.regions.names`); the three roles that are put on are
shared, since they cannot log in and what they may do is said database by database.
"""

from collections.abc import Iterator

from otklik.regions import DEFAULT, Names, names

MAIN = names(DEFAULT)
OWNER, APP = MAIN.owner, MAIN.app
ACTING = ("otklik_staff", "otklik_link", "otklik_wide")
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin")


def role_statements(names: Names = MAIN) -> Iterator[str]:
    """Statements for the whole cluster, each idempotent; passwords are set apart from them."""
    for name in (names.owner, names.app, *ACTING):
        yield (
            f"DO $$ BEGIN CREATE ROLE {name}; "
            "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
    # CREATEDB is for the test databases; nothing needs CREATEROLE.
    yield f"ALTER ROLE {names.owner} LOGIN CREATEDB NOCREATEROLE NOSUPERUSER NOBYPASSRLS"
    yield f"ALTER ROLE {names.app} LOGIN NOCREATEDB NOCREATEROLE NOSUPERUSER NOBYPASSRLS NOINHERIT"
    for name in ACTING:
        yield f"ALTER ROLE {name} NOLOGIN NOCREATEDB NOCREATEROLE NOSUPERUSER NOBYPASSRLS"
    for name in ACTING:
        for member in (names.app, names.owner):
            yield f"GRANT {name} TO {member} WITH ADMIN FALSE, INHERIT FALSE, SET TRUE"


def database_statement(database: str, *, embedded: bool, owner: str = OWNER) -> str:
    """``CREATE DATABASE``; the embedded cluster passes its own locale on, an outside one is told."""
    made = f"CREATE DATABASE {_quoted(database)} OWNER {owner}"
    if embedded:
        return made
    return f"{made} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C.UTF-8'"


def inside_statements(database: str, app: str = APP) -> Iterator[str]:
    """Statements to run as superuser inside the database."""
    yield f"REVOKE ALL ON DATABASE {_quoted(database)} FROM PUBLIC"
    yield f"GRANT CONNECT ON DATABASE {_quoted(database)} TO {app}"
    for name in EXTENSIONS:
        yield f"CREATE EXTENSION IF NOT EXISTS {name}"


def roles_sql(database: str = "", names: Names = MAIN) -> str:
    """A script for ``psql`` that prepares an outside cluster (PostgreSQL 16 or newer) for the program."""
    database = database or names.database
    lines = [
        "-- Роли и база для программы «Отклик». PostgreSQL 16 или новее, выполняет суперпользователь:",
        "--   psql -v owner_password='ПАРОЛЬ-1' -v app_password='ПАРОЛЬ-2' -f roles.sql",
        "-- Повторный запуск ничего не портит; без параметров пароли остаются прежними.",
        "-- Затем задайте программе:",
        f"--   DATABASE_OWNER_URL=postgresql://{names.owner}:ПАРОЛЬ-1@АДРЕС/{database}",
        f"--   DATABASE_URL=postgresql://{names.app}:ПАРОЛЬ-2@АДРЕС/{database}",
        "-- Расширения pg_trgm, unaccent и btree_gin входят в пакет postgresql-contrib.",
        "\\set ON_ERROR_STOP on",
        "",
        *(f"{statement};" for statement in role_statements(names)),
        "",
        *_password_lines(names.owner, "owner_password"),
        *_password_lines(names.app, "app_password"),
        "",
        "-- Не годится LC_CTYPE=C: в ней поиск не различает русские буквы. Годится и ru_RU.UTF-8.",
        f"SELECT {_literal(database_statement(database, embedded=False, owner=names.owner))}",
        f"WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = {_literal(database)}) \\gexec",
        f"\\connect {_quoted(database)}",
        *(f"{statement};" for statement in inside_statements(database, names.app)),
    ]
    return "\n".join(lines) + "\n"


def _password_lines(role: str, variable: str) -> list[str]:
    return [f"\\if :{{?{variable}}}", f"ALTER ROLE {role} PASSWORD :'{variable}';", "\\endif"]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
