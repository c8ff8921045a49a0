"""A set of N cases made by SQL: `python -m bench.sets N`, on an empty migrated database, as its owner.

The shape follows the peer's measurement (docs of the bench, `README.md`): received over the last 730 days, uniformly;
themes skewed, floor(u² × count); states 20 % new, 15 % with an executor, 5 % sorted, 5 % replied, 55 % closed; texts of
90 to 300 letters about ten streets; 20,000 residents with an address of mail. Each case has the rows that its way would
have left: message, clocks, task, reply, answer, entries of the journal in a chain, so that `otklik doctor` has nothing
to say. Whatever looks random is a hash of the case's id: the same set each time, but for keys and the day.
"""

import sys
from collections.abc import Mapping

import django

django.setup()

from django.apps import apps  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import words  # noqa: E402
from otklik.acting import System, acting  # noqa: E402
from otklik.insight.rebuilding import rebuild  # noqa: E402
from otklik.journal.sequencing import seal  # noqa: E402
from otklik.residents.contacts import seal as seal_contact  # noqa: E402

RESIDENTS = 20_000
SLOTS = 10_000  # places by weight: a resident lives in one of them
EXECUTORS_KINDS = "('department', 'utility', 'housing_company', 'administration', 'regional_operator')"


def run(sql: str, params: list[object] | None = None) -> None:
    """One statement, with its time told."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def fill(label: str, values: Mapping[str, str], source: str) -> None:
    """INSERT into a model's table: `values` are SQL expressions by column; other columns take the model's default."""
    model = apps.get_model(label)
    columns, expressions = list(values), list(values.values())
    names_of = {field.column for field in model._meta.concrete_fields}
    assert names_of >= set(columns), sorted(set(columns) - names_of)
    given: list[object] = []
    for field in model._meta.concrete_fields:
        if field.column in values or (field.primary_key and not field.is_relation):
            continue
        default = field.get_default()
        if default is None or (default == "" and field.null):
            continue  # what may be NULL stays so; what has a generated value makes it itself
        columns.append(field.column)
        expressions.append("%s")
        prepared = field.get_db_prep_save(default, connection)
        given.append(prepared)
    names = ", ".join(f'"{name}"' for name in columns)
    run(f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {", ".join(expressions)} {source}', given or None)


def literal(parts: tuple[str, ...]) -> str:
    """A tuple of texts as an SQL array."""
    return "ARRAY[" + ", ".join("'" + part.replace("'", "''") + "'" for part in parts) + "]"


def pick(parts: tuple[str, ...], salt: int) -> str:
    """One of the texts, by a hash of the case's id."""
    return f"({literal(parts)})[1 + (pg_temp.u(n, {salt}) * {len(parts)})::int % {len(parts)}]"


def make(cases: int) -> None:
    """Everything, in order."""
    now = timezone.now()
    run("SET synchronous_commit = off")
    run("SET work_mem = '256MB'")
    make_hash()
    make_slots()
    _residents(now)
    _plan(cases, now)
    _cases()
    _work()
    _answers()
    _problems()
    _journal()
    run("SELECT setval('cases_number', %s)", [cases])
    _analyse()
    with acting(System("bench")):
        seal(now)
    rebuild(now)
    _analyse()


def make_hash() -> None:
    """`pg_temp.u(i, salt)`: a number from 0 to 1 for each i, the same in each run."""
    run(
        "CREATE FUNCTION pg_temp.u(i bigint, salt int) RETURNS float8 LANGUAGE sql IMMUTABLE AS"
        " $$ SELECT (hashint8extended(i, salt) & 2147483647)::float8 / 2147483648 $$"
    )


def make_slots() -> None:
    """The table `slot`: SLOTS places, as many for each scope as people live there; half of them in its settlements."""
    run(
        "CREATE TEMP TABLE weighed AS SELECT id AS scope_id, latitude, longitude,"
        " sum(coalesce(population, 20000)) OVER (ORDER BY id) AS upto,"
        " sum(coalesce(population, 20000)) OVER () AS whole"
        " FROM territory_territory t WHERE scope_id = id AND kind IN ('municipality', 'district') AND active"
        " AND NOT EXISTS (SELECT FROM territory_territory d WHERE d.parent_id = t.id AND d.kind = 'district')"
    )
    run(
        "CREATE TEMP TABLE slot AS SELECT i AS slot, w.scope_id,"
        " coalesce(CASE WHEN pg_temp.u(i, 2) < 0.5 THEN s.id END, w.scope_id) AS territory_id,"
        " coalesce(s.latitude, w.latitude, 48.7) AS latitude, coalesce(s.longitude, w.longitude, 44.5) AS longitude"
        f" FROM generate_series(0, {SLOTS} - 1) i"
        f" CROSS JOIN LATERAL (SELECT * FROM weighed WHERE upto > whole * (i + 0.5) / {SLOTS} ORDER BY upto LIMIT 1) w"
        " LEFT JOIN LATERAL (SELECT id, latitude, longitude FROM territory_territory t WHERE t.scope_id = w.scope_id"
        "  AND t.kind = 'settlement' AND t.active ORDER BY hashint8extended(t.id, i::int) LIMIT 1) s ON true"
    )
    run("CREATE UNIQUE INDEX ON slot (slot)")


def make_people(people: int, now: object) -> None:
    """So many residents, and the table `person` with the place of each: `person` (1 to `people`), `id`, `slot.*`."""
    run(
        "CREATE TEMP TABLE person AS SELECT i AS person,"
        " nextval(pg_get_serial_sequence('residents_resident', 'id')) AS id,"
        f" slot.* FROM generate_series(1, {people}) i JOIN slot ON slot.slot = floor(pg_temp.u(i, 3) * {SLOTS})::int"
    )
    fill(
        "residents.Resident",
        {
            "id": "id", "scope_id": "scope_id", "name": "'Житель Пробный №' || person", "surname_key": "'житель'",
            "salt": "decode(md5('resident' || person), 'hex')", "created_at": f"'{now}'::timestamptz",
        },
        "FROM person",
    )
    run("CREATE UNIQUE INDEX ON person (person)")


def _residents(now: object) -> None:
    make_people(RESIDENTS, now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, scope_id, person FROM person ORDER BY person")
        people = cursor.fetchall()
        copy = "COPY residents_contact (resident_id, scope_id, kind, cipher, key_id, lookup) FROM STDIN"
        with cursor.copy(copy) as rows:
            for person, scope, number in people:
                mail = f"resident{number}@example.org"
                cipher, key, lookup = seal_contact("email", mail)
                rows.write_row((person, scope, "email", cipher, key, lookup))


def _plan(cases: int, now: object) -> None:
    """One row a case with all that is decided about it."""
    run(
        "CREATE TEMP TABLE theme_list AS SELECT id, lower(name) AS name, importance,"
        " row_number() OVER (ORDER BY id) - 1 AS place FROM classifier_theme WHERE NOT retired"
    )
    run(
        "CREATE TEMP TABLE body AS SELECT o.id, t.scope_id,"
        " row_number() OVER (PARTITION BY t.scope_id ORDER BY o.id) - 1 AS place,"
        " count(*) OVER (PARTITION BY t.scope_id) AS many FROM organisations_organisation o"
        f" JOIN territory_territory t ON t.id = o.territory_id WHERE o.active AND o.kind IN {EXECUTORS_KINDS}"
    )
    run("CREATE TEMP TABLE any_body AS SELECT min(id) AS id FROM body")
    text = (
        f"{pick(words.OPENINGS, 20)} || ' На улице ' || street || ' ' || house || ' вопрос: ' || theme_name || '. ' || "
        f"{pick(words.DETAILS, 21)} || ' ' || {pick(words.DETAILS, 22)} || ' ' || "
        f"CASE WHEN pg_temp.u(n, 23) < 0.02 THEN '{words.RARE} ' ELSE '' END || {pick(words.ENDINGS, 24)}"
    )
    run(
        "CREATE TEMP TABLE plan AS SELECT *, " + text + " AS text FROM ("
        " SELECT n, nextval(pg_get_serial_sequence('cases_case', 'id')) AS id, p.id AS resident_id, p.scope_id,"
        " p.territory_id, p.latitude + (pg_temp.u(n, 4) - 0.5) * 0.2 AS latitude,"
        " p.longitude + (pg_temp.u(n, 5) - 0.5) * 0.3 AS longitude,"
        f" {pick(words.STREETS, 6)} AS street, (1 + floor(pg_temp.u(n, 7) * 99))::int::text AS house,"
        " t.id AS theme_id, t.name AS theme_name, least(t.importance, 3) AS importance,"
        f" coalesce(b.id, any_body.id) AS body_id, '{now}'::timestamptz - pg_temp.u(n, 8) * interval '730 days' AS at,"
        " CASE WHEN pg_temp.u(n, 9) < 0.20 THEN 'new' WHEN pg_temp.u(n, 9) < 0.35 THEN 'assigned'"
        "  WHEN pg_temp.u(n, 9) < 0.40 THEN 'triaged' WHEN pg_temp.u(n, 9) < 0.45 THEN 'replied'"
        "  ELSE 'closed' END AS state,"
        " CASE WHEN pg_temp.u(n, 9) < 0.45 THEN '' WHEN pg_temp.u(n, 9) < 0.95 THEN 'solved'"
        "  ELSE 'declined' END AS outcome,"
        " CASE WHEN pg_temp.u(n, 10) < 0.85 THEN interval '5 hours' ELSE interval '60 hours' END AS took"
        f" FROM generate_series(1, {cases}) n"
        f" JOIN person p ON p.person = 1 + floor(pg_temp.u(n, 11) * {RESIDENTS})::bigint"
        " JOIN theme_list t ON t.place = floor(pow(pg_temp.u(n, 12), 2) * (SELECT count(*) FROM theme_list))::int"
        " CROSS JOIN any_body"
        " LEFT JOIN body b ON b.scope_id = p.scope_id AND b.place = floor(pg_temp.u(n, 13) * b.many)::int) AS decided"
    )
    run("CREATE UNIQUE INDEX ON plan (id)")
    run("ANALYZE plan")


def _cases() -> None:
    portal = "(SELECT id FROM channels_account WHERE code = 'portal')"
    due = "at + interval '30 hours'"
    fill(
        "cases.Case",
        {
            "id": "id", "number": "n", "scope_id": "scope_id", "territory_id": "territory_id", "street": "street",
            "house": "house", "latitude": "latitude", "longitude": "longitude", "resident_id": "resident_id",
            "account_id": portal, "answer_by": "'page'", "text": "text",
            "title": "CASE WHEN state = 'new' THEN '' ELSE initcap(left(theme_name, 1)) || substr(theme_name, 2) END",
            "regime": "'social'", "state": "state", "outcome": "outcome",
            "fix": "CASE state WHEN 'replied' THEN 'reported' WHEN 'closed' THEN 'reported' ELSE 'unknown' END",
            "theme_id": "CASE WHEN state = 'new' THEN NULL ELSE theme_id END", "importance": "importance",
            "suggestion": "jsonb_build_object('themes', '[]'::jsonb, 'importance', importance, 'kind', 'complaint',"
                          " 'place', NULL)",
            "executor_id": "CASE WHEN state IN ('new', 'triaged') THEN NULL ELSE body_id END",
            "turn_began_at": "at", "written_at": "at", "received_at": "at", "opened_at": "at",
            "answered_at": "CASE WHEN state = 'closed' THEN at + took END",
            "closed_at": "CASE WHEN state = 'closed' THEN at + took + interval '3 days' END",
            "due_at": f"CASE WHEN state <> 'closed' THEN {due} END",
            "control_at": f"CASE WHEN state <> 'closed' THEN {due} END",
            "urgent_at": f"CASE WHEN state <> 'closed' THEN {due} END",
            "salt": "decode(md5('case' || n), 'hex')",
        },
        "FROM plan",
    )
    run(
        "CREATE TEMP TABLE heard AS SELECT p.*, nextval(pg_get_serial_sequence('channels_message', 'id')) AS message_id"
        " FROM plan p"
    )
    fill(
        "channels.Message",
        {
            "id": "message_id", "account_id": portal, "external_id": "'set-' || n", "direction": "'in'",
            "scope_id": "scope_id", "resident_id": "resident_id", "text": "text",
            "salt": "decode(md5('message' || n), 'hex')", "written_at": "at", "received_at": "at",
        },
        "FROM heard",
    )
    fill("cases.CaseMessage", {"case_id": "id", "message_id": "message_id", "scope_id": "scope_id"}, "FROM heard")
    fill("cases.CaseLink", {"case_id": "id", "token_hash": "encode(sha256(('set' || n)::bytea), 'hex')"}, "FROM plan")


def _work() -> None:
    """Clocks, tasks with their links and replies."""
    common = {
        "case_id": "id", "scope_id": "scope_id", "policy_version": "'social-1'", "started_at": "at",
        "warn_at": "'[]'::jsonb", "warned": "3", "why": "'[\"Набор для измерений.\"]'::jsonb",
    }
    fill(
        "cases.Clock",
        {
            **common, "kind": "'react'", "due_at": "at + interval '1 hour'", "control_at": "at + interval '1 hour'",
            "stops": "'[\"person_acted\"]'::jsonb",
            "segments": _segment("at + interval '20 minutes'", "state <> 'new'"),
            "stopped_at": "CASE WHEN state <> 'new' THEN at + interval '20 minutes' END",
            "stopped_by": "CASE WHEN state <> 'new' THEN 'person_acted' ELSE '' END",
        },
        "FROM plan",
    )
    fill(
        "cases.Clock",
        {
            **common, "kind": "'answer'",
            "due_at": "at + interval '30 hours'", "control_at": "at + interval '30 hours'",
            "stops": "'[\"answer_published\", \"interim_published\"]'::jsonb", "pausable": "true",
            "segments": _segment("at + took", "state = 'closed'"),
            "stopped_at": "CASE WHEN state = 'closed' THEN at + took END",
            "stopped_by": "CASE WHEN state = 'closed' THEN 'answer_published' ELSE '' END",
        },
        "FROM plan",
    )
    run(
        "CREATE TEMP TABLE tasked AS SELECT p.*, nextval(pg_get_serial_sequence('cases_assignment', 'id')) AS task_id"
        " FROM plan p WHERE state NOT IN ('new', 'triaged')"
    )
    fill(
        "cases.Assignment",
        {
            "id": "task_id", "case_id": "id", "scope_id": "scope_id", "organisation_id": "body_id",
            "part": "'responsible'", "state": "CASE WHEN state = 'assigned' THEN 'open' ELSE 'done' END",
            "task": f"'{words.STAFF_TASK}'", "address": "street || ', ' || house", "due_at": "at + interval '30 hours'",
            "assigned_at": "at + interval '40 minutes'",
            "finished_at": "CASE WHEN state <> 'assigned' THEN at + interval '3 hours' END",
        },
        "FROM tasked",
    )
    fill(
        "cases.TaskLink",
        {
            "assignment_id": "task_id", "case_id": "id", "created_at": "at + interval '41 minutes'",
            "expires_at": "at + interval '60 days'",
        },
        "FROM tasked",
    )
    fill(
        "cases.TaskReply",
        {
            "assignment_id": "task_id", "case_id": "id", "scope_id": "scope_id", "kind": "'done'",
            "text": "'Сделано, бригада выезжала.'", "received_at": "at + interval '3 hours'", "once": "'set-' || n",
        },
        "FROM tasked WHERE state <> 'assigned'",
    )


def _segment(end: str, ended: str) -> str:
    """The running time of a clock as the program keeps it."""
    return (
        "jsonb_build_array(jsonb_build_object('from', to_json(at), 'to',"
        f" CASE WHEN {ended} THEN to_jsonb({end}) ELSE 'null'::jsonb END))"
    )


def _answers() -> None:
    run(
        "CREATE TEMP TABLE answered AS SELECT p.*,"
        " nextval(pg_get_serial_sequence('answers_answer', 'id')) AS answer_id,"
        " nextval(pg_get_serial_sequence('channels_message', 'id')) AS message_id FROM plan p WHERE state = 'closed'"
    )
    text = f"'{words.ANSWER}'"
    fill(
        "channels.Message",
        {
            "id": "message_id", "account_id": "(SELECT id FROM channels_account WHERE code = 'portal')",
            "external_id": "'set-' || n || ':answer'", "direction": "'out'", "scope_id": "scope_id",
            "resident_id": "resident_id", "text": text, "salt": "decode(md5('answer' || n), 'hex')",
            "written_at": "at + took", "received_at": "at + took",
        },
        "FROM answered",
    )
    fill("cases.CaseMessage", {"case_id": "id", "message_id": "message_id", "scope_id": "scope_id"}, "FROM answered")
    fill(
        "channels.Delivery",
        {
            "message_id": "message_id", "scope_id": "scope_id", "state": "'done'", "attempts": "1",
            "done_at": "at + took",
        },
        "FROM answered",
    )
    fill(
        "answers.Answer",
        {
            "id": "answer_id", "case_id": "id", "scope_id": "scope_id", "kind": "'final'", "state": "'published'",
            "created_at": "at + took", "approved_at": "at + took", "published_at": "at + took",
            "message_id": "message_id",
        },
        "FROM answered",
    )
    fill(
        "answers.AnswerVersion",
        {
            "answer_id": "answer_id", "case_id": "id", "scope_id": "scope_id", "number": "1", "text": text,
            "written_at": "at + took",
        },
        "FROM answered",
    )


def _problems() -> None:
    """A problem behind each open case, and its public twin: as many points on the public map as the peer had."""
    run(
        "CREATE TEMP TABLE trouble AS SELECT p.*, nextval(pg_get_serial_sequence('cases_problem', 'id')) AS problem_id,"
        " coalesce(t.municipality_id, t.id) AS municipality_id, h.group_id FROM plan p"
        " JOIN territory_territory t ON t.id = p.scope_id JOIN classifier_theme h ON h.id = p.theme_id"
        " WHERE p.state <> 'closed'"
    )
    point = {"latitude": "latitude", "longitude": "longitude", "territory_id": "territory_id", "state": "'open'"}
    title = "initcap(left(theme_name, 1)) || substr(theme_name, 2)"
    fill(
        "cases.Problem",
        {
            **point, "id": "problem_id", "scope_id": "scope_id", "street": "street", "house": "house",
            "theme_id": "theme_id", "title": title, "opened_at": "at", "made_at": "at", "main_case_id": "id",
        },
        "FROM trouble",
    )
    fill(
        "cases.PublicProblem",
        {
            **point, "problem_id": "problem_id", "municipality_id": "municipality_id", "group_id": "group_id",
            "title": title, "place": "'улица ' || street", "street_key": "lower(street)", "since": "at::date",
            "reports": "1", "released_at": "at", "changed_at": "at",
        },
        "FROM trouble",
    )
    run("UPDATE cases_case c SET problem_id = t.problem_id FROM trouble t WHERE t.id = c.id")


# verb, the states of cases that have it, hours after reception, fields in canonical form (keys in order, no spaces)
STEPS = (
    ("opened", "true", "0",
     """'{"channel":"portal","importance":' || importance || ',"regime":"social","scope":' || scope_id"""
     """ || ',"state":"new","text":"' || md5(text) || '"}'"""),
    ("understand", "true", "0.01", """'{"themes":[]}'"""),
    ("take", "state <> 'new'", "0.33", """'{"stopped":["react"]}'"""),
    ("triage", "state <> 'new'", "0.5", """'{"from":"new","theme":' || theme_id || ',"to":"triaged"}'"""),
    ("assign", "state NOT IN ('new', 'triaged')", "0.66",
     """'{"from":"triaged","organisation":' || body_id || ',"to":"assigned"}'"""),
    ("link", "state NOT IN ('new', 'triaged')", "0.7", "'{}'"),
    ("reply", "state IN ('replied', 'closed')", "3", """'{"from":"assigned","kind":"done","to":"replied"}'"""),
    ("draft", "state = 'closed'", "3.5", """'{"number":1}'"""),
    ("publish", "state = 'closed'", "5", """'{"from":"replied","stopped":["answer"],"to":"answered"}'"""),
    ("close", "state = 'closed'", "80", """'{"from":"answered","outcome":"' || outcome || '","to":"closed"}'"""),
)


def _journal() -> None:
    """Entries in chains, one step of all cases after the other; then positions in the order of ids."""
    run("CREATE TEMP TABLE head AS SELECT id, 0 AS seq, decode(repeat('00', 32), 'hex') AS digest FROM plan")
    for verb, which, hours, fields in STEPS:
        actor = "'system:triage'" if verb == "understand" else "'visitor'" if verb == "opened" else "'system:bench'"
        run(
            "CREATE TEMP TABLE step AS SELECT p.id, 'case:' || p.id AS stream, h.seq + 1 AS seq,"
            f" p.at + interval '1 hour' * {hours} AS said_at, {actor} AS actor, {fields} AS fields,"
            " h.digest AS previous"
            f" FROM plan p JOIN head h ON h.id = p.id WHERE {which}"
        )
        run("ALTER TABLE step ADD COLUMN digest bytea")
        moment = "to_char(said_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US') || '+00:00'"
        run(
            "UPDATE step SET digest = sha256(convert_to('[1,\"' || stream || '\",' || seq || ',\"' || "
            f"{moment} || '\",\"' || actor || '\",\"{verb}\",' || fields || ']', 'UTF8') || previous)"
        )
        run(
            "INSERT INTO journal_entry (stream, seq, at, actor, verb, fields, version, previous, digest)"
            f" SELECT stream, seq, said_at, actor, '{verb}', fields::jsonb, 1, previous, digest FROM step"
        )
        run("UPDATE head SET seq = step.seq, digest = step.digest FROM step WHERE step.id = head.id")
        run("DROP TABLE step")
    run(
        "INSERT INTO journal_position (number, entry_id) SELECT coalesce((SELECT max(number) FROM journal_position), 0)"
        " + row_number() OVER (ORDER BY e.id), e.id FROM journal_entry e"
        " WHERE NOT EXISTS (SELECT FROM journal_position p WHERE p.entry_id = e.id)"
    )
    run("DELETE FROM journal_pending")


def _analyse() -> None:
    run("VACUUM ANALYZE")


if __name__ == "__main__":
    make(int(sys.argv[1]))
