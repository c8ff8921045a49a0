"""One card of a meeting: planned, written, held, three things taken, asked about once after 90 days."""

import io
import re
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from docx import Document

from otklik.acting import acting
from otklik.cases.models import Notice
from otklik.failures import BadInput, NotYours, Refused
from otklik.files.photos import accept_photo
from otklik.insight.measures import Measures
from otklik.journal.models import Entry
from otklik.operations.demo_photos import picture
from otklik.practice import (
    exchange_papers,
    exchange_reading,
    exchange_taking,
    exchanges,
    league,
    leaving,
    passports,
)
from otklik.practice.calendar_file import calendar_file
from otklik.practice.exchanges import Meeting
from otklik.practice.jobs import ask_about_taken
from otklik.practice.models import Exchange, PassportVersion, Taken
from otklik.practice.packet_reading import TakenRow
from otklik.practice.papers import made
from tests.making import SYSTEM, make_staff, place

pytestmark = pytest.mark.django_db
HOME, OTHER = "gorod-kamyshin", "gorod-volzhskiy"
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
SOON = NOW + timedelta(days=3)


def meeting(**more) -> Meeting:
    return Meeting(**({
        "topic": "Снег за один день", "way": "call", "host_id": place(OTHER).pk, "guest_id": place(HOME).pk,
        "begins_at": SOON, "ends_at": SOON + timedelta(hours=1), "where": "https://example.test/call",
    } | more))  # fmt: skip


@pytest.fixture
def guest():
    return make_staff(("coordinator", HOME), name="Лугова Мария Игоревна")


@pytest.fixture
def region_head():
    return make_staff(("head", "volgograd"), name="Начальный Пётр Ильич")


def outside_meeting(actor, **more) -> Exchange:
    given = meeting(host_id=place(HOME).pk, guest_id=None, outside_name="Энгельс", **more)
    return exchanges.plan(actor, given, now=NOW)


def test_a_planned_meeting_tells_both_centres_and_begins_with_a_programme(guest):
    host = make_staff(("head", OTHER))
    row = exchanges.plan(guest, meeting(), now=NOW)
    assert row.programme.startswith("12:00 Знакомство") and "подтверждаете" in row.questions
    assert (row.host_name, row.guest_name, row.way) == ("Волжский", "Камышин", "call")
    told = Notice.objects.get(kind="exchange")
    assert told.user_id == host.user_id and told.link == f"/region/exchange/{row.pk}/"


def test_a_moved_meeting_moves_its_programme(guest):
    row = exchanges.plan(guest, meeting(), now=NOW)
    later = {"begins_at": SOON + timedelta(days=1, hours=2), "ends_at": SOON + timedelta(days=1, hours=2, minutes=30)}
    moved = exchanges.move(guest, row.pk, meeting(**later), version=row.version, now=NOW)
    assert moved.programme.startswith("14:00 Знакомство") and "14:25 Что берём" in moved.programme, "drawn up anew"
    own = "14:00 Чай\nв 14:05 никто не опаздывает\n23:30 Ночной обход"
    written = exchanges.write(guest, row.pk, {"programme": own}, version=moved.version, now=NOW)
    later = {"begins_at": SOON + timedelta(hours=3), "ends_at": SOON + timedelta(hours=4)}
    moved = exchanges.move(guest, row.pk, meeting(**later), version=written.version, now=NOW)
    assert moved.programme == "15:00 Чай\nв 14:05 никто не опаздывает\n00:30 Ночной обход"


def test_an_invitation_asks_for_questions_where_the_guest_can_write_them(guest):
    def asked(row):
        with acting(SYSTEM, read_only=True):
            return str(exchange_papers.invitation(exchange_papers.material(row)).blocks)

    assert "в карточку встречи" in asked(exchanges.plan(guest, meeting(), now=NOW))
    assert "в лист гостя" in asked(outside_meeting(guest))


def test_questions_are_drawn_from_the_guests_weakest_themes(guest, monkeypatch):
    with acting(guest, read_only=True):
        near = league.like(place(HOME), NOW.date())
    group = 1

    def crossed(_slice, _one, _other, _now):
        from otklik.classifier.models import ThemeGroup

        nonlocal group
        first, second = ThemeGroup.objects.order_by("pk")[:2]
        group = first.name
        home = place(HOME).pk
        rows = {(first.pk, home): Measures(in_time=10, late=30), (second.pk, home): Measures(in_time=39, late=1)}
        return rows | {(g.pk, one): Measures(in_time=36, late=4) for g in (first, second) for one in near[:5]}

    monkeypatch.setattr(league, "crossed", crossed)
    first = exchanges.plan(guest, meeting(), now=NOW).questions.splitlines()[0]
    assert first.startswith(f"{group}: отвечаем в срок 25 %") and "у похожих центров 90 %" in first


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"topic": " "}, "topic"), ({"way": "fly"}, "way"), ({"ends_at": SOON}, "ends_at"),
        ({"ends_at": SOON + timedelta(days=9)}, "ends_at"), ({"guest_id": None}, "outside_name"),
        ({"host_id": 10**9}, "host"), ({"partner_id": 10**9, "guest_id": None, "host_id": "home"}, "partner"),
    ],
)
def test_what_is_no_meeting_is_refused_beside_its_field(guest, wrong, field):
    wrong = {k: place(HOME).pk if v == "home" else v for k, v in wrong.items()}
    curator = make_staff(("curator", "volgograd"))
    with pytest.raises(BadInput) as refused:
        exchanges.plan(curator, meeting(**wrong), now=NOW)
    assert refused.value.field == field


def test_a_centre_does_not_visit_itself_and_strangers_plan_nothing(guest):
    with pytest.raises(BadInput, match="один и тот же"):
        exchanges.plan(guest, meeting(host_id=place(HOME).pk), now=NOW)
    stranger = make_staff(("head", "elanskiy-rayon"))
    with pytest.raises(Refused):
        exchanges.plan(stranger, meeting(), now=NOW)
    row = exchanges.plan(guest, meeting(), now=NOW)
    for act in (
        lambda: exchanges.write(stranger, row.pk, {"minutes": "чужое"}, version=row.version),
        lambda: exchanges.move(stranger, row.pk, meeting(topic="Другое"), version=row.version),
        lambda: exchanges.finish(stranger, row.pk, held=False),
        lambda: exchange_taking.take(
            stranger, row.pk, what="х", due=date(2027, 1, 1), name="х", place_id=place(HOME).pk, now=NOW
        ),
        lambda: leaving.ask(stranger, row.pk),
    ):
        with pytest.raises((Refused, NotYours)):
            act()
    with pytest.raises(NotYours):
        exchanges.finish(guest, 10**9, held=True)


def test_two_who_write_at_once_lose_nothing(guest):
    row = exchanges.plan(guest, meeting(), now=NOW)
    exchanges.write(guest, row.pk, {"minutes": "первое"}, version=row.version, now=NOW)
    with pytest.raises(BadInput, match="только что изменили"):
        exchanges.write(guest, row.pk, {"minutes": "второе"}, version=row.version, now=NOW)
    row.refresh_from_db()
    assert row.minutes == "первое"


def test_three_things_are_taken_and_not_a_fourth(guest):
    row = exchanges.plan(guest, meeting(), now=NOW)
    home = place(HOME).pk
    for what in ("Шаблон о снеге", "Дежурство по часам", "Фото после"):
        taken = exchange_taking.take(guest, row.pk, what=what, due=date(2026, 12, 20), responsible_id=guest.user_id,
                               place_id=home, now=NOW)
    assert taken.number == 3 and taken.responsible_name == "Лугова Мария Игоревна"
    with pytest.raises(Refused, match="трёх"):
        exchange_taking.take(guest, row.pk, what="ещё", due=date(2026, 12, 20), name="Кто", place_id=home, now=NOW)
    exchange_taking.give_up(guest, Taken.objects.get(exchange=row, number=2).pk)
    again = exchange_taking.take(
        guest, row.pk, what="другое", due=date(2026, 12, 20), name="Кто", place_id=home, now=NOW
    )
    assert again.number == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"what": ""}, "what"), ({"due": date(2026, 1, 1)}, "due"), ({"due": date(2999, 1, 1)}, "due"),
     ({"name": ""}, "responsible"), ({"place_id": None}, "place")],
)
def test_half_a_promise_is_not_taken(guest, wrong, field):
    row = exchanges.plan(guest, meeting(), now=NOW)
    given = {"what": "Шаблон", "due": date(2026, 12, 20), "name": "Лугова М. И.", "place_id": place(HOME).pk} | wrong
    with pytest.raises(BadInput) as refused:
        exchange_taking.take(guest, row.pk, now=NOW, **given)
    assert refused.value.field == field


def test_after_ninety_days_one_question_is_asked_once(guest):
    row = exchanges.plan(guest, meeting(begins_at=NOW - timedelta(hours=2), ends_at=NOW), now=NOW)
    exchanges.finish(guest, row.pk, held=True, now=NOW)
    taken = exchange_taking.take(guest, row.pk, what="Шаблон", due=date(2026, 12, 20), responsible_id=guest.user_id,
                           place_id=place(HOME).pk, now=NOW)
    assert ask_about_taken(NOW + timedelta(days=80)) == 0
    assert ask_about_taken(NOW + timedelta(days=90)) == 1 and ask_about_taken(NOW + timedelta(days=91)) == 0
    asked = Notice.objects.filter(kind="exchange", user_id=guest.user_id, words__contains="90 дней")
    assert asked.get().link == f"/region/exchange/{row.pk}/#taken-1"
    with acting(guest, read_only=True):
        assert [one.pk for one in exchange_taking.asked_of(guest)] == [taken.pk]
    with pytest.raises(BadInput, match="почему"):
        exchange_taking.answer(guest, taken.pk, applied=False, why="")
    exchange_taking.answer(guest, taken.pk, applied=False, why="Нет второй смены")
    stranger = make_staff(("head", "elanskiy-rayon"))
    with pytest.raises(Refused):
        exchange_taking.answer(stranger, taken.pk, applied=True)
    with acting(guest, read_only=True):
        assert exchange_taking.asked_of(guest) == []
    verbs = list(Entry.objects.filter(stream=f"exchange:{row.pk}").order_by("seq").values_list("verb", flat=True))
    assert verbs == ["exchange_planned", "exchange_held", "exchange_taken", "exchange_asked", "exchange_answered"]


def test_who_was_named_and_left_does_not_swallow_the_question(guest):
    head = make_staff(("head", HOME))
    row = exchanges.plan(guest, meeting(begins_at=NOW - timedelta(hours=2), ends_at=NOW), now=NOW)
    exchanges.finish(guest, row.pk, held=True, now=NOW)
    home = place(HOME).pk
    exchange_taking.take(guest, row.pk, what="Шаблон", due=date(2026, 12, 20), name="Кто-то", place_id=home, now=NOW)
    ask_about_taken(NOW + timedelta(days=90))
    told = set(Notice.objects.filter(words__contains="90 дней").values_list("user_id", flat=True))
    assert told == {guest.user_id, head.user_id}


def test_it_is_not_held_before_it_begins_and_a_cancelled_one_is_left_alone(guest):
    row = exchanges.plan(guest, meeting(), now=NOW)
    with pytest.raises(Refused, match="ещё не началась"):
        exchanges.finish(guest, row.pk, held=True, now=NOW)
    exchanges.finish(guest, row.pk, held=False, now=NOW)
    exchanges.finish(guest, row.pk, held=False, now=NOW)
    row.refresh_from_db()
    with pytest.raises(Refused, match="отменена"):
        exchanges.write(guest, row.pk, {"minutes": "было"}, version=row.version)


def test_every_paper_opens_in_both_forms(guest):
    photo = accept_photo(picture(1, mended=True).data, "foto.jpg")
    row = exchanges.plan(guest, meeting(), now=NOW)
    hostile = "#panic() *жирно* $x$ @ref <b>тег</b> \\u{41}"
    row = exchanges.write(guest, row.pk, {"minutes": hostile, "press": "", "host_people": "Степной П. О., глава"},
                          version=row.version, photo=photo, now=NOW)
    home = place(HOME).pk
    exchange_taking.take(guest, row.pk, what="Шаблон", due=date(2026, 12, 20), name="Лугова", place_id=home, now=NOW)
    with acting(make_staff(("analyst", "volgograd")), read_only=True):
        material = exchange_papers.material(row)
        for name, draw in exchange_papers.PAPERS.items():
            paper = draw(material)
            assert made(paper, "pdf")[:5] == b"%PDF-", name
            read = Document(io.BytesIO(made(paper, "docx")))
            words = "\n".join(p.text for p in read.paragraphs) + str(
                [cell.text for table in read.tables for line in table.rows for cell in line.cells])
            assert name != "minutes" or (hostile in words and "Шаблон" in words)
            assert name != "press" or len(read.inline_shapes) == 1


def test_words_of_residents_stay_off_the_card_and_colleagues_may_be_named(guest):
    row = outside_meeting(guest)
    for name in ("minutes", "press", "questions", "programme", "guest_words"):
        for words in ("Звонила Петрова Мария Ивановна", "Жительница с телефоном +7 902 000-00-05"):
            with pytest.raises(BadInput, match="о жителе") as refused:
                exchanges.write(guest, row.pk, {name: words}, version=row.version, now=NOW)
            assert refused.value.field == name
    home, due = place(HOME).pk, date(2026, 12, 20)
    for act, field in (
        (lambda: exchange_taking.take(guest, row.pk, what="Ответ Петровой Марии Ивановне", due=due, name="Лугова М. И.",
                                place_id=home, now=NOW), "what"),
        (lambda: exchanges.type_sheet(guest, row.pk, people="", questions="Что с Петровой М. И.?", words="", taken=[],
                                      now=NOW), "questions"),
        (lambda: exchanges.plan(guest, meeting(topic="Дело Петровой Марии Ивановны"), now=NOW), "topic"),
    ):  # fmt: skip
        with pytest.raises(BadInput, match="впишите в участники") as refused:
            act()
        assert refused.value.field == field
    people = "Волгин Андрей Ильич, директор\nСтепной П. О., глава"
    said = "Говорили с Волгиным А. И., Степным Петром Олеговичем и Луговой Марией Игоревной."
    row = exchanges.write(guest, row.pk, {"guest_people": people, "minutes": said}, version=row.version, now=NOW)
    assert row.minutes == said
    with pytest.raises(BadInput):  # another one of the same initials
        exchanges.write(guest, row.pk, {"minutes": "Говорили с Петровой М. И."}, version=row.version, now=NOW)


def test_the_calendar_file_is_valid(guest):
    row = exchanges.plan(guest, meeting(topic="Снег; лёд, «каша»\\" + "ы" * 150), now=NOW)
    content = calendar_file(row, NOW)
    lines = content.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR" and lines[-2:] == [b"END:VCALENDAR", b""]
    assert all(len(line) <= 75 for line in lines)
    whole = content.decode().replace("\r\n ", "").split("\r\n")
    fields = dict(line.split(":", 1) for line in whole if ":" in line and not line.startswith("BEGIN"))
    assert fields["DTSTART"] == "20261129T090000Z" and fields["DTEND"] == "20261129T100000Z"
    assert fields["UID"] == f"{row.uid}@otklik" and fields["STATUS"] == "CONFIRMED"
    assert "Снег\\; лёд\\, «каша»\\\\ы" in "".join(whole) and "12:00 Знакомство" in "".join(whole)
    moved = exchanges.move(guest, row.pk, meeting(begins_at=SOON + timedelta(days=1), ends_at=SOON + timedelta(days=2)),
                           version=row.version, now=NOW)
    assert f"SEQUENCE:{row.version + 1}".encode() in calendar_file(moved, NOW)


def test_nothing_leaves_the_region_without_the_word_of_its_head(guest, region_head):
    row = outside_meeting(guest)
    with pytest.raises(Refused, match="без разрешения"):
        leaving.note_gone(guest, row.pk, "pack")
    leaving.ask(guest, row.pk, now=NOW)
    with pytest.raises(Refused, match="руководитель ЦУР"):
        leaving.decide(guest, row.pk, allow=True, seen="")
    with acting(region_head, read_only=True):
        seen = leaving.luggage(exchange_reading.the_meeting(row.pk)).digest
    with pytest.raises(BadInput, match="изменили"):
        leaving.decide(region_head, row.pk, allow=True, seen="0")
    leaving.decide(region_head, row.pk, allow=True, seen=seen, now=NOW)
    row = leaving.note_gone(guest, row.pk, "pack", now=NOW)
    assert (row.leaving, row.leaving_by_id, row.leaving_at) == ("approved", region_head.user_id, NOW)
    exchanges.write(guest, row.pk, {"programme": "Другое"}, version=row.version, now=NOW)
    with pytest.raises(Refused, match="ещё раз"):
        leaving.note_gone(guest, row.pk, "pack")
    with pytest.raises(BadInput):
        leaving.decide(region_head, row.pk, allow=False, seen=seen)
    leaving.decide(region_head, row.pk, allow=False, seen=seen, words="Уберите имена")
    with pytest.raises(Refused, match="не разрешил"):
        leaving.note_gone(guest, row.pk, "pack")
    assert "exchange_sent" in Entry.objects.filter(stream=f"exchange:{row.pk}").values_list("verb", flat=True)


def allow(head, row) -> None:
    with acting(head, read_only=True):
        seen = leaving.luggage(exchange_reading.the_meeting(row.pk)).digest
    leaving.decide(head, row.pk, allow=True, seen=seen, now=NOW)


def test_what_is_written_after_the_word_of_the_head_waits_for_another_one(guest, region_head):
    row = outside_meeting(guest, begins_at=NOW - timedelta(hours=2), ends_at=NOW)
    allow(region_head, row)
    exchanges.finish(guest, row.pk, held=True, now=NOW)  # minutes and press note would go from now on
    photo = accept_photo(picture(1, mended=True).data, "foto.jpg")
    acts = (
        lambda version: None,
        lambda version: exchanges.write(guest, row.pk, {"minutes": "Новое"}, version=version, now=NOW),
        lambda version: exchanges.write(guest, row.pk, {"press": "Новое"}, version=version, now=NOW),
        lambda version: exchanges.write(guest, row.pk, {}, version=version, photo=photo, now=NOW),
        lambda version: exchanges.write(guest, row.pk, {"guest_people": "Волгин А. А."}, version=version, now=NOW),
        lambda version: exchanges.write(guest, row.pk, {"host_people": "Лугова М. И."}, version=version, now=NOW),
        lambda version: exchange_taking.take(guest, row.pk, what="Шаблон", due=date(2026, 12, 20), name="Лугова",
                                       place_id=place(HOME).pk, now=NOW),
    )  # fmt: skip
    for act in acts:
        row.refresh_from_db()
        act(row.version)
        with pytest.raises(Refused, match="ещё раз"):
            leaving.note_gone(guest, row.pk, "pack", now=NOW)
        allow(region_head, row)
        leaving.note_gone(guest, row.pk, "pack", now=NOW)


def test_a_head_of_a_municipality_is_not_the_head_of_the_region(guest):
    row = outside_meeting(guest)
    with pytest.raises(Refused, match="руководитель ЦУР"):
        leaving.decide(make_staff(("head", HOME)), row.pk, allow=True, seen="")


def test_another_passport_asks_for_the_word_again(guest, region_head):
    row, here = outside_meeting(guest), place(HOME)
    with acting(region_head, read_only=True):
        seen = leaving.luggage(row).digest
    leaving.decide(region_head, row.pk, allow=True, seen=seen)
    head = make_staff(("head", HOME))
    with acting(head, read_only=True):
        digest = passports.draft(here, NOW).digest
    passports.approve(head, here, seen=digest)
    with pytest.raises(Refused):
        leaving.note_gone(guest, row.pk, "pack")
    assert PassportVersion.objects.filter(place=here).count() == 1


def test_a_guest_without_otklik_gets_one_pack_and_the_sheet_is_typed_in(guest):
    row = outside_meeting(guest)
    with acting(guest, read_only=True):
        packed = exchange_papers.pack(exchange_papers.material(row), leaving.luggage(row), NOW)
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        names = opened.namelist()
        assert opened.testzip() is None and "vstrecha.ics" in names
        plain = {re.sub(r"^\d-", "", one) for one in names}
        assert plain >= {"list-gostya.docx", "list-gostya.pdf", "priglashenie.pdf"}
    exchanges.type_sheet(guest, row.pk, people="Волгин А. А., директор", questions="Сколько вас?", words="Показали всё",
                         taken=[TakenRow("Дежурство", "Волгин А. А.", date(2027, 2, 1))], now=NOW)
    exchanges.type_sheet(guest, row.pk, people="Волгин А. А., директор", questions="Сколько вас?", words="Показали всё",
                         taken=[TakenRow("Смена", "Волгин А. А.", date(2027, 2, 1))], now=NOW)
    with acting(SYSTEM, read_only=True):
        row.refresh_from_db()
        assert row.guest_people == "Волгин А. А., директор" and row.questions.splitlines() == ["Сколько вас?"]
        assert [one.what for one in Taken.objects.filter(exchange=row)] == ["Смена"], "typed again, it replaces"
    own = exchanges.plan(guest, meeting(), now=NOW)
    with pytest.raises(Refused, match="другой области"):
        exchanges.type_sheet(guest, own.pk, people="", questions="", words="", taken=[])
    assert timezone.is_aware(row.sheet_at)
