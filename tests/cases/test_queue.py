"""The queue shows the right cases in the right order, page by page without loss; one box finds what a clerk types."""

import json
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from otklik.acting import acting, widened
from otklik.answers.approval import send_to_review
from otklik.answers.drafting import save_draft
from otklik.answers.models import Promise
from otklik.answers.promising import keep
from otklik.cases import numbers
from otklik.cases.actions.assign import assign
from otklik.cases.actions.close import close
from otklik.cases.actions.reply import note_word
from otklik.cases.actions.take import take
from otklik.cases.actions.triage import triage
from otklik.cases.models import Case, OutsideNumber
from otklik.cases.queue import TABS, Filters, counts, narrowed, page
from tests.cases.steps import RECEIVED, answered, approved, coordinator, o_clock, received
from tests.making import SYSTEM, make_staff, organisation, place, send

NOON = o_clock("12:00")
ENDLESS = 10**6


@pytest.fixture
def who(db):
    return coordinator()


def ids(who, now=NOON, size=ENDLESS, **fields) -> list[int]:
    with acting(who, read_only=True):
        return [c.pk for c in page(who, Filters(**fields), now, size=size).rows]


def tabs_of(who, case_id: int, now=NOON) -> set[str]:
    return {tab for tab in TABS if case_id in ids(who, now, tab=tab)}


def set_fields(case_id: int, **fields) -> None:
    with acting(SYSTEM), widened():
        Case.objects.filter(pk=case_id).update(**fields)


@pytest.mark.django_db
def test_a_case_stands_in_the_tabs_where_it_waits(who):
    case_id = received().case_id
    assert tabs_of(who, case_id) == {"triage", "open", "all"}
    take(who, case_id, now=o_clock("10:05"))
    triage(who, case_id, title="Фонарь", now=o_clock("10:06"))
    assert tabs_of(who, case_id) == {"mine", "open", "all"}
    task = assign(who, case_id, organisation_id=organisation().pk, task="дело", now=o_clock("10:07"))
    note_word(who, case_id, assignment_id=task.pk, kind="done", said_by="мастер", said_at=o_clock("10:08"),
              now=o_clock("10:09"))
    assert tabs_of(who, case_id) == {"mine", "replied", "open", "all"}
    answer = save_draft(who, case_id, text="Сделано", now=o_clock("10:10"))
    send_to_review(who, answer.pk, now=o_clock("10:11"))
    assert tabs_of(who, case_id) == {"mine", "replied", "review", "open", "all"}
    assert "burning" in tabs_of(who, case_id, o_clock("17:00"))


@pytest.mark.django_db
def test_a_sorted_case_that_is_nobodys_still_waits_to_be_sorted_out(who):
    case_id = received().case_id
    triage(who, case_id, title="Фонарь", now=o_clock("10:06"))
    assert tabs_of(who, case_id) == {"triage", "open", "all"}


@pytest.mark.django_db
def test_what_was_answered_and_closed_leaves_the_tabs_of_work(who):
    case_id = received().case_id
    answered(who, case_id, o_clock("10:10"))
    assert tabs_of(who, case_id) == {"open", "all"}
    close(who, case_id, outcome="explained", now=o_clock("11:00"))
    assert tabs_of(who, case_id) == {"all"}


@pytest.mark.django_db
def test_a_promise_stands_in_its_tab_until_it_is_kept(who):
    case_id = received().case_id
    answered(who, case_id, o_clock("10:10"), text="Сделаем", kind="interim", promised_for=date(2026, 3, 9))
    assert "promises" in tabs_of(who, case_id)
    answered(who, case_id, o_clock("10:20"))
    assert "promises" in tabs_of(who, case_id), "nobody said that it is done"
    with acting(SYSTEM):
        row = Promise.objects.get(case_id=case_id)
    keep(who, row.pk, now=o_clock("10:30"))
    assert "promises" not in tabs_of(who, case_id)


@pytest.mark.django_db
def test_an_approved_answer_to_an_outside_case_waits_to_be_published_by_hand(who):
    case_id = received().case_id
    set_fields(case_id, answer_by="outside")
    assert "by_hand" not in tabs_of(who, case_id)
    approved(who, case_id, o_clock("10:10"))
    assert "by_hand" in tabs_of(who, case_id)


@pytest.mark.django_db
def test_danger_comes_first_whatever_its_date(who):
    calm = received(now=o_clock("09:05")).case_id
    danger = received("Запах газа в подъезде, людям плохо").case_id
    set_fields(danger, received_at=o_clock("09:00"), urgent_at=o_clock("09:00"))
    assert ids(who, o_clock("17:30"), tab="burning") == [danger, calm]


@pytest.mark.django_db
def test_counts_equal_what_the_pages_show(who):
    for n in range(7):
        case_id = received(now=o_clock(f"10:0{n}")).case_id
        if n % 2:
            take(who, case_id, now=o_clock("11:00"))
        if n % 3 == 0:
            send_to_review(who, save_draft(who, case_id, text="Ответ", now=o_clock("11:00")).pk, now=o_clock("11:01"))
        if n == 5:
            answered(who, case_id, o_clock("11:10"), text="Позже", kind="interim", promised_for=date(2026, 3, 9))
    for now in (NOON, o_clock("17:00")):
        with acting(who, read_only=True):
            counted = counts(who, now)
        assert counted == {tab: len(ids(who, now, tab=tab)) for tab in counted}


@pytest.mark.django_db
@pytest.mark.parametrize("tab", ["triage", "all", "open"])
@pytest.mark.parametrize("size", [1, 3, 4])
def test_pages_lose_and_repeat_nothing_though_many_have_one_date_or_none(who, tab, size):
    made = [received(now=o_clock("10:00")).case_id for _n in range(9)]
    for case_id in made[:3]:
        set_fields(case_id, urgent_at=None)
    for case_id in made[3:5]:
        set_fields(case_id, urgent_at=NOON, received_at=RECEIVED + timedelta(microseconds=1))
    whole, seen, after = ids(who, tab=tab), [], ""
    with acting(who, read_only=True):
        while True:
            shown = page(who, Filters(tab=tab), NOON, after, size)
            assert len(shown.rows) <= size
            seen += [c.pk for c in shown.rows]
            after = shown.following
            if not after:
                break
    assert seen == whole
    assert sorted(seen) == sorted(made)
    assert shown.total == 9


@pytest.mark.django_db
@pytest.mark.parametrize("after", ["", "|", "|x", "x|1", "2026-03-04|1", "|99999999999999999999999", "\x00|1", "||"])
def test_a_cursor_that_is_none_begins_anew_or_is_empty(who, after):
    received()
    with acting(who, read_only=True):
        page(who, Filters(tab="triage"), NOON, after)


@pytest.mark.django_db
def test_the_box_finds_what_a_clerk_types(who):
    sent = received("На улице огромные ямы, разбил подвеску у тёмного подъезда", name="Королёва Ия Львовна",
                    phone="+7 900 123-45-67", street="Берёзовая")
    other = received("Не горит фонарь", name="Соколова Ия", phone="+7 900 765-43-21")
    with acting(SYSTEM), widened():
        OutsideNumber.objects.create(
            case_id=sent.case_id, scope=place("gorod-kamyshin"), system="Иная", number="INC-77/2"
        )
        OutsideNumber.objects.create(
            case_id=other.case_id, scope=place("gorod-kamyshin"), system="Иная", number="4500012345678"
        )
    finds = {
        "яма": sent, "ЯМА": sent, "подвеска на улицах": sent, "темный подъезд": sent, "тёмный подъезд": sent,
        "березовая": sent, "Берёзовая": sent, "Королёва": sent, "королева": sent, "8 (900) 123-45-67": sent,
        "9001234567": sent, "INC-77/2": sent, numbers.shown(sent.number): sent, str(sent.number): sent,
        f"№ {sent.number}": sent, "фонари": other, "4500012345678": other, "+79007654321": other,
    }
    for text, found in finds.items():
        assert ids(who, tab="all", text=text) == [found.case_id], text
    for text in ("подвеска фонарь", "Королёв", "900123", "несуществующее", "34-999999"):
        assert ids(who, tab="all", text=text) == [], text


@pytest.mark.django_db
def test_blank_signs_search_for_nothing_and_show_all(who):
    case_id = received().case_id
    for text in ("", "  ", "\x00", "\u202e \u200e"):
        assert ids(who, tab="all", text=text) == [case_id]


PHONES = st.from_regex(r"\A[+]?[78]?[ ()\-0-9]{0,20}\Z")


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.one_of(st.text(max_size=300), PHONES, st.text("'\"\\:*&|!()<->@ абв", max_size=40)))
@example(text="\x00" * 300)
@example(text="\ud800" * 300)
@example(text="'; DROP TABLE cases_case; --")
@example(text="а & | ! ( :* <-> \"незакрытая")
@example(text="9" * 300)
@example(text="²³¹²³¹²³¹²³¹")
@example(text="٣٤-٠٠٠١٢٣")
@example(text="34-999999999999999")
def test_no_text_breaks_the_search(searcher, text):
    with acting(searcher, read_only=True):
        for tab in ("all", "triage"):
            page(searcher, Filters(tab=tab, text=text), NOON)


@pytest.fixture
def searcher(db):
    received()
    return coordinator()


@pytest.mark.django_db
def test_filters_meet_each_other(who):
    district = place("gorod-volgograd").children.filter(kind="district")[0]
    city = make_staff(("coordinator", "gorod-volgograd"))
    in_city = received("Яма", code="gorod-volgograd").case_id
    inside = received("Люк", code=district.code).case_id
    assert set(ids(city, tab="all", territory=place("gorod-volgograd").pk)) == {in_city, inside}
    assert ids(city, tab="all", territory=district.pk) == [inside]
    assert ids(city, tab="all", territory=10**30) == []
    case_id = received().case_id
    triage(who, case_id, importance=1, now=o_clock("10:05"))
    assert ids(who, tab="all", importance=1, state="triaged", channel="portal") == [case_id]
    assert ids(who, tab="all", importance=1, channel="phone") == []
    assert ids(who, tab="all", overdue=True) == []
    assert ids(who, o_clock("12:00", "2026-03-20"), tab="all", overdue=True) == [case_id]


# Which one is the planner's to weigh.
BY_SCOPE = ("cases_case_queue", "cases_case_scope_urgent", "cases_case_newest", "cases_case_scope_id")
FILL = """
INSERT INTO cases_case (number, scope_id, territory_id, street, house, place_note, account_id, answer_by, text, title,
    regime, state, fix, outcome, importance, importance_reason, turn, turn_began_at, hops, written_at, received_at,
    opened_at, urgent_at, control_at, due_at, source_state, notifies, salt, version)
SELECT 500000 + n, s.id, s.id, 'ул. Мира', (n % 90)::text, '', a.id, 'page',
    CASE WHEN n % 4000 = 0 THEN 'Провал у оврага' WHEN n % 40 = 0 THEN 'Яма на дороге у дома'
    ELSE 'Не горит фонарь и темно у подъезда номер ' || n END, '',
    'social', (ARRAY['closed','closed','closed','closed','answered','new','triaged','assigned'])[n % 8 + 1], 'unknown',
    CASE WHEN n % 8 < 4 THEN 'silent' ELSE '' END, 2, '', 1, at, 0, at, at, at,
    CASE WHEN n % 8 < 4 THEN NULL ELSE at + interval '8 hours' END,
    CASE WHEN n % 8 < 4 THEN NULL ELSE at + interval '8 hours' END,
    CASE WHEN n % 8 < 4 THEN NULL ELSE at + interval '8 hours' END, '', true, '\\x00'::bytea, 1
FROM generate_series(1, 20000) n
JOIN LATERAL (SELECT timestamptz '2026-03-04 07:00+00' - n * interval '7 minutes' AS at) t ON true
JOIN LATERAL (SELECT id FROM channels_account WHERE code = 'portal') a ON true
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM territory_territory WHERE kind = 'municipality') s
    ON s.place = n % 38
"""


@pytest.fixture
def full(committed, owner_url) -> None:
    """Twenty thousand cases of 38 municipalities, half a year of them, written by the owner."""
    received()  # the account of the portal
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(FILL)
        owner.execute("VACUUM ANALYZE cases_case")  # also takes in what the index of words has put off


def plan_of(query) -> tuple[set[str], float]:
    """Names of the indexes a query uses, and its milliseconds."""
    sql, params = query.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
        told = cursor.fetchone()[0]
    told = told if isinstance(told, list) else json.loads(told)
    used, waiting = set(), [told[0]["Plan"]]
    while waiting:
        node = waiting.pop()
        used.add(node.get("Index Name", f"{node['Node Type']} {node.get('Relation Name', '')}".strip()))
        waiting += node.get("Plans", [])
    return used, told[0]["Execution Time"]


def test_a_full_region_is_read_by_its_indexes(full):
    clerk, curator = coordinator(), make_staff(("curator", "volgograd"))
    with acting(clerk, read_only=True):
        for tab in ("burning", "triage", "open", "all"):
            order = ("-received_at", "-id") if tab == "all" else (F("urgent_at").asc(nulls_last=True), "id")
            used, _ms = plan_of(narrowed(clerk, Filters(tab=tab), NOON).order_by(*order)[:26])
            assert "Seq Scan cases_case" not in used, (tab, used)
            assert any(name.startswith(BY_SCOPE) for name in used), (tab, used)
    with acting(curator, read_only=True):
        used, ms = plan_of(narrowed(curator, Filters(tab="all", text="овраг"), NOON).order_by("-received_at")[:26])
        assert "cases_case_fulltext" in used, used
        assert ms < 300
        # A word in every fortieth text is sooner met by walking the newest: both ways are right, none reads the table.
        used, ms = plan_of(narrowed(curator, Filters(tab="all", text="яма"), NOON).order_by("-received_at")[:26])
        assert used & {"cases_case_fulltext", "cases_case_all_newest"}, used
        assert ms < 300
        used, _ms = plan_of(narrowed(curator, Filters(tab="all"), NOON).order_by("-received_at", "-id")[:26])
        assert "cases_case_all_newest" in used, used


def test_kinds_tones_and_restricted_cases_of_a_full_region_are_read_by_indexes(full):
    clerk = coordinator()
    wanted = {
        "kind": Filters(tab="open", kind="spam"), "tone": Filters(tab="open", tone="obscene"),
        "restricted": Filters(tab="restricted"), "complaint": Filters(tab="open", kind="complaint"),
    }  # fmt: skip
    with acting(clerk, read_only=True):
        for name, filters in wanted.items():
            order = (F("urgent_at").asc(nulls_last=True), "id")
            used, ms = plan_of(narrowed(clerk, filters, NOON).order_by(*order)[:26])
            assert "Seq Scan cases_case" not in used, (name, used)
            assert ms < 100, (name, ms)


def test_a_page_and_its_counts_take_few_queries(full):
    clerk = coordinator()
    with acting(clerk, read_only=True), CaptureQueriesContext(connection) as asked:
        shown = page(clerk, Filters(tab="open"), NOON)
        counts(clerk, NOON)
        for case in shown.rows:
            _ = case.territory.short_name, case.scope.short_name, case.account.name
            _ = case.executor, case.owner, case.theme
    assert len(shown.rows) == 25
    assert len(asked) <= 12, [q["sql"][:80] for q in asked]


@pytest.mark.django_db
def test_a_search_in_words_finds_by_place_time_and_the_rest():
    who = make_staff(("curator", "volgograd"))
    there, earlier, lamp = (
        send(text, "gorod-volzhskiy").case_id for text in ("Ямы у школы", "Ямы у школы, всё", "Фонарь у школы")
    )
    send("Ямы у школы")
    for case_id, at in ((there, date(2026, 4, 10)), (earlier, date(2025, 4, 10)), (lamp, date(2026, 4, 10))):
        set_fields(case_id, received_at=datetime(at.year, at.month, at.day, 9, tzinfo=UTC))
    now = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    said = "ямы у школы в Волжском прошлой весной"
    assert ids(who, now, tab="all", text=said) == [there]
    assert ids(who, now, tab="all", text=f'"{said}"') == []
    assert set(ids(who, now, tab="all", text="у школы в Волжском весной 2026")) == {there, lamp}
    assert ids(who, now, tab="all", text="ямы", since=date(2025, 4, 10), until=date(2025, 4, 10)) == [earlier]
