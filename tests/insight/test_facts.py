"""What is counted of a case: rows of a case and its clocks in, one fact out."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from otklik.acting import System, acting
from otklik.cases.models import Case, Clock, DoneReport, Rating
from otklik.channels.models import Account, Message
from otklik.insight.following import derive, refresh
from otklik.insight.models import CaseFact
from tests.making import make_case, organisation, place

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def fact(*clocks: dict[str, Any], reports: tuple[str, ...] = (), **fields: Any) -> CaseFact:
    """The fact of a case with exactly these clocks (due an hour after reception), reports of a fix and columns."""
    case = make_case(now=NOON)
    with acting(System("test")):
        Clock.objects.filter(case=case).delete()
        for n, one in enumerate(clocks):
            given = {"kind": "answer", "due_at": NOON + HOUR, "turn": n + 1} | one
            Clock.objects.create(
                case=case, scope=case.scope, started_at=NOON, control_at=given["due_at"], **given
            )
        for n, came_of in enumerate(reports):
            DoneReport.objects.create(
                case=case, scope=case.scope, organisation=organisation(), turn=n + 1, came_of=came_of,
                reported_at=NOON + (n + 1) * HOUR,
            )
        Case.objects.filter(pk=case.pk).update(**fields)
        return derive([case.pk])[0]


def stopped(hours: int, by: str = "answer_published", **more: Any) -> dict[str, Any]:
    return {"stopped_at": NOON + hours * HOUR, "stopped_by": by, **more}


def test_day_and_hour_are_the_regions() -> None:
    late_evening = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)  # already the 2nd there
    seen = fact(received_at=late_evening)
    assert (seen.day, seen.hour) == (date(2026, 3, 2), 1)


def test_spam_thanks_what_is_no_incident_and_history_do_not_count() -> None:
    no_incident = {"importance": 0, "state": "closed"}
    for change in ({"outcome": "spam"}, {"outcome": "thanks"}, no_incident, {"notifies": False}):
        assert not fact(**change).counts


def test_what_is_guessed_to_be_no_incident_counts_until_somebody_has_closed_it() -> None:
    seen = fact(importance=0)
    assert (seen.counts, seen.open) == (True, True)


def test_a_running_limit_waits_and_a_paused_one_does_not() -> None:
    waiting = fact({})
    assert (waiting.waits_due, waiting.react_min, waiting.answer_min) == (NOON + HOUR, None, None)
    assert fact({"paused_at": NOON}).waits_due is None


def test_only_limits_of_an_answer_are_judged() -> None:
    seen = fact({"kind": "react", **stopped(5, "person_acted")}, {"kind": "fix"})
    assert (seen.waits_due, seen.verdict, seen.react_min) == (None, CaseFact.Verdict.OPEN, 300)


def test_an_answer_by_the_limit_is_in_time_and_after_it_late() -> None:
    assert fact(stopped(1)).verdict == CaseFact.Verdict.IN_TIME
    assert fact(stopped(2)).verdict == CaseFact.Verdict.LATE


def test_after_an_interim_answer_nothing_is_said_until_the_final_one() -> None:
    interim = stopped(0, "interim_published")
    assert fact(interim, {"kind": "final"}).verdict == CaseFact.Verdict.OPEN
    assert fact(interim, {"kind": "final", **stopped(0)}).verdict == CaseFact.Verdict.IN_TIME


def test_a_turn_that_was_late_stays_late_whatever_comes_after() -> None:
    seen = fact(stopped(2), stopped(3, due_at=NOON + 9 * HOUR), turn=2)
    assert (seen.verdict, seen.turns, seen.answer_min) == (CaseFact.Verdict.LATE, 2, 120)


def test_closing_without_an_answer_is_not_an_answer_in_time() -> None:
    closed = {"state": "closed", "outcome": "not_ours", "closed_at": NOON}
    assert fact(stopped(0, "closed"), **closed).verdict == CaseFact.Verdict.OPEN
    assert fact(stopped(2, "closed"), **closed).verdict == CaseFact.Verdict.LATE


def test_a_fix_counts_from_the_last_report_that_did_not_come_back() -> None:
    back, again = fact(reports=("refuted",)), fact(reports=("refuted", "confirmed"))
    assert (back.fix_min, back.checked, back.verified) == (None, True, False)
    assert (again.fix_min, again.checked, again.verified) == (120, True, True)
    told = fact(reports=("",))
    assert (told.fix_min, told.checked) == (60, False)


def test_of_the_stars_of_several_turns_the_last_count() -> None:
    case = make_case(now=NOON)
    with acting(System("test")):
        for turn, stars in ((1, 2), (2, 5)):
            Rating.objects.create(case=case, scope=case.scope, turn=turn, stars=stars, rated_at=NOON)
        assert derive([case.pk])[0].stars == 5


def test_the_same_house_or_resident_after_an_answer_is_a_repetition_and_before_it_is_not() -> None:
    cases = [make_case(now=NOON + n * 24 * HOUR) for n in range(5)]
    theme = {"theme_id": _any_theme(), "street": "Мира", "house": "5"}
    with acting(System("test")):
        ids = [case.pk for case in cases]
        Case.objects.filter(pk__in=ids).update(**theme)
        Case.objects.filter(pk=ids[0]).update(answered_at=NOON + 30 * HOUR, house="5 ")
        Case.objects.filter(pk=ids[1]).update(answered_at=NOON + 30 * HOUR)
        Case.objects.filter(pk=ids[4]).update(received_at=NOON + timedelta(days=120))
        Case.objects.filter(pk=ids[3]).update(house="7")
        refresh(ids)
        assert list(CaseFact.objects.order_by("case_id").values_list("repeated", flat=True)) == [
            False, False, True, False, False,
        ]
        Case.objects.filter(pk=ids[1]).update(outcome="spam")  # what does not count is repeated by nobody
        refresh([ids[1]])
        assert not CaseFact.objects.filter(repeated=True).exists()
        Case.objects.filter(pk=ids[1]).update(outcome="", scope=place("gorod-volzhskiy"))
        refresh([ids[1]])  # another town's «Мира, 5»
        assert not CaseFact.objects.filter(repeated=True).exists()


def _any_theme() -> int:
    from otklik.classifier.models import Theme

    return Theme.objects.values_list("pk", flat=True)[0]


@pytest.mark.parametrize(
    ("channel", "thread", "ours", "public"),
    [
        ("vk", "wall-1_5", True, True), ("vk", "im7", True, False), ("vk", "", True, False),
        ("vk", "wall-1_5", False, False), ("ok", "GROUP_TOPIC:6", True, True), ("ok", "chat:C3", True, False),
        ("max", "5/9", True, True), ("max", "5", True, False), ("telegram", "-100/4", True, True),
        ("telegram", "77", True, False), ("email", "wall-1_5", True, False),
    ],
)  # fmt: skip
def test_a_comment_stands_publicly_under_a_page_of_ours(channel: str, thread: str, ours: bool, public: bool) -> None:
    case = make_case(now=NOON)
    with acting(System("test")):
        page = Account.objects.create(channel=channel, code="page", name="Пробная страница", ours=ours)
        Case.objects.filter(pk=case.pk).update(account=page)
        Message.objects.filter(in_case__case=case).update(thread=thread)
        assert derive([case.pk])[0].comment == public
