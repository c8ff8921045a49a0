"""Notes of staff for staff: who reads them, whom they call, and that they stop no clock and never leave."""

import pytest
from django.utils import timezone

from otklik.acting import acting
from otklik.cases.actions.hand_over import hand_over
from otklik.cases.actions.notes import colleagues, mentioned, note, see
from otklik.cases.models import Case, Mention, Remark
from otklik.cases.queue import Filters, counts, narrowed
from otklik.cases.reading import thread
from otklik.failures import BadInput, NotYours, Refused
from otklik.organisations.absence_models import Absence
from tests.cases.steps import entries, running
from tests.making import SYSTEM, make_case, make_staff, make_user, place, reread

pytestmark = pytest.mark.django_db
HOME = "gorod-kamyshin"


def waiting(actor) -> list[int]:
    with acting(actor, read_only=True):
        now = timezone.now()
        found = list(narrowed(actor, Filters(tab="mentions"), now).values_list("pk", flat=True))
        assert counts(actor, now)["mentions"] == len(found)
        return found


def test_a_note_stands_in_the_thread_and_the_journal_keeps_only_its_digest():
    case, actor = make_case(), make_staff(("operator", HOME))
    before = running(case.pk)
    note(actor, case.pk, text="Звонил Степной, просил подождать")
    [entry] = entries(case.pk, "note")
    assert "Степной" not in str(entry.fields)
    with acting(actor, read_only=True):
        [shown] = [item for item in thread(Case.objects.get(pk=case.pk)) if item.kind == "note"]
    assert shown.text == "Звонил Степной, просил подождать"
    assert running(case.pk) == before, "a note is no step towards the resident"


def test_a_mentioned_colleague_finds_the_case_until_they_have_seen_it():
    case, actor = make_case(), make_staff(("operator", HOME))
    other = make_staff(("coordinator", HOME), name="Лугова Мария Игоревна")
    assert [one.user_id for one in note(actor, case.pk, text="@Лугова М. И. посмотрите, пожалуйста")] == [other.user_id]
    assert waiting(other) == [case.pk]
    assert waiting(actor) == []
    assert see(other, case.pk) == 1
    assert waiting(other) == []
    assert see(other) == 0


def test_a_name_must_be_one_colleague_who_sees_the_case():
    case, actor = make_case(), make_staff(("operator", HOME), name="Первая Ия Львовна")
    make_user(("coordinator", HOME), name="Лугова Мария Игоревна")
    make_user(("operator", HOME), name="Лугова Анна Олеговна")
    make_user(("operator", "gorod-volzhskiy"), name="Чужова Нина Павловна")
    for words in ("@Лугова гляньте", "@Чужова гляньте", "@Никтова", "@Лугова З. гляньте", "   "):
        with pytest.raises(BadInput):
            note(actor, case.pk, text=words)
    assert len(note(actor, case.pk, text="@Лугова А. О., гляньте; почта a@b.example")) == 1
    assert len(entries(case.pk, "note")) == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [("@Лугова", 1), ("(@лугова)", 1), ("@Лугова и снова @Лугова", 1), ("почта x@Лугова", 0), ("без имён", 0)],
)
def test_names_are_read_out_of_the_words(text, count):
    make_user(("operator", HOME), name="Лугова Анна Олеговна")
    with acting(SYSTEM):
        assert len(mentioned(text, colleagues(place(HOME)))) == count


def test_colleagues_are_those_of_the_place_and_of_the_region_who_read_content():
    make_user(("operator", HOME), name="Близкая Анна Олеговна")
    make_user(("curator", "volgograd"), name="Верхняя Анна Олеговна")
    make_user(("administrator", HOME), name="Админова Анна Олеговна")
    make_user(("operator", "gorod-volzhskiy"), name="Чужова Нина Павловна")
    with acting(SYSTEM):
        assert [one.shown for one in colleagues(place(HOME))] == ["Близкая А. О.", "Верхняя А. О."]
        assert [one.shown for one in colleagues(place(HOME), "вер")] == ["Верхняя А. О."]


def test_strangers_neither_write_nor_read_and_what_is_handed_over_is_seen_no_more():
    case, actor = make_case(), make_staff(("operator", HOME))
    other = make_staff(("coordinator", HOME), name="Лугова Мария Игоревна")
    stranger = make_staff(("operator", "gorod-volzhskiy"))
    with pytest.raises(NotYours):
        note(stranger, case.pk, text="чужое")
    with pytest.raises((Refused, NotYours)):
        note(make_staff(("administrator", HOME)), case.pk, text="не моё")
    note(actor, case.pk, text="@Лугова гляньте")
    hand_over(actor, case.pk, territory_id=place("gorod-volzhskiy").pk, reason="Ошиблись городом")
    assert waiting(other) == []
    with acting(SYSTEM):
        moved = Mention.objects.get()
        assert moved.scope_id == reread(case.pk).scope_id
        assert Remark.objects.get(verb="note").scope_id == moved.scope_id
    with acting(other, read_only=True):
        assert not Mention.objects.exists()


def test_whoever_stands_in_for_a_colleague_on_leave_may_be_called():
    away = make_user(("operator", HOME), name="Отпускова Анна Олеговна")
    instead = make_user(("operator", "gorod-volzhskiy"), name="Замещалова Инна Львовна")
    today = timezone.localdate()
    Absence.objects.create(user=away, substitute=instead, since=today, until=today, entered_at=timezone.now())
    with acting(SYSTEM):
        assert "Замещалова И. Л." in [one.shown for one in colleagues(place(HOME))]
