"""What stands beside the figures of a region of three years: `python -m bench.region_rows`, on a set of `region_set`.

Rows for every page of /region/: 600 bursts, 200 practices taken 2,000 times with effects and needs, 150 meetings and
what was taken, 1,500 questions with replies, 500 official pages with figures and 2,000 planned posts, 26 weeks of
samples, 150 requests to all centres, 1,200 orders, 120 meetings with minutes, 1,500 reports, 300 kept slices, notes of
passports, two years of promised and returned work. A second run makes nothing twice. Ratings are made by their job.
"""

import json
import os
import subprocess
import sys

import django

if __name__ == "__main__":
    django.setup()

from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.home import ROOT, Place  # noqa: E402

WEEKS = 26
ANSWERS = 8  # of a centre in a week's sample
HOW = {"OTKLIK_DB_AS": "owner"}
EMPTY = {"kind": "planning", "title": "К планёрке", "place": "", "period": "", "made": "", "file_name": "report",
         "landscape": False, "extra": {}, "sources": [], "blocks": []}  # a kept report that says nothing  # fmt: skip


def lay(place: Place) -> None:
    """Lay these rows into a set, as its owner; then ten months of ratings, as their job makes them."""
    environment = {**place.environment, **HOW}
    subprocess.run([sys.executable, "-m", "bench.region_rows"], env=environment, cwd=ROOT, check=True)
    from otklik.insight.rating_running import load_shipped
    from otklik.operations.demo_rating import make_rating

    now = timezone.now()
    load_shipped(now)
    make_rating(now)


def make() -> None:
    """Everything, in order."""
    from otklik.insight.models import Burst

    if Burst.objects.exists():
        return
    with transaction.atomic():
        _lay()


def _lay() -> None:
    from bench.sets import make_hash, run

    make_hash()
    run(
        "CREATE TEMP TABLE centre AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS k FROM territory_territory"
        " WHERE kind = 'municipality' AND active"
    )
    run(
        "CREATE TEMP TABLE body AS SELECT id, territory_id, row_number() OVER (ORDER BY id) - 1 AS k"
        " FROM organisations_organisation WHERE active"
    )
    run(
        "CREATE TEMP TABLE groups AS SELECT code, row_number() OVER (ORDER BY id) - 1 AS k FROM classifier_themegroup"
    )
    author = _author()
    for work in (_bursts, _practices, _exchange, _pages, _samples, _asks, _reports):
        work(author)
        print(work.__name__, file=sys.stderr, flush=True)
    run("ANALYZE")


def _author() -> int:
    from otklik.organisations.models import User

    row, _new = User.objects.get_or_create(
        username="bench-author", defaults={"full_name": "Пробная Вера Ильинична"}
    )
    return row.pk


def _of(count: int, *, salt: int) -> str:
    """FROM of `count` rows `n`, each with a centre `c`, another `o`, a group `g` and how long ago: 0 to 1, `ago`."""
    return (
        f"FROM generate_series(1, {count}) n CROSS JOIN LATERAL (SELECT pg_temp.u(n, {salt}) AS ago) a"
        f" JOIN centre c ON c.k = floor(pg_temp.u(n, {salt + 1}) * (SELECT count(*) FROM centre))::int"
        f" JOIN centre o ON o.k = floor(pg_temp.u(n, {salt + 2}) * (SELECT count(*) FROM centre))::int"
        f" JOIN groups g ON g.k = floor(pg_temp.u(n, {salt + 3}) * (SELECT count(*) FROM groups))::int"
    )


def _bursts(author: int) -> None:
    from bench.sets import fill

    fill(
        "insight.Burst",
        {
            "scope_id": "c.id",
            "level": "'group'",
            "code": "g.code",
            "began_at": "f.at",
            "last_at": "f.at + interval '2 hours'",
            "found_at": "f.at + interval '12 minutes'",
            "ended_at": "CASE WHEN n > 12 THEN f.at + interval '5 hours' END",
            "count": "7",
            "minutes": "25",
            "expected": "0.4",
            "per_hour": "0.9",
            "odds": "0.01",
            "cases": "f.ids",
            "places": "ARRAY[c.id]",
            "state": "CASE WHEN n <= 12 THEN 'active' WHEN mod(n, 9) = 0 THEN 'silenced' ELSE 'quiet' END",
            "silenced_as": "CASE WHEN n > 12 AND mod(n, 9) = 0 THEN 'rumour' ELSE '' END",
        },
        _of(600, salt=60)
        + " CROSS JOIN LATERAL (SELECT coalesce(min(at), now()) AS at, coalesce(jsonb_agg(id), '[]') AS ids"
        " FROM (SELECT id, received_at AS at FROM cases_case x WHERE x.scope_id = c.id AND x.received_at <= now()"
        "  - CASE WHEN n <= 12 THEN interval '2 hours' ELSE ago * interval '400 days' END"
        "  ORDER BY x.received_at DESC LIMIT 7) l) f",
    )


def _practices(author: int) -> None:
    from bench.sets import fill

    words = "'Прорыв на сети: жители узнают о сроке от нас, а не из слухов.'"
    fill(
        "practice.Practice",
        {
            "place_id": "c.id",
            "title": "'Пробная практика №' || n",
            "group": "g.code",
            "problem": words,
            "steps": "E'Назначить ответственного.\\nПозвонить жителю в первый час.\\nПроверить через неделю.'",
            "cost": "'ничего'",
            "state": "CASE WHEN mod(n, 10) = 0 THEN 'waiting' ELSE 'confirmed' END",
            "made_at": "now() - ago * interval '700 days'",
            "confirmed_at": "now() - ago * interval '690 days'",
            "made_by_id": str(author),
            "contact_id": str(author),
        },
        _of(200, salt=70),
    )
    fill(
        "practice.Taking",
        {
            "practice_id": "p.id",
            "place_id": "c.id",
            "at": "p.made_at + pg_temp.u(c.id, p.id::int) * (now() - p.made_at)",
            "in_use": "CASE WHEN pg_temp.u(p.id, c.id::int) < 0.6 THEN true WHEN pg_temp.u(p.id, c.id::int) < 0.8 THEN false END",  # noqa: E501 - one value
            "taken_by_id": str(author),
        },
        "FROM practice_practice p JOIN centre c ON c.id <> p.place_id AND pg_temp.u(p.id * 100 + c.k, 5) < 0.28"
        " WHERE p.state = 'confirmed'",
    )
    fill(
        "practice.TakingTask",
        {
            "taking_id": "t.id",
            "number": "k",
            "what": "'Сделать шаг ' || k",
            "responsible_id": str(author),
            "due": "(t.at + k * interval '9 days')::date",
            "done_at": "CASE WHEN mod(t.id, 5) > 0 THEN t.at + interval '8 days' END",
        },
        "FROM practice_taking t CROSS JOIN generate_series(1, 3) k",
    )
    fill(
        "practice.PracticeEffect",
        {
            "practice_id": "id",
            "counted_at": "now()",
            "said": "CASE mod(id, 3) WHEN 0 THEN 'helped' WHEN 1 THEN 'not_seen' ELSE 'early' END",
            "estimate": "0.07",
            "low": "0.02",
            "high": "0.12",
            "before": "0.71",
            "after": "0.8",
            "cases_before": "420",
            "cases_after": "460",
            "took": "6",
            "untouched": "32",
        },
        "FROM practice_practice WHERE state = 'confirmed'",
    )
    fill(
        "practice.Need",
        {
            "place_id": "c.id",
            "group": "g.code",
            "found_at": "now() - interval '3 days'",
            "seen_at": "now()",
            "own": "0.6",
            "like": "0.8",
            "judged": "120",
            "better": "(SELECT jsonb_agg(id) FROM (SELECT id FROM centre x WHERE x.id <> c.id LIMIT 3) b)",
        },
        "FROM centre c JOIN groups g ON g.k < 3",
    )


def _exchange(author: int) -> None:
    from bench.sets import fill

    fill(
        "practice.Exchange",
        {
            "uid": "gen_random_uuid()",
            "way": "'call'",
            "topic": "'Пробная встреча №' || n",
            "host_id": "c.id",
            "guest_id": "o.id",
            "begins_at": "now() - ago * interval '700 days' + interval '9 days'",
            "ends_at": "now() - ago * interval '700 days' + interval '9 days 1 hour'",
            "made_by_id": str(author),
            "state": "CASE WHEN ago > 0.02 THEN 'held' ELSE 'planned' END",
            "made_at": "now() - ago * interval '700 days'",
            "minutes": "'Показали одну карточку от сообщения до ответа.'",
        },
        _of(150, salt=80) + " WHERE c.id <> o.id",
    )
    fill(
        "practice.Taken",
        {
            "exchange_id": "x.id",
            "number": "k",
            "place_id": "x.guest_id",
            "what": "'Дежурство в выходные'",
            "due": "(x.begins_at + interval '30 days')::date",
            "responsible_id": str(author),
            "responsible_name": "'Пробная В. И.'",
            "outcome": "CASE WHEN mod(x.id, 3) = 0 THEN 'applied' ELSE '' END",
        },
        "FROM practice_exchange x CROSS JOIN generate_series(1, 2) k WHERE x.state = 'held'",
    )
    fill(
        "practice.CentreQuestion",
        {
            "place_id": "c.id",
            "author_id": str(author),
            "group": "g.code",
            "title": "'Пробный вопрос №' || n",
            "text": "'Как отвечаете, когда снег идёт вторые сутки?'",
            "at": "now() - ago * interval '900 days'",
        },
        _of(1500, salt=90),
    )
    fill(
        "practice.CentreReply",
        {
            "question_id": "q.id",
            "place_id": "c.id",
            "author_id": str(author),
            "text": "'В первый день пишем, когда пройдёт техника.'",
            "at": "q.at + interval '1 day'",
            "helped": "mod(q.id, 4) = 0",
        },
        "FROM practice_centrequestion q JOIN centre c ON pg_temp.u(q.id * 100 + c.k, 7) < 0.05",
    )
    fill(
        "practice.PassportNote",
        {
            "place_id": "c.id",
            "code": "f.code",
            "text": "'Пробная запись паспорта.'",
            "written_by_id": str(author),
            "written_at": "now() - interval '40 days'",
            "checked_by_id": str(author),
            "checked_at": "now() - interval '20 days'",
        },
        "FROM centre c CROSS JOIN unnest(ARRAY['act', 'address', 'units', 'training', 'room', 'equipment', 'plans']) AS f (code)",  # noqa: E501 - one value
    )
    fill(
        "insight.SavedSlice",
        {
            "owner_id": str(author),
            "name": "'Пробный срез №' || n",
            "path": "'themes'",
            "query": "'days=90'",
            "shared": "mod(n, 2) = 0",
            "created_at": "now()",
        },
        "FROM generate_series(1, 300) n",
    )


def _pages(author: int) -> None:
    from bench.sets import fill

    fill(
        "curating.OfficialPage",
        {
            "body_id": "b.id",
            "place_id": "b.territory_id",
            "network": "w.network",
            "address": "'https://' || w.host || '/bench' || b.id",
            "name": "'Пробная страница ' || b.id",
            "responsible": "'Пробная В. И.'",
            "mark": "'yes'",
            "mark_seen_on": "current_date - 30",
            "made_at": "now() - interval '300 days'",
        },
        "FROM body b CROSS JOIN (VALUES ('vk', 'vk.com'), ('ok', 'ok.ru')) AS w (network, host)",
    )
    fill(
        "curating.PageFigure",
        {
            "page_id": "id",
            "posts": "12 + (mod(id, 20))::int",
            "last_post_at": "now() - (mod(id, 25)) * interval '1 day'",
            "comments": "80 + (mod(id, 60))::int",
            "answered": "60 + (mod(id, 20))::int",
            "waiting": "(mod(id, 9))::int",
            "oldest_waiting_at": "now() - interval '3 days'",
            "counted_at": "now()",
        },
        "FROM curating_officialpage",
    )
    fill(
        "curating.PagePost",
        {
            "page_id": "p.id",
            "external_id": "'bench-' || k",
            "at": "now() - k * interval '26 hours'",
            "link": "p.address || '?' || k",
        },
        "FROM curating_officialpage p CROSS JOIN generate_series(1, 60) k",
    )
    fill(
        "curating.PlannedPost",
        {
            "scope_id": "c.id",
            "planned_on": "current_date + 20 - (ago * 300)::int",
            "title": "'Обещано — сделано №' || n",
            "text": "'Фонарь горит.'",
            "state": "CASE WHEN ago < 0.1 THEN 'planned' ELSE 'published' END",
            "made_by_id": str(author),
            "made_at": "now() - ago * interval '300 days'",
        },
        _of(2000, salt=100),
    )


def _samples(author: int) -> None:
    from bench.sets import fill, run
    from otklik.curating.models import Checklist

    if not Checklist.objects.exists():
        from otklik.curating.checklists import in_force

        in_force(timezone.now())
    checklist = Checklist.objects.order_by("-number").values_list("pk", flat=True)[0]
    run(
        "CREATE TEMP TABLE drawn AS SELECT c.id AS scope_id, w.week::date AS week, x.id AS case_id, x.answered_at, x.k,"
        " nextval(pg_get_serial_sequence('answers_answer', 'id')) AS answer_id"
        f" FROM centre c CROSS JOIN generate_series(date_trunc('week', now()) - interval '{WEEKS} weeks',"
        " date_trunc('week', now()) - interval '1 week', interval '1 week') w (week)"
        " CROSS JOIN LATERAL (SELECT f.case_id AS id, f.answered_at, row_number() OVER () AS k FROM insight_casefact f"
        "  WHERE f.scope_id = c.id AND f.day BETWEEN w.week::date AND w.week::date + 6 AND f.answered_at IS NOT NULL"
        f" LIMIT {ANSWERS}) x"
    )
    fill(
        "answers.Answer",
        {
            "id": "answer_id",
            "case_id": "case_id",
            "scope_id": "scope_id",
            "kind": "'final'",
            "state": "'published'",
            "created_at": "answered_at",
            "approved_at": "answered_at",
            "published_at": "answered_at",
        },
        "FROM drawn",
    )
    fill(
        "answers.AnswerVersion",
        {
            "answer_id": "answer_id",
            "case_id": "case_id",
            "scope_id": "scope_id",
            "number": "1",
            "text": "'Здравствуйте! Фонарь заменили, проверили вечером.'",
            "written_at": "answered_at",
        },
        "FROM drawn",
    )
    fill(
        "curating.Sample",
        {
            "place_id": "scope_id",
            "week": "week",
            "seed": "'bench'",
            "size": str(ANSWERS),
            "candidates": "jsonb_agg(answer_id)",
            "checklist_id": str(checklist),
            "drawn_at": "week + interval '7 days'",
        },
        "FROM drawn GROUP BY scope_id, week",
    )
    fill(
        "curating.SampledAnswer",
        {
            "sample_id": "s.id",
            "case_id": "d.case_id",
            "scope_id": "d.scope_id",
            "answer_id": "d.answer_id",
            "state": "CASE WHEN d.week > now() - interval '15 days' THEN 'waiting' WHEN d.k = 1 THEN 'remarked' ELSE 'checked' END",  # noqa: E501 - one value
            "good": "CASE WHEN d.week > now() - interval '15 days' THEN NULL ELSE d.k > 1 END",
            "checked_at": "CASE WHEN d.week > now() - interval '15 days' THEN NULL ELSE d.week + interval '9 days' END",
            "remark": "CASE WHEN d.k = 1 THEN 'Срок не назван.' ELSE '' END",
            "due_at": "d.week + interval '14 days'",
        },
        "FROM drawn d JOIN curating_sample s ON s.place_id = d.scope_id AND s.week = d.week",
    )


def _asks(author: int) -> None:
    from bench.sets import fill

    fill(
        "curating.Ask",
        {
            "made_by_id": str(author),
            "made_at": "now() - n * interval '4 days'",
            "due_at": "now() - n * interval '4 days' + interval '1 day'",
        },
        "FROM generate_series(0, 149) n",
    )
    fill(
        "curating.AskPart",
        {
            "ask_id": "a.id",
            "scope_id": "c.id",
            "title": "'Пробный запрос №' || a.id",
            "text": "'Дайте позицию по записи.'",
            "link": "''",
            "due_at": "a.due_at",
            "state": "CASE WHEN a.due_at > now() - interval '5 days' THEN 'sent' ELSE 'accepted' END",
            "seen_at": "a.made_at",
            "reply": "'Позиция: всё исправили.'",
            "replied_at": "a.made_at + interval '5 hours'",
            "first_replied_at": "a.made_at + interval '5 hours'",
        },
        "FROM curating_ask a CROSS JOIN centre c",
    )


def _reports(author: int) -> None:
    from bench.sets import fill

    fill(
        "reports.Meeting",
        {
            "scope_id": "c.id",
            "day": "current_date - n * 7",
            "chair": "'Глава района'",
            "present": "'Пробная В. И.'",
            "heard": "'О снеге.'",
            "made_at": "now() - n * interval '7 days'",
            "made_by_id": str(author),
        },
        "FROM generate_series(0, 119) n JOIN centre c ON c.k = mod(n, 38)",
    )
    fill(
        "reports.Order",
        {
            "scope_id": "m.scope_id",
            "meeting_id": "m.id",
            "words": "'Убрать снег у школы.'",
            "who": "'Пробная В. И.'",
            "due": "m.day + 5 + k",
            "first_due": "m.day + 5 + k",
            "state": "CASE WHEN m.day < current_date - 30 THEN 'done' ELSE 'open' END",
            "given_at": "m.made_at",
            "given_by_id": str(author),
        },
        "FROM reports_meeting m CROSS JOIN generate_series(1, 10) k",
    )
    fill(
        "reports.Report",
        {
            "scope_id": "c.id",
            "kind": "'planning'",
            "since": "current_date - 7 * w - 7",
            "until": "current_date - 7 * w - 1",
            "title": "'К планёрке'",
            "content": f"'{json.dumps(EMPTY)}'",
            "made_at": "now() - w * interval '7 days'",
        },
        "FROM centre c CROSS JOIN generate_series(0, 39) w",
    )


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUTF8", "1")
    make()
