"""A fix is believed as far as it is shown: hints of photos, the resident's word, re-checks by lot, returns."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from otklik.acting import Link, acting
from otklik.cases import rechecks
from otklik.cases.actions.close import close
from otklik.cases.actions.recheck import record
from otklik.cases.actions.reopen import reopen
from otklik.cases.actions.reply import reply
from otklik.cases.actions.resident import confirm, rate, refute
from otklik.cases.evidence import shots_of, words_of
from otklik.cases.models import Case, DoneReport, Evidence, Notice, Rating, Recheck, TaskReply
from otklik.cases.resident_links import open_link
from otklik.failures import BadInput, NotYours, Refused
from otklik.files.photo_hints import Hints
from otklik.insight.returns import LEAST, returns
from tests.cases.steps import (
    answered,
    assigned,
    coordinator,
    entries,
    executor,
    o_clock,
    photo,
    received,
    running,
)
from tests.making import SYSTEM, make_staff, organisation, reread

pytestmark = pytest.mark.django_db
OTHER = "adm-gorod-volzhskiy"
DAY = date(2026, 3, 4)


@pytest.fixture
def who():
    return coordinator()


def done(who, organisation_id=None, *, answer=True, **shown):
    """A case said to be done by the executor, and answered. Returns (case id, resident's link)."""
    sent = received()
    task = assigned(who, sent.case_id, o_clock("10:05"), organisation_id=organisation_id or organisation().pk)
    shown = shown or {"no_photo": "dark"}
    reply(executor(who, task, o_clock("10:06")), kind="done", once="a" * 20, now=o_clock("10:30"), **shown)
    if answer:
        answered(who, sent.case_id, o_clock("11:00"))
    return sent.case_id, open_link(sent.token)


def report_of(case_id, turn=1):
    with acting(SYSTEM):
        return DoneReport.objects.get(case_id=case_id, turn=turn)


# What photos say of themselves


def shown_words(case_id):
    with acting(SYSTEM):
        case = Case.objects.get(pk=case_id)
        replies = {row.pk: row for row in TaskReply.objects.filter(case=case).select_related("assignment")}
        photos = list(Evidence.objects.filter(case=case).select_related("file"))
        shots = [shot for one in shots_of(photos, case, replies).values() for shot in one]
        return [(shot.photo.moment, [word.text for word in shot.words]) for shot in shots]


def test_hints_are_compared_with_the_task_and_the_place(who):
    before = replace(photo("red"), hints=Hints(o_clock("10:10"), 50.0833, 45.4))
    after = replace(photo("green"), hints=Hints(o_clock("09:00"), 50.11, 45.4))
    case_id, _link = done(who, photos=[after], before=[before])
    with acting(SYSTEM):
        case = Case.objects.get(pk=case_id)
        case.latitude, case.longitude = 50.0833, 45.4
        photos = list(Evidence.objects.filter(case=case).select_related("file"))
        told = {one.moment: [w.text for w in words_of(one, case, o_clock("10:05"), photos)] for one in photos}
    assert told == {"before": ["снято на месте"], "after": ["снято до поручения", "снято за 3 км отсюда"]}


def test_one_photo_for_before_and_after_and_a_wrong_clock_are_seen(who):
    same = photo("blue")
    case_id, _link = done(who, photos=[replace(same, hints=Hints(o_clock("15:00")))], before=[same])
    words = dict(shown_words(case_id))
    assert "фото «до» и «после» — одна и та же фотография" in words["before"]
    assert "время на телефоне неверное: снято позже, чем прислано" in words["after"]


def test_a_photo_that_stood_at_another_case_is_told_with_its_number_to_who_may_see_it(who):
    shot = photo("blue")
    done(who, photos=[shot])
    case_id, _link = done(who, photos=[shot])
    assert "такое фото уже было у карточки" in dict(shown_words(case_id))["after"]
    elsewhere = make_staff(("coordinator", "gorod-volzhskiy"))
    with acting(SYSTEM):
        second = Evidence.objects.get(case_id=case_id)
        assert second.same_as is not None and second.same_as.case_id != case_id
    with acting(elsewhere):
        assert not Evidence.objects.exists()  # of other places nobody reads even the number


def test_solved_without_a_photo_of_this_turn_needs_a_reason(who):
    case_id, _link = done(who)
    with pytest.raises(BadInput, match="напишите, откуда известно"):
        close(who, case_id, outcome="solved", now=o_clock("12:00"))
    closed = close(who, case_id, outcome="solved", reason="Проверил мастер участка", now=o_clock("12:01"))
    assert closed.outcome == "solved"


# What became of it


def test_what_became_of_a_report_is_followed_turn_by_turn(who):
    case_id, link = done(who, photos=[photo()])
    assert (report_of(case_id).shown, report_of(case_id).came_of) == (True, "")
    refute(link, text="Не горит", photos=[photo("red")], once="b" * 20, now=o_clock("12:00"))
    assert report_of(case_id).came_of == "refuted"
    task = assigned(who, case_id, o_clock("12:10"))
    reply(executor(who, task, o_clock("12:11")), kind="done", no_photo="dark", once="c" * 20, now=o_clock("12:20"))
    answered(who, case_id, o_clock("12:30"))
    confirm(link, now=o_clock("12:40"))
    assert [report_of(case_id, turn).came_of for turn in (1, 2)] == ["refuted", "confirmed"]
    reopen(who, case_id, reason="снова", now=o_clock("13:00"))
    assert report_of(case_id, 2).came_of == "reopened"


def test_done_taken_back_before_the_answer_was_never_reported(who):
    case_id = received().case_id
    task = assigned(who, case_id, o_clock("10:05"))
    link = executor(who, task, o_clock("10:06"))
    reply(link, kind="done", no_photo="dark", once="a" * 20, now=o_clock("10:30"))
    reply(link, kind="not_ours", whose="Горсвет", once="b" * 20, now=o_clock("10:40"))
    with acting(SYSTEM):
        assert not DoneReport.objects.exists()


def test_the_resident_rates_once_a_turn_and_may_change_it(who):
    case_id, link = done(who)
    for stars in (0, 6):
        with pytest.raises(BadInput):
            rate(link, stars, now=o_clock("12:00"))
    rate(link, 2, now=o_clock("12:00"))
    rate(link, 5, now=o_clock("12:05"))
    rate(link, 5, now=o_clock("12:06"))
    with acting(SYSTEM):
        assert [one.stars for one in Rating.objects.all()] == [5]
    assert len(entries(case_id, "rate")) == 2
    assert reread(case_id).state == Case.State.ANSWERED  # it closes nothing
    with pytest.raises(Refused, match="Прошло больше"):
        rate(link, 1, now=o_clock("12:00") + timedelta(days=31))
    with pytest.raises(Refused):
        rate(Link(case_id, "executor", 1), 1, now=o_clock("12:10"))
    with pytest.raises(Refused):
        rate(open_link(received().token), 4, now=o_clock("12:00"))  # nothing was answered yet


# The curator's sample


def test_a_sample_is_drawn_anew_from_its_seed_and_bounded_by_executor():
    lots = [rechecks.Candidate(n, n % 3) for n in range(60)]
    drawn = rechecks.drawn_from(lots, "жребий", 4)
    assert drawn == rechecks.drawn_from(reversed(lots), "жребий", 4)
    assert len(drawn) == 12 and {sum(one.organisation_id == body for one in drawn) for body in range(3)} == {4}
    assert drawn != rechecks.drawn_from(lots, "другой", 4)
    picked = [0] * 20
    for seed in range(400):  # by chance each of twenty comes up about as often as another
        for one in rechecks.drawn_from([rechecks.Candidate(n, 0) for n in range(20)], str(seed), 5):
            picked[one.report_id] += 1
    assert min(picked) > 60 and max(picked) < 145


def test_the_curator_draws_looks_and_what_is_not_done_begins_anew(who):
    curator = make_staff(("curator", "volgograd"))
    bad, _link = done(who)
    good, _link = done(who)
    confirmed, link = done(who)
    confirm(link, now=o_clock("11:30"))
    for stranger in (who, make_staff(("analyst", "volgograd"))):
        with pytest.raises(Refused):
            rechecks.draw(stranger, since=DAY, until=DAY, each=5)
    sample = rechecks.draw(curator, since=DAY, until=DAY, each=5, seed="март", now=o_clock("15:00"))
    with pytest.raises(BadInput):  # all have been drawn
        rechecks.draw(curator, since=DAY, until=DAY, each=5)
    with acting(curator, read_only=True):
        rows = {row.case_id: row.pk for row in rechecks.waiting(None)}
    assert set(rows) == {bad, good} and sample.seed == "март"
    with pytest.raises(BadInput, match="что увидели"):
        record(curator, rows[bad], way="visit", found="not_done", now=o_clock("16:00"))
    record(curator, rows[bad], way="visit", found="not_done", words="Лампы нет", now=o_clock("16:00"))
    record(curator, rows[good], way="phone", found="done", now=o_clock("16:05"))
    case = reread(bad)
    assert (case.state, case.turn, case.fix) == (Case.State.TRIAGED, 2, Case.Fix.REFUTED)
    assert "answer" in running(bad)
    assert (report_of(bad).came_of, report_of(good).came_of) == ("checked_bad", "checked")
    assert reread(good).state == Case.State.ANSWERED
    with pytest.raises(Refused):  # sent twice, or by two at once
        record(curator, rows[good], way="phone", found="done", now=o_clock("16:06"))
    with acting(SYSTEM):
        assert [one.user_id for one in Notice.objects.filter(kind="rechecked", case_id=bad)] == [who.user_id]
    (entry,) = entries(bad, "recheck_failed")
    assert entry.fields["found"] == "not_done" and "Лампы" not in str(entry.fields)


def test_a_recheck_of_other_places_is_nobody_s(who):
    done(who)
    curator = make_staff(("curator", "gorod-volzhskiy"))
    with pytest.raises(BadInput):
        rechecks.draw(curator, since=DAY, until=DAY, each=5)
    rechecks.draw(make_staff(("curator", "volgograd")), since=DAY, until=DAY, each=5)
    with acting(SYSTEM):
        waits = Recheck.objects.get().pk
    with pytest.raises(NotYours):
        record(curator, waits, way="visit", found="done")


def test_returns_are_counted_by_executor_with_their_number_and_few_are_hidden(who):
    now = o_clock("18:00")
    for n in range(LEAST):
        _case, link = done(who, **({"photos": [photo()]} if n < 5 else {}))
        if n < 3:
            refute(link, text="Не горит", once=f"{n:020d}", now=o_clock("12:00"))
        rate(link, 4, now=o_clock("12:30")) if n >= 3 else None
    done(who, organisation(OTHER).pk)
    with acting(who, read_only=True):
        found = returns("organisation", 30, None, now)
        (row,) = found.rows
        assert (row.name, row.reports, row.returned, row.share, row.with_photo) == (
            organisation().short_name, LEAST, 3, 30.0, 50,
        )
        assert row.mean is None and row.rated == LEAST - 3  # too few rated to say
        assert found.hidden == 1 and found.total is not None and found.total.reports == LEAST + 1
        assert returns("theme", 30, None, now).rows[0].reports == LEAST + 1
        assert not returns("organisation", 30, None, now + timedelta(days=40)).rows
    with acting(make_staff(("head", "gorod-volzhskiy")), read_only=True):
        assert returns("organisation", 30, None, now).total is None  # nothing of other places
