"""An answer while it is typed: its writer's alone, never written over by another window, gone when it is saved."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.answers.drafting import save_draft
from otklik.cases.actions.hand_over import hand_over
from otklik.cases.actions.spam import set_aside
from otklik.cases.keeping import DAYS, Parted, forget_old, keep, kept_by
from otklik.cases.models import Case, KeptText
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.models import Entry
from tests.making import SYSTEM, make_case, make_staff, place, reread

pytestmark = pytest.mark.django_db
PLACE = "gorod-kamyshin"


def texts() -> list[str]:
    with acting(SYSTEM):
        return list(KeptText.objects.order_by("id").values_list("text", flat=True))


def test_what_one_types_is_theirs_alone_and_leaves_no_trace_in_the_case():
    who, colleague = make_staff(("operator", PLACE)), make_staff(("operator", PLACE))
    case = make_case()
    first = keep(who, case.pk, text="Лампу за", base=None, revision=None)
    assert first is not None
    keep(who, case.pk, text="Лампу заменят", base=None, revision=first.revision)
    keep(colleague, case.pk, text="Другое", base=None, revision=None)
    with acting(who):
        mine = kept_by(who, case)
    with acting(colleague):
        theirs = kept_by(colleague, case)
    assert (mine and mine.text, theirs and theirs.text) == ("Лампу заменят", "Другое")
    assert reread(case.pk).version == case.version
    with acting(SYSTEM):
        assert not Entry.objects.filter(stream=f"case:{case.pk}").exclude(verb="opened").exists()


def test_a_second_window_does_not_write_over_the_first():
    who, case = make_staff(("operator", PLACE)), make_case()
    keep(who, case.pk, text="Первое окно", base=None, revision=None)
    with pytest.raises(Parted) as parted:
        keep(who, case.pk, text="Второе окно", base=None, revision=None)
    assert parted.value.kept.text == "Первое окно"
    assert texts() == ["Первое окно"]
    keep(who, case.pk, text="Первое окно", base=None, revision=None)  # the same words are no quarrel
    kept = keep(who, case.pk, text="Второе окно", base=None, revision=parted.value.kept.revision + 1)
    assert kept is not None and texts() == ["Второе окно"]


def test_it_goes_when_it_is_saved_given_up_or_forgotten():
    who, colleague = make_staff(("operator", PLACE)), make_staff(("operator", PLACE))
    case, other = make_case(), make_case("Яма на дороге")
    keep(who, case.pk, text="Лампу заменят", base=None, revision=None)
    keep(colleague, case.pk, text="Другое", base=None, revision=None)
    save_draft(who, case.pk, text="Лампу заменят завтра")
    assert texts() == ["Другое"], "only the writer's own goes with the saving"
    begun = keep(who, other.pk, text="Яму", base=None, revision=None)
    assert begun is not None and keep(who, other.pk, text="", base=None, revision=begun.revision) is None
    assert forget_old(timezone.now() + timedelta(days=DAYS - 1)) == 0
    assert forget_old(timezone.now() + timedelta(days=DAYS + 1)) == 1
    assert texts() == []


def test_who_may_not_answer_keeps_nothing_there():
    who, case = make_staff(("operator", PLACE)), make_case()
    with pytest.raises(NotYours):
        keep(make_staff(("operator", "gorod-volzhskiy")), case.pk, text="Чужое", base=None, revision=None)
    with pytest.raises(Refused):
        keep(make_staff(("approver", PLACE)), case.pk, text="Не моё дело", base=None, revision=None)
    with pytest.raises(BadInput):
        keep(who, case.pk, text="а" * 20_001, base=None, revision=None)
    set_aside(who, case.pk, outcome=Case.Outcome.SPAM)
    with pytest.raises(Refused):
        keep(who, case.pk, text="Поздно", base=None, revision=None)
    assert texts() == []


def test_a_case_handed_over_takes_the_words_out_of_sight_and_a_new_turn_begins_without_them():
    who, case = make_staff(("operator", PLACE)), make_case()
    keep(who, case.pk, text="Лампу заменят", base=None, revision=None)
    hand_over(who, case.pk, territory_id=place("gorod-volzhskiy").pk, reason="Там")
    with acting(who):
        assert kept_by(who, case) is None
        assert not KeptText.objects.exists()
    with acting(SYSTEM), widened():
        KeptText.objects.update(turn=7)
    again = reread(case.pk)
    with acting(SYSTEM):
        assert kept_by(who, again) is None
