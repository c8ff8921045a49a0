"""The program sets a theme itself only where it may and is sure; one key takes it back while nothing else happened."""

from datetime import timedelta

import pytest

from otklik.acting import acting, widened
from otklik.cases import knowledge as known
from otklik.cases import reader_files
from otklik.cases.actions.by_itself import triage_by_itself, triage_waiting, undo, undoable
from otklik.cases.actions.take import take
from otklik.cases.actions.triage import triage
from otklik.cases.models import Alarm, Case, ReaderVersion, ThemeReading
from otklik.classifier.loading import current
from otklik.classifier.models import Theme
from otklik.failures import Refused
from otklik.organisations import region_settings
from otklik.triage.understanding import is_of_theme
from tests.cases.steps import assigned, coordinator, entries, o_clock, received
from tests.making import SYSTEM, make_staff, place, reread

pytestmark = pytest.mark.django_db
TEXT = "На улице Мира второй день не горит фонарь"
HOME = "gorod-kamyshin"


@pytest.fixture(autouse=True)
def fresh_knowledge():
    known._cached = None
    yield
    known._cached = None


def measured(threshold: float | None = 0.2, **own: float) -> ReaderVersion:
    """A version in use with a card that says so, read by the base alone: what counts here are its thresholds."""
    limits = {"n": 300, "0.9": threshold, "0.95": threshold}
    card = {"thresholds": {"region": limits, "of": {str(place(c.replace("_", "-")).pk): {"n": 80, "0.9": t, "0.95": t}
                                                    for c, t in own.items()}}}  # fmt: skip
    return ReaderVersion.objects.create(
        task="theme", made_at=o_clock("09:00"), state="in_use", card=card, digest="d" * 16, signature="s",
    )


@pytest.fixture
def version(monkeypatch):
    made = measured()
    as_if(monkeypatch, made)
    return made


def as_if(monkeypatch, made: ReaderVersion) -> None:
    """Read by the base under the number of that version (how versions are loaded is tested where they are learnt)."""
    from otklik.triage.model.reading import ThemeModel

    def load(task, words):
        return reader_files.Loaded(ThemeModel(reader_files.base_now(words), edition=str(made.pk)), made)

    monkeypatch.setattr(reader_files, "load", load)
    known._cached = None


def allow(code: str = HOME) -> None:
    region_settings.put(SYSTEM, "theme_by_itself", True, place(code).pk)


def reading(case_id: int) -> ThemeReading:
    with acting(SYSTEM):
        return ThemeReading.objects.get(pk=case_id)


def test_it_does_nothing_where_nobody_allowed_it(version):
    case_id = received(TEXT).case_id
    assert triage_waiting(o_clock("10:01")) == 0
    assert reread(case_id).state == Case.State.NEW and reading(case_id).version_id == version.pk


def test_where_allowed_it_sets_the_theme_and_the_journal_says_so(version):
    allow()
    case_id = received(TEXT).case_id
    assert reading(case_id).waits
    assert triage_waiting(o_clock("10:01")) == 1
    case = reread(case_id)
    assert case.state == Case.State.TRIAGED and case.theme and case.theme.code == reading(case_id).code
    entry = entries(case_id, "triage_by_itself")[0]
    assert entry.actor == "system:reader" and entry.fields["version"] == version.pk
    assert entry.fields["p"] >= entry.fields["threshold"] == 0.2 and entry.fields["precision"] == 0.9
    assert triage_waiting(o_clock("10:02")) == 0


def test_the_clock_of_the_first_action_goes_on_a_program_is_nobody(version):
    from tests.cases.steps import running

    allow()
    case_id = received(TEXT).case_id
    before = running(case_id)
    triage_waiting(o_clock("10:01"))
    assert running(case_id) == before


@pytest.mark.parametrize(
    "text",
    [
        "На детской площадке оголённый провод под напряжением, рядом дети",  # danger to life
        "Спасибо, фонарь на улице Мира починили, очень рады!",
        "Подскажите, пожалуйста, по какому графику включают уличное освещение?",
        "Идиоты, на улице Мира второй день не горит фонарь",
    ],
)
def test_never_for_danger_to_life_hard_words_or_what_is_no_complaint(version, text):
    allow()
    case_id = received(text).case_id
    assert not reading(case_id).waits and triage_waiting(o_clock("10:01")) == 0
    with acting(SYSTEM), widened():
        ThemeReading.objects.filter(pk=case_id).update(waits=True)  # whatever the mark says, the gate looks itself
    assert triage_waiting(o_clock("10:02")) == 0
    assert reread(case_id).state == Case.State.NEW and not reading(case_id).waits


@pytest.mark.parametrize("limit", [0.999, None])
def test_below_the_threshold_it_is_a_persons(monkeypatch, limit):
    as_if(monkeypatch, measured(limit))
    allow()
    case_id = received(TEXT).case_id
    case = reread(case_id)
    assert case.suggestion["abstains"] and reading(case_id).low and not reading(case_id).waits


def test_a_municipality_has_its_own_threshold(monkeypatch):
    as_if(monkeypatch, measured(0.2, gorod_kamyshin=0.999))
    allow()
    allow("gorod-volzhskiy")
    here, there = received(TEXT).case_id, received(TEXT, code="gorod-volzhskiy").case_id
    assert (reading(here).low, reading(there).low) == (True, False)
    triage_waiting(o_clock("10:01"))
    assert (reread(here).state, reread(there).state) == ("new", "triaged")


def test_what_changed_meanwhile_is_looked_at_again(version):
    allow()
    one, two, three = (received(TEXT).case_id for _ in range(3))
    take(coordinator(), one, now=o_clock("10:00"))  # somebody works on it
    triage(coordinator(), two, theme_id=Theme.objects.order_by("pk")[5].pk, now=o_clock("10:00"))
    region_settings.put(SYSTEM, "theme_by_itself", False, place(HOME).pk)
    assert triage_waiting(o_clock("10:01")) == 0
    region_settings.put(SYSTEM, "theme_by_itself", True, place(HOME).pk)
    ReaderVersion.objects.filter(pk=version.pk).update(state="replaced")  # another version reads now
    with acting(SYSTEM), widened():
        ThemeReading.objects.filter(pk=three).update(waits=True)
    assert triage_waiting(o_clock("10:02")) == 0
    assert [reread(n).state for n in (one, two, three)] == ["new", "triaged", "new"]


# --- taking back ---------------------------------------------------------------------------------------------------


def test_one_key_takes_it_back_and_it_counts_as_a_correction(version):
    allow()
    case_id = received(TEXT).case_id
    triage_waiting(o_clock("10:01"))
    undo(coordinator(), case_id, now=o_clock("10:02"))
    case, row = reread(case_id), reading(case_id)
    assert (case.state, case.theme_id) == (Case.State.NEW, None)
    assert (row.by_itself, row.undone, row.place) == (False, True, 0)
    assert triage_waiting(o_clock("10:03")) == 0
    assert entries(case_id, "undo_triage")[0].fields["theme"][1] is None


def test_not_once_something_else_has_happened(version):
    allow()
    who = coordinator()
    case_id = received(TEXT).case_id
    triage_waiting(o_clock("10:01"))
    take(who, case_id, now=o_clock("10:02"))
    assert undoable(reread(case_id)) is None
    with pytest.raises(Refused, match="Отменить уже нельзя"):
        undo(who, case_id, now=o_clock("10:03"))
    other = received(TEXT).case_id
    triage_waiting(o_clock("10:04"))
    assigned(who, other, o_clock("10:05"))
    with pytest.raises(Refused):
        undo(who, other, now=o_clock("10:06"))


def test_a_persons_triage_is_taken_back_whole(version):
    who = coordinator()
    case_id = received(TEXT).case_id
    before = reread(case_id)
    triage(who, case_id, theme_id=Theme.objects.order_by("pk")[7].pk, importance=3, now=o_clock("10:01"))
    assert reading(case_id).place == 0
    undo(who, case_id, now=o_clock("10:02"))
    case = reread(case_id)
    assert (case.state, case.theme_id, case.importance) == (before.state, before.theme_id, before.importance)
    assert reading(case_id).decided_at is None
    with pytest.raises(Refused):
        undo(who, case_id, now=o_clock("10:03"))


def test_an_importance_that_went_with_the_theme_comes_back_with_it(version):
    who = coordinator()
    case_id = received("Фыва олдж").case_id
    before = reread(case_id)
    assert before.importance < 3 and is_of_theme(before.importance_reason)
    theme = Theme.objects.filter(importance=3, retired=False, version=current()).first()
    triage(who, case_id, theme_id=theme.pk, now=o_clock("10:01"))
    assert reread(case_id).importance == 3
    undo(who, case_id, now=o_clock("10:02"))
    case = reread(case_id)
    assert (case.importance, case.importance_reason) == (before.importance, before.importance_reason)


def test_an_alarm_that_rang_by_a_slip_is_over_when_the_triage_is_taken_back(version):
    who = coordinator()
    case_id = received("Фыва олдж").case_id
    triage(who, case_id, theme_id=Theme.objects.order_by("pk")[7].pk, importance=4, now=o_clock("10:01"))
    with acting(SYSTEM):
        assert Alarm.objects.get(case_id=case_id).confirmed_at is None
    undo(who, case_id, now=o_clock("10:02"))
    with acting(SYSTEM):
        assert Alarm.objects.get(case_id=case_id).taken_by == "угрозы нет: важность исправлена"


def test_a_triage_that_moved_the_case_is_not_taken_back(version):
    who = coordinator()
    case_id = received(TEXT).case_id
    triage(who, case_id, theme_id=Theme.objects.order_by("pk")[7].pk, title="Фонарь", now=o_clock("10:01"))
    assert undoable(reread(case_id)) is None


def test_strangers_take_nothing_back(version):
    allow()
    case_id = received(TEXT).case_id
    triage_waiting(o_clock("10:01"))
    from otklik.failures import Failure

    for stranger in (make_staff(("coordinator", "gorod-volzhskiy")), make_staff(("approver", HOME))):
        with pytest.raises(Failure):
            undo(stranger, case_id, now=o_clock("10:02"))
    assert reread(case_id).state == Case.State.TRIAGED


# --- what people make of it -----------------------------------------------------------------------------------------


def test_what_a_person_takes_is_noted_by_its_place(version):
    who = coordinator()
    first, other = received(TEXT).case_id, received(TEXT).case_id
    codes = [one["code"] for one in reread(first).suggestion["themes"]]
    second = Theme.objects.get(code=codes[1], retired=False)
    triage(who, first, theme_id=Theme.objects.get(code=codes[0], retired=False).pk, now=o_clock("10:01"))
    triage(who, other, theme_id=second.pk, now=o_clock("10:01"))
    assert (reading(first).place, reading(other).place) == (1, 2)
    triage(who, first, theme_id=second.pk, now=o_clock("10:01") + timedelta(minutes=1))
    assert reading(first).place == 1  # the first word counts


def test_a_theme_that_the_program_set_teaches_only_after_a_person_said_so(version):
    from otklik.cases.learning_rows import confirmed

    allow()
    case_id = received(TEXT).case_id
    triage_waiting(o_clock("10:01"))
    with acting(SYSTEM, read_only=True):
        assert not confirmed("theme").filter(pk=case_id).exists()
    triage(coordinator(), case_id, theme_id=reread(case_id).theme_id, now=o_clock("10:02"))
    with acting(SYSTEM, read_only=True):
        assert confirmed("theme").filter(pk=case_id).exists()


def test_a_case_that_vanished_from_the_mark_is_no_failure(version):
    case_id = received(TEXT).case_id
    assert triage_by_itself(case_id, o_clock("10:01")) is False
