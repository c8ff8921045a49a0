"""A region's three years, for its figures: `python -m bench.region_set N`, on an empty migrated database, as its owner.

Only the rows from which figures are made, by SQL: cases, clocks, tasks, reports of fixes, ratings, postponements; no
messages, answers or journal. The shape: received over 1,095 days, 12 of 100 between midnight and eight; places by
population; themes floor(u² × count); channels 40 % social networks, 25 % portal, 20 % telephone, 10 % mail, 5 % MAX;
regimes 85 % social, 12 % «Решаем вместе», 3 % 59-ФЗ; of those older than two weeks 98.5 of 100 closed; 15 of 100 late,
12 passed on once, 8 rated, 60 with a reported fix of which every sixth came back. Whatever looks random is a hash of
the case's number. Figures are not made here: `bench.region` measures that.
"""

import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402

from bench.sets import EXECUTORS_KINDS, fill, make_hash, make_people, make_slots, run  # noqa: E402

DAYS = 1095
CHANNELS = (("vk", 0.30), ("portal", 0.55), ("phone", 0.75), ("ok", 0.85), ("email", 0.95), ("max", 1.0))


def make(cases: int) -> None:
    """Everything, in order."""
    now = timezone.now()
    run("SET synchronous_commit = off")
    run("SET work_mem = '256MB'")
    make_hash()
    make_slots()
    make_people(max(1000, cases // 4), now)
    _accounts()
    _plan(cases, max(1000, cases // 4), now)
    _cases()
    _clocks()
    _work()
    run("SELECT setval('cases_number', %s)", [cases])
    run("VACUUM ANALYZE")


def _accounts() -> None:
    fill(
        "channels.Account",
        {"channel": "c", "code": "'bench-' || c", "name": "'Пробная страница ' || c"},
        f"FROM unnest(ARRAY{[name for name, _ in CHANNELS]}) c",
    )


def _plan(cases: int, people: int, now: object) -> None:
    """One row a case with all that is decided about it."""
    run(
        "CREATE TEMP TABLE theme_list AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS place"
        " FROM classifier_theme WHERE NOT retired"
    )
    run(
        "CREATE TEMP TABLE body AS SELECT o.id, t.scope_id,"
        " row_number() OVER (PARTITION BY t.scope_id ORDER BY o.id) - 1 AS place,"
        " count(*) OVER (PARTITION BY t.scope_id) AS many FROM organisations_organisation o"
        f" JOIN territory_territory t ON t.id = o.territory_id WHERE o.active AND o.kind IN {EXECUTORS_KINDS}"
    )
    run("CREATE TEMP TABLE any_body AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM body")
    channel = "CASE " + " ".join(f"WHEN pg_temp.u(n, 30) < {upto} THEN '{name}'" for name, upto in CHANNELS) + " END"
    night = "CASE WHEN pg_temp.u(n, 31) < 0.12 THEN pg_temp.u(n, 32) * 8 ELSE 8 + pg_temp.u(n, 32) * 16 END"
    run(
        "CREATE TEMP TABLE plan AS SELECT *, CASE WHEN age < interval '14 days' THEN"
        "  CASE WHEN z < 0.3 THEN 'new' WHEN z < 0.5 THEN 'assigned' ELSE 'closed' END"
        "  ELSE CASE WHEN z < 0.985 THEN 'closed' WHEN z < 0.995 THEN 'assigned' ELSE 'new' END END AS state,"
        " CASE WHEN pg_temp.u(n, 10) < 0.85 THEN pg_temp.u(n, 15) * interval '29 hours'"
        "  ELSE interval '30 hours' + pow(pg_temp.u(n, 15), 4) * interval '30 days' END AS took"
        " FROM (SELECT n, nextval(pg_get_serial_sequence('cases_case', 'id')) AS id, p.id AS resident_id, p.scope_id,"
        "  p.territory_id, p.latitude, p.longitude, 'Улица ' || floor(pg_temp.u(n, 6) * 60)::int AS street,"
        "  (1 + floor(pg_temp.u(n, 7) * 99))::int::text AS house, t.id AS theme_id, a.id AS account_id,"
        "  coalesce(b.id, x.id) AS body_id, y.id AS other_id, q.at, now() - q.at AS age, pg_temp.u(n, 9) AS z,"
        "  CASE WHEN pg_temp.u(n, 33) < 0.85 THEN 'social' WHEN pg_temp.u(n, 33) < 0.97 THEN 'pos' ELSE 'law59' END"
        f"  AS regime FROM generate_series(1, {cases}) n"
        f"  CROSS JOIN LATERAL (SELECT date_trunc('day', '{now}'::timestamptz)"
        f"   - floor((1 - n::float8 / {cases}) * {DAYS})::int * interval '1 day' + ({night}) * interval '1 hour'"
        "   - interval '1 day' AS at) q"
        f"  JOIN person p ON p.person = 1 + floor(pg_temp.u(n, 11) * {people})::bigint"
        "  JOIN theme_list t ON t.place = floor(pow(pg_temp.u(n, 12), 2) * (SELECT count(*) FROM theme_list))::int"
        f"  JOIN channels_account a ON a.code = 'bench-' || {channel}"
        "  JOIN any_body x ON x.place = floor(pg_temp.u(n, 13) * (SELECT count(*) FROM any_body))::int"
        "  JOIN any_body y ON y.place = floor(pg_temp.u(n, 16) * (SELECT count(*) FROM any_body))::int"
        "  LEFT JOIN body b ON b.scope_id = p.scope_id AND b.place = floor(pg_temp.u(n, 13) * b.many)::int) AS decided"
    )
    run("CREATE UNIQUE INDEX ON plan (id)")
    run("ANALYZE plan")


def _cases() -> None:
    fill(
        "cases.Case",
        {
            "id": "id", "number": "n", "scope_id": "scope_id", "territory_id": "territory_id", "street": "street",
            "house": "house", "latitude": "latitude", "longitude": "longitude", "resident_id": "resident_id",
            "account_id": "account_id", "answer_by": "'page'", "text": "'Пробное сообщение №' || n",
            "title": "'Пробная карточка №' || n", "regime": "regime", "state": "state",
            "outcome": "CASE WHEN state <> 'closed' THEN '' WHEN pg_temp.u(n, 40) < 0.03 THEN 'spam'"
                       " WHEN pg_temp.u(n, 40) < 0.1 THEN 'explained' ELSE 'solved' END",
            "theme_id": "CASE WHEN state = 'new' THEN NULL ELSE theme_id END",
            "executor_id": "CASE WHEN state = 'new' THEN NULL ELSE body_id END",
            "turn": "CASE WHEN state = 'closed' AND pg_temp.u(n, 41) < 0.06 THEN 2 ELSE 1 END",
            "hops": "CASE WHEN state <> 'new' AND pg_temp.u(n, 42) < 0.12 THEN 1 ELSE 0 END",
            "turn_began_at": "at", "written_at": "at", "received_at": "at", "opened_at": "at",
            "answered_at": "CASE WHEN state = 'closed' THEN at + took END",
            "closed_at": "CASE WHEN state = 'closed' THEN at + took + interval '3 days' END",
            "salt": "decode(md5('case' || n), 'hex')",
        },
        "FROM plan",
    )


def _clocks() -> None:
    common = {
        "case_id": "id", "scope_id": "scope_id", "regime": "regime", "policy_version": "'social-1'", "started_at": "at",
        "warned": "3",
    }
    looked = "at + pow(pg_temp.u(n, 43), 3) * interval '20 hours'"
    fill(
        "cases.Clock",
        {
            **common, "kind": "'react'", "due_at": "at + interval '1 hour'", "control_at": "at + interval '1 hour'",
            "stopped_at": f"CASE WHEN state <> 'new' THEN {looked} END",
            "stopped_by": "CASE WHEN state <> 'new' THEN 'person_acted' ELSE '' END",
        },
        "FROM plan",
    )
    fill(
        "cases.Clock",
        {
            **common, "kind": "'answer'", "due_at": "at + interval '30 hours'",
            "control_at": "at + interval '30 hours'",
            "stopped_at": "CASE WHEN state = 'closed' THEN at + took END",
            "stopped_by": "CASE WHEN state = 'closed' THEN 'answer_published' ELSE '' END",
        },
        "FROM plan",
    )


def _work() -> None:
    """Tasks, reports of fixes, ratings, what was put off."""
    task = {"case_id": "id", "scope_id": "scope_id", "part": "'responsible'", "task": "'Пробное поручение.'"}
    fill(
        "cases.Assignment",
        {**task, "organisation_id": "other_id", "state": "'withdrawn'", "assigned_at": "at + interval '1 hour'"},
        "FROM plan WHERE state <> 'new' AND pg_temp.u(n, 42) < 0.12",
    )
    fill(
        "cases.Assignment",
        {
            **task, "organisation_id": "body_id", "state": "CASE WHEN state = 'closed' THEN 'done' ELSE 'open' END",
            "assigned_at": "at + interval '2 hours'",
        },
        "FROM plan WHERE state <> 'new'",
    )
    fill(
        "cases.DoneReport",
        {
            "case_id": "id", "scope_id": "scope_id", "organisation_id": "body_id", "theme_id": "theme_id", "turn": "1",
            "reported_at": "at + took * 0.9",
            "came_of": "CASE WHEN pg_temp.u(n, 44) < 0.17 THEN 'refuted' WHEN pg_temp.u(n, 44) < 0.5 THEN 'confirmed'"
                       " ELSE '' END",
        },
        "FROM plan WHERE state = 'closed' AND pg_temp.u(n, 45) < 0.6",
    )
    fill(
        "cases.Rating",
        {
            "case_id": "id", "scope_id": "scope_id", "turn": "1", "stars": "1 + floor(pg_temp.u(n, 46) * 5)::int",
            "rated_at": "at + took + interval '1 hour'",
        },
        "FROM plan WHERE state = 'closed' AND pg_temp.u(n, 47) < 0.08",
    )
    fill(
        "cases.Postponement",
        {"case_id": "id", "scope_id": "scope_id", "until": "now()::date + 30", "since": "at"},
        "FROM plan WHERE state = 'assigned' AND pg_temp.u(n, 48) < 0.1",
    )


if __name__ == "__main__":
    make(int(sys.argv[1]))
