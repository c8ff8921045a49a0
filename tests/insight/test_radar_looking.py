"""The radar's job: six messages within minutes become a burst, people are told once, and it ends by itself."""

from datetime import timedelta

import pytest

from otklik.acting import acting, widened
from otklik.cases.actions.problems import make_problem
from otklik.cases.alike import keep_print
from otklik.cases.models import Case, Notice
from otklik.cases.problem_models import Problem, PublicProblem
from otklik.failures import BadInput, NotYours, Refused
from otklik.insight import radar_acts
from otklik.insight.models import Burst, RadarUsual
from otklik.insight.radar_looking import look
from otklik.insight.radar_reading import lines, parts_of
from otklik.insight.radar_telling import known_name, seen_words, usual_words
from otklik.insight.radar_topics import look_for_topics
from otklik.journal.models import Entry
from otklik.territory.models import Kind, Territory
from tests.insight.radar_steps import NOON, bursts, came, cases, looked, past, water
from tests.making import SYSTEM, make_staff, place, send

pytestmark = pytest.mark.django_db
CODE = "gorod-kamyshin"
REGION = "volgograd"


def told() -> list[int]:
    with acting(SYSTEM):
        return sorted(Notice.objects.filter(kind="burst").values_list("user_id", flat=True))


def verbs() -> list[str]:
    with acting(SYSTEM):
        return list(Entry.objects.filter(stream__startswith="burst:").order_by("id").values_list("verb", flat=True))


def test_six_messages_of_one_theme_in_one_place_within_minutes_are_a_burst_at_the_sixth(db: None) -> None:
    past(water())
    ids = came(6, 12)
    (one,) = looked()
    assert (one.level, one.code, one.scope.code, one.state) == ("theme", water().code, CODE, "active")
    assert set(one.cases) == set(ids) and one.count >= 5 and one.minutes == 10
    assert one.expected < 0.2 and one.odds < 1 and one.began_at < one.found_at == NOON


def test_the_usual_message_of_a_day_is_none_and_one_writer_is_not_many(db: None) -> None:
    past(water())
    came(1, 5)
    assert not looked()
    for n in range(9):
        send(f"Дайте воду, пишу уже в который раз, {n}", CODE, now=NOON - timedelta(minutes=n), theme_id=water().pk,
             phone="+79001234567", answer_by="phone")  # fmt: skip
    assert not looked()


def test_without_a_past_the_radar_keeps_silent_and_says_that_it_learns(db: None) -> None:
    came(8, 10)
    assert not looked()
    with acting(SYSTEM):
        assert RadarUsual.objects.get().kept == {}


def test_curators_and_the_places_coordinators_are_told_once_and_nobody_else(db: None) -> None:
    curator, coordinator = make_staff(("curator", REGION)), make_staff(("coordinator", CODE))
    make_staff(("coordinator", "gorod-volzhskiy"))
    make_staff(("head", CODE))
    past(water())
    came(7, 12)
    looked()
    look(NOON + timedelta(minutes=1))
    assert told() == sorted([curator.user_id, coordinator.user_id])
    with acting(SYSTEM):
        words = Notice.objects.filter(kind="burst").first()
    assert words is not None and "обычно" in words.words and words.link == f"/region/bursts/{bursts()[0].pk}/"


def test_what_follows_goes_into_the_burst_and_it_ends_when_it_is_usual_again(db: None) -> None:
    past(water())
    came(6, 12)
    looked()
    came(3, 10, until=NOON + timedelta(minutes=40))
    (one,) = looked(NOON + timedelta(minutes=41))
    assert one.total == 9 and one.ended_at is None
    (one,) = looked(NOON + timedelta(hours=6))
    assert one.state == "quiet" and one.ended_at == NOON + timedelta(hours=6)
    assert verbs() == ["burst_found", "burst_over"]
    (one,) = looked(NOON + timedelta(hours=7))
    assert one.ended_at == NOON + timedelta(hours=6)


def test_a_second_look_at_the_same_minute_finds_nothing_more(db: None) -> None:
    past(water())
    came(6, 12)
    looked()
    assert len(looked()) == 1


def test_history_and_spam_are_no_evidence(db: None) -> None:
    past(water())
    ids = came(8, 10)
    with acting(SYSTEM), widened():
        Case.objects.filter(pk__in=ids[:4]).update(notifies=False)
        Case.objects.filter(pk__in=ids[4:]).update(outcome="spam")
    assert not looked()


def test_silence_is_per_burst_with_a_reason_and_what_still_comes_tells_nobody(db: None) -> None:
    curator = make_staff(("curator", REGION))
    past(water())
    came(6, 12)
    (one,) = looked()
    with pytest.raises(BadInput):
        radar_acts.silence(curator, one.pk, kind="spam", reason=" ", now=NOON)
    with pytest.raises(BadInput):
        radar_acts.silence(curator, one.pk, kind="joke", reason="так", now=NOON)
    radar_acts.silence(curator, one.pk, kind="rumour", reason="цепочка из чата", now=NOON)
    before = told()
    came(8, 10, until=NOON + timedelta(minutes=30))
    (one,) = looked(NOON + timedelta(minutes=31))
    assert one.state == "silenced" and one.total == 14 and told() == before
    with acting(SYSTEM):
        entry = Entry.objects.get(verb="burst_silenced")
    assert "цепочка" not in str(entry.fields) and entry.fields["kind"] == "rumour"
    radar_acts.hear_again(curator, one.pk, now=NOON)
    assert bursts()[0].state == "active" and not bursts()[0].reason


def test_strangers_see_no_burst_and_operators_do_not_silence(db: None) -> None:
    past(water())
    came(6, 12)
    (one,) = looked()
    stranger, operator = make_staff(("coordinator", "gorod-volzhskiy")), make_staff(("operator", CODE))
    with acting(stranger):
        assert not Burst.objects.exists()
    for act in (
        lambda who: radar_acts.silence(who, one.pk, kind="spam", reason="нет", now=NOON),
        lambda who: radar_acts.problem_of(who, one.pk, one.scope_id, now=NOON),
        lambda who: radar_acts.hear_again(who, one.pk, now=NOON),
    ):
        with pytest.raises(NotYours):
            act(stranger)
    with pytest.raises(Refused):
        radar_acts.silence(operator, one.pk, kind="spam", reason="нет", now=NOON)


def test_one_click_makes_a_problem_of_all_with_a_draft_that_is_not_public(db: None) -> None:
    coordinator = make_staff(("coordinator", CODE))
    past(water())
    ids = came(7, 12)
    (one,) = looked()
    problem = radar_acts.problem_of(coordinator, one.pk, one.scope_id, now=NOON)
    assert {case.problem_id for case in cases(ids)} == {problem.pk}
    with acting(SYSTEM):
        kept = Problem.objects.get(pk=problem.pk)
        assert not PublicProblem.objects.exists()
    assert kept.theme_id == water().pk and "7" in kept.public_text and "11:" in kept.public_text
    for text in ("вода не идёт", "Сидим без воды"):
        assert text.lower() not in kept.public_text.lower()
    again = radar_acts.problem_of(coordinator, one.pk, one.scope_id, now=NOON)
    assert again.pk == problem.pk and bursts()[0].problem_id == problem.pk


def test_one_message_that_stands_in_another_problem_does_not_take_the_others_there(db: None) -> None:
    coordinator = make_staff(("coordinator", CODE))
    past(water())
    ids = came(7, 12)
    (one,) = looked()
    works = make_problem(coordinator, ids[0], title="Работы рядом", now=NOON)
    with acting(coordinator, read_only=True):
        assert [part.problem for part in parts_of(coordinator, one)] == [None]
    problem = radar_acts.problem_of(coordinator, one.pk, one.scope_id, now=NOON)
    assert {case.problem_id for case in cases(ids)} == {works.pk, problem.pk}


def test_like_texts_that_the_reader_cannot_name_are_a_new_topic(db: None) -> None:
    past(water())
    ids = unnamed(6, 1 / 60)
    (one,) = looked()
    assert one.level == "topic" and set(one.cases) == set(ids) and one.alike == 6
    assert "раньше таких почти не было" in seen_words(one)


def test_a_topic_that_nobody_has_named_is_told_to_residents_without_our_word_for_that(db: None) -> None:
    past(water())
    ids = unnamed(6, 1 / 60)
    (one,) = looked()
    assert one.level == "topic" and one.code  # the number of a heap of like messages, no code of a theme
    problem = radar_acts.problem_of(make_staff(("coordinator", CODE)), one.pk, one.scope_id, now=NOON)
    assert {case.problem_id for case in cases(ids)} == {problem.pk}
    with acting(SYSTEM):
        kept = Problem.objects.get(pk=problem.pk)
    assert kept.public_title == "Разбираемся, что случилось" and kept.public_text
    assert "нет названия" not in kept.title + kept.public_text and kept.theme_id is None


def test_the_number_of_a_heap_is_never_read_as_the_code_of_a_theme(db: None) -> None:
    heap = Burst(level="topic", code=water().code, scope=place(CODE))
    assert known_name(heap) == "" and lines([heap])[0].name == "новая тема, которой ещё нет названия"
    theme = Burst(level="theme", code=water().code, scope=place(CODE))
    assert known_name(theme) == lines([theme])[0].name == water().name
    assert known_name(Burst(level="theme", code="gone.for-good", scope=place(CODE))) == ""


def unnamed(count: int, hours_apart: float) -> list[int]:
    """Like messages that the reader cannot name, the newest at noon."""
    text = "Розовый дирижабль пролетел низко над крышами и гудит"
    ids = [
        send(f"{text}, {n}", CODE, now=NOON - timedelta(hours=n * hours_apart), phone=f"+7901{n:07}",
             answer_by="phone").case_id
        for n in range(count)
    ]  # fmt: skip
    with acting(SYSTEM), widened():
        for case in Case.objects.filter(pk__in=ids):
            case.suggestion = {"themes": [], "abstains": True}
            case.save(update_fields=["suggestion"])
            keep_print(case)
    return ids


def test_what_grows_over_days_without_a_name_is_a_new_topic_once(db: None) -> None:
    ids = unnamed(6, 15)
    assert look_for_topics(NOON) == 1
    (one,) = bursts()
    assert one.level == "topic" and set(one.cases) == set(ids) and "7 дн." in seen_words(one)
    assert look_for_topics(NOON + timedelta(hours=1)) == 0 and len(bursts()) == 1


def test_texts_that_came_all_the_weeks_before_are_no_new_topic(db: None) -> None:
    unnamed(12, 80)
    assert look_for_topics(NOON) == 0


def test_a_rate_is_said_in_words_of_its_size() -> None:
    assert usual_words(0.4) == "0,4 в час"
    assert usual_words(12.3) == "12 в час"
    assert usual_words(0.06) == "1 в день"
    assert usual_words(0.02) == "3 в неделю"
    assert usual_words(0.0001) == "реже одного в месяц"


def test_what_many_places_write_of_at_once_is_one_burst_of_the_region(db: None) -> None:
    past(water())
    places = Territory.objects.filter(kind=Kind.MUNICIPALITY, active=True).order_by("pk")[:9]
    ids = [came(1, 1, code=one.code, until=NOON - timedelta(minutes=5 * n))[0] for n, one in enumerate(places)]
    (one,) = looked()
    assert one.level == "theme_all" and one.scope == place(REGION) and set(one.cases) <= set(ids) and one.total >= 4
