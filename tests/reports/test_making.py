"""Reports are asked for by who sees the place, made by a job that may be killed, kept with their files."""

import io
from datetime import date

import pytest
from docx import Document as read_docx
from openpyxl import load_workbook

from otklik.acting import acting, widened
from otklik.answers.sending import sent
from otklik.cases.actions.origin import set_origin
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.models import Entry
from otklik.organisations.models import User
from otklik.reports import kinds, making, regular
from otklik.reports.access import reports_of
from otklik.reports.asking import Asked
from otklik.reports.document import Chart, Number, Table, from_json, to_json
from otklik.reports.models import Making, Report, ReportFile
from otklik.reports.periods import Period, last
from tests.cases.registering import LATER, by_law
from tests.cases.steps import answered, assigned, coordinator, o_clock, received
from tests.insight.following_steps import follow_all
from tests.making import SYSTEM, at, logged_in, make_staff, place

pytestmark = pytest.mark.django_db
MARCH = {"since": date(2026, 3, 1), "until": date(2026, 3, 31)}
NOW = at("2026-04-01 08:00")


@pytest.fixture
def march():
    """A small place in March: two matters of the same theme, one answered; two appeals by law, one late."""
    who = coordinator()
    case = received()
    task = assigned(who, case.case_id, o_clock("10:20"))
    assert task
    answered(who, case.case_id, o_clock("11:00"))
    received("Во дворе на Мира, 5 яма, не проехать")
    person = {"name": "Полынная Анна", "phone": "+79000000001"}
    first, second = (received(text, **person).case_id for text in ("Дорогу размыло", "Нет света"))
    entry = by_law(who, first, number="А-1")
    sent(who, first, registration_id=entry.pk, number="И-1", at=at("2026-05-05 10:00"), signer="Глава", way="email",
         now=at("2026-05-05 10:00"))
    by_law(who, second, number="А-2")
    set_origin(who, second, through="Правительство региона", control=True, now=LATER)
    follow_all()
    return who


def made(actor, kind, code="gorod-kamyshin", now=NOW, **fields):
    """A report of March as the job makes it, read back by who asked."""
    wanted = MARCH | {"options": {}} | fields
    row = making.ask(actor, kind, place_id=place(code).pk, now=now, **wanted)
    assert making.make(row.pk) == row.total
    with acting(actor, read_only=True):
        return reports_of(actor).filter(making=row).latest("id")


def asked(making_id):
    with acting(SYSTEM, read_only=True):
        return Making.objects.get(pk=making_id)


def only(row, count):
    """The same request for fewer places, so that a test is short."""
    with acting(SYSTEM), widened():
        Making.objects.filter(pk=row.pk).update(places=row.places[:count], total=count)


def documents(kind="digest_month", **fields):
    with acting(SYSTEM, read_only=True):
        wanted = Asked(place("gorod-kamyshin"), Period(*MARCH.values()), fields.pop("now", NOW), fields)
        return kinds.KINDS[kind].make(wanted)


@pytest.mark.parametrize("kind", list(kinds.KINDS))
def test_every_kind_is_made_with_three_files_that_open(march, kind):
    options = {"set": "roads"} if kind == "note" else {}
    where = "volgograd" if kind == "rating" else "gorod-kamyshin"
    actor = make_staff(("curator", "volgograd")) if kind == "rating" else march
    report = made(actor, kind, where, options=options)
    assert asked(report.making_id).state == "ready"
    with acting(actor, read_only=True):
        files = {one.form: bytes(one.content) for one in ReportFile.objects.filter(report=report)}
    assert files["pdf"].startswith(b"%PDF")
    document = from_json(report.content)
    assert to_json(document) == report.content
    words = "\n".join(one.text for one in read_docx(io.BytesIO(files["docx"])).paragraphs)
    assert document.title in words
    book = load_workbook(io.BytesIO(files["xlsx"]))
    assert book.worksheets[0]["A1"].value == document.title


def test_numbers_of_a_report_lead_to_their_cases(march):
    report = from_json(made(march, "digest_month").content)
    number = report.figures()["received"].number
    assert number.value == 4
    assert number.address == "/region/gorod-kamyshin/cases/received/?since=2026-03-01&until=2026-03-31"
    assert logged_in(User.objects.get(pk=march.user_id)).get(number.address).status_code == 200


@pytest.mark.parametrize("kind", ["digest_month", "annual", "note"])
def test_after_the_chart_of_days_stands_a_table_of_the_same_numbers(march, kind):
    blocks = documents(kind, set="roads").blocks
    place_of = next(n for n, one in enumerate(blocks) if isinstance(one, Chart) and one.name == "days")
    chart, table = blocks[place_of : place_of + 2]
    assert isinstance(table, Table) and [row["n"] for row in chart.rows] == [row[1].value for row in table.rows]
    addresses = {row[1].address for row in table.rows if row[1].value}
    if kind == "digest_month":
        assert addresses and all(one.count("since=2026-03-") == 1 for one in addresses)


def test_no_name_phone_house_or_word_of_a_resident_stands_in_any(march):
    for kind in kinds.KINDS:
        told = str(to_json(documents(kind, set="roads")))
        for word in ("Полынная", "9000000001", "размыло", "Во дворе", "Мира, 5"):
            assert word not in told, (kind, word)


def test_the_review_counts_what_came_through_bodies_above_and_on_control(march):
    figures = documents("appeals").figures()
    assert {code: figures[code].number.value for code in ("total", "written", "above", "control", "oral")} == {
        "total": 2, "written": 2, "above": 1, "control": 1, "oral": 0,
    }


def test_the_prosecutors_note_lists_terms_that_were_not_kept_with_dates(march):
    document = documents("prosecutor", now=at("2026-06-01 10:00"))
    rows = {row[0].text: [str(one if isinstance(one, str) else one.text) for one in row[2:6]]
            for row in document.table("breaches").rows}
    assert rows["А-1"] == ["ответ позже срока", "03.04.2026", "05.05.2026", "32"]
    assert rows["А-2"][:3] == ["ответа нет", "03.04.2026", "нет"]
    assert [row[0].text for row in document.table("register").rows] == ["А-1", "А-2"]


def test_names_are_for_who_reads_cases_of_restricted_access(march):
    operator = make_staff(("analyst", "volgograd"))
    with pytest.raises(Refused, match="ограниченного доступа"):
        making.ask(operator, "prosecutor", place_id=place("gorod-kamyshin").pk, options={"names": True}, **MARCH)
    report = made(march, "prosecutor", options={"names": True})
    assert report.restricted
    assert "Полынная Анна" in str(report.content)
    for stranger in (operator, make_staff(("head", "gorod-volzhskiy"))):
        with acting(stranger, read_only=True):
            assert not reports_of(stranger).filter(pk=report.pk).exists()
    with acting(make_staff(("operator", "gorod-kamyshin")), read_only=True):
        assert not Report.objects.filter(pk=report.pk).exists()
        assert not ReportFile.objects.filter(report_id=report.pk).exists()


def test_another_place_sees_nothing_and_asks_for_nothing(march):
    report = made(march, "digest_month")
    stranger = make_staff(("head", "gorod-volzhskiy"))
    with acting(stranger, read_only=True):
        assert not Report.objects.filter(pk=report.pk).exists()
        with pytest.raises(NotYours):
            making.report_for(stranger, report.pk)
    with pytest.raises(NotYours):
        making.ask(stranger, "digest_month", place_id=place("gorod-kamyshin").pk, **MARCH)
    with pytest.raises(Refused):
        making.ask(make_staff(("operator", "gorod-kamyshin")), "planning", place_id=place("gorod-kamyshin").pk, **MARCH)


def test_a_period_must_be_one(march):
    here = place("gorod-kamyshin").pk
    for fields, field in (
        ({"since": None, "until": date(2026, 3, 1)}, "since"), ({"since": date(2026, 3, 2), "until": None}, "until"),
        ({"since": date(2026, 3, 2), "until": date(2026, 3, 1)}, "until"),
        ({"since": date(2020, 3, 2), "until": date(2026, 3, 1)}, "since"),
    ):
        with pytest.raises(BadInput) as wrong:
            making.ask(march, "digest_month", place_id=here, **fields)
        assert wrong.value.field == field
    with pytest.raises(BadInput) as wrong:
        making.ask(march, "note", place_id=here, options={}, **MARCH)
    assert wrong.value.field == "set"


def test_a_set_for_all_municipalities_goes_on_where_it_was_cut_off(march, monkeypatch):
    who = make_staff(("analyst", "volgograd"))
    row = making.ask(who, "digest_month", place_id=place("volgograd").pk, each=True, **MARCH)
    assert row.total == 38
    only(row, 3)
    written = making.write
    calls = []

    def once(*given, **fields):
        calls.append(1)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return written(*given, **fields)

    monkeypatch.setattr(making, "write", once)
    with pytest.raises(KeyboardInterrupt):
        making.make(row.pk)
    monkeypatch.undo()
    with acting(SYSTEM, read_only=True):
        assert Report.objects.filter(making=row).count() == 1
    assert making.make(row.pk) == 2
    assert making.make(row.pk) == 0
    row = asked(row.pk)
    assert (row.state, row.done, row.failed) == ("ready", 3, 0)


def test_a_place_that_cannot_be_counted_does_not_hold_up_the_others(march, monkeypatch):
    who = make_staff(("analyst", "volgograd"))
    row = making.ask(who, "digest_month", place_id=place("volgograd").pk, each=True, **MARCH)
    only(row, 2)
    written, first = making.write, row.places[0]

    def broken(kind, where, *given, **fields):
        if where.pk == first:
            raise ZeroDivisionError
        return written(kind, where, *given, **fields)

    monkeypatch.setattr(making, "write", broken)
    assert making.make(row.pk) == 1
    row = asked(row.pk)
    assert (row.state, row.done, row.failed) == ("ready", 1, 1)
    assert "администратору" in row.failure


def test_asking_stands_in_the_journal(march):
    making.ask(march, "prosecutor", place_id=place("gorod-kamyshin").pk, options={"names": True}, **MARCH)
    with acting(SYSTEM):
        entry = Entry.objects.get(stream=f"user:{march.user_id}", verb="report_asked")
    assert entry.fields["names"] is True and entry.fields["kind"] == "prosecutor"


def test_reports_write_themselves_when_their_period_is_over(db):
    assert regular.make_regular(at("2026-11-23 03:00")) == 0
    assert regular.make_regular(at("2026-11-23 06:00")) == 3  # a week is over: the sheet, the digest, the table
    assert regular.make_regular(at("2026-11-23 06:05")) == 0
    with acting(SYSTEM), widened():
        rows = list(Making.objects.filter(asked_by=None))
    assert {(one.kind, one.since, one.total) for one in rows} == {
        (kind, date(2026, 11, 16), 39) for kind in ("planning", "digest_week", "tsur")
    }
    head = make_staff(("head", "gorod-kamyshin"))
    regular.choose_regular(head, place("gorod-kamyshin").pk, ["planning", "nonsense"])
    with pytest.raises(Refused):
        regular.choose_regular(head, place("gorod-volzhskiy").pk, ["planning"])
    assert regular.make_regular(at("2026-11-30 06:00")) == 3
    with acting(SYSTEM), widened():
        week = {one.kind: one.total for one in Making.objects.filter(since=date(2026, 11, 23))}
    assert week == {"planning": 39, "digest_week": 38, "tsur": 38}


def test_of_what_is_mapped_to_nothing_the_federal_figures_say_so(march):
    document = documents("federal")
    figures = document.figures()
    assert figures["total"].number.value == 2
    assert figures["mapped"].number.value + figures["unmapped"].number.value == 2
    assert [row[0] for row in document.table("unmapped").rows] or figures["unmapped"].number.value == 0


def test_the_last_whole_period_is_proposed():
    day = date(2026, 11, 26)
    assert last("week", day) == Period(date(2026, 11, 16), date(2026, 11, 22))
    assert last("month", day) == Period(date(2026, 10, 1), date(2026, 10, 31))
    assert last("quarter", day) == Period(date(2026, 7, 1), date(2026, 9, 30))
    assert last("year", day) == Period(date(2025, 1, 1), date(2025, 12, 31))
    assert last("month", day).before == Period(date(2026, 9, 1), date(2026, 9, 30))
    assert last("month", date(2026, 3, 5)).year_ago == Period(date(2025, 2, 1), date(2025, 2, 28))
    assert Period(date(2026, 11, 16), date(2026, 11, 22)).before == Period(date(2026, 11, 9), date(2026, 11, 15))


def test_cells_of_a_table_are_texts_or_numbers():
    table = Table("x", "X", ("a",), ((Number("1", "", 1),),))
    assert table.rows[0][0].value == 1
