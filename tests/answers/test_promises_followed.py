"""What becomes of a promise: refuted, confirmed, refused; made in one answer to many and in a letter by law."""

from datetime import date, timedelta

import pytest

from otklik.acting import acting, widened
from otklik.answers import for_problem, for_problem_jobs
from otklik.answers.models import Answer, Promise, PublicPromise
from otklik.answers.promise_jobs import alarm_due, follow_cases
from otklik.answers.promise_reading import done
from otklik.answers.promising import Taken, hold, keep, name, proposed_in, written
from otklik.answers.publishing import publish
from otklik.answers.sending import sent
from otklik.cases.actions.problems import join, make_problem
from otklik.cases.actions.reply import note_word
from otklik.cases.actions.resident import confirm, refute
from otklik.cases.actions.transfer import transfer_regime
from otklik.cases.models import Case
from otklik.cases.resident_links import open_link
from otklik.classifier.models import Theme
from otklik.failures import BadInput, Refused
from otklik.organisations import region_settings
from tests.cases.registering import by_law
from tests.cases.steps import answered, approved, approver, assigned, coordinator, entries, o_clock, received
from tests.making import SYSTEM, logged_in, make_staff, make_user, place

pytestmark = pytest.mark.django_db
NOW, LATER = o_clock("12:00"), o_clock("15:00")
DATED = "Фонарь у дома 8 на Мира заменит «Горсвет» до 6 марта."
DAY = date(2026, 3, 6)
TAKEN = [Taken(DAY, "до 6 марта")]


@pytest.fixture
def who(db):
    return coordinator()


def states(case_id: int) -> list[str]:
    with acting(SYSTEM):
        return list(Promise.objects.filter(case_id=case_id).order_by("pk").values_list("state", flat=True))


def promised(who, case_id: int) -> Promise:
    publish(who, approved(who, case_id, NOW, text=DATED).pk, now=NOW, promises=TAKEN)
    with acting(SYSTEM):
        return Promise.objects.get(case_id=case_id)


def interim(who, case_id: int) -> None:
    answered(who, case_id, NOW, kind="interim", promised_for=DAY, text=DATED)


def reported(who, case_id: int) -> None:
    task = assigned(who, case_id, o_clock("13:00"))
    note_word(
        who, case_id, assignment_id=task.pk, kind="done", text="Заменили", said_by="Дежурный Ян",
        said_at=o_clock("14:00"), now=o_clock("14:00"),
    )


def test_a_common_answer_leaves_a_promise_with_its_alarm_in_every_case(who):
    ids = [received(name=f"Житель {one}").case_id for one in range(3)]
    problem = make_problem(who, ids[0], title="Темно на Мира", now=o_clock("10:05"))
    for case_id in ids[1:]:
        join(who, case_id, problem_id=problem.pk, now=o_clock("10:05"))
    text = "{имя}, фонарь на Мира заменим до 6 марта. К 2040 году обновим линию."
    row = for_problem.save(who, problem.pk, text=text, now=o_clock("10:10"))
    for_problem.send_to_review(who, problem.pk, now=o_clock("10:11"))
    for_problem.approve(approver(), problem.pk, version=row.version, now=o_clock("10:12"))
    for_problem.begin(who, problem.pk, version=row.version, now=o_clock("10:20"))
    assert for_problem_jobs.carry_on(o_clock("10:21")) == 3
    with acting(SYSTEM):
        made = Promise.objects.order_by("case_id").values_list("case_id", "until", "state")
        assert list(made) == [(case_id, DAY, "open") for case_id in ids], "no day farther than a promise may have"
    assert alarm_due(NOW + timedelta(days=1)) == 3


def test_the_day_of_a_common_interim_answer_is_not_promised_twice(who):
    case_id = received(name="Житель").case_id
    problem = make_problem(who, case_id, title="Темно на Мира", now=o_clock("10:05"))
    row = for_problem.save(who, problem.pk, text=DATED, kind="interim", promised_for=DAY, now=o_clock("10:10"))
    for_problem.send_to_review(who, problem.pk, now=o_clock("10:11"))
    for_problem.approve(approver(), problem.pk, version=row.version, now=o_clock("10:12"))
    for_problem.begin(who, problem.pk, version=row.version, now=o_clock("10:20"))
    for_problem_jobs.carry_on(o_clock("10:21"))
    assert states(case_id) == ["open"]


def by_letter(who, case_id: int, **fields):
    transfer_regime(who, case_id, regime="law59", reason="подписано", now=NOW)
    entry = by_law(who, case_id)
    approved(who, case_id, NOW, text=DATED)
    sent(who, case_id, registration_id=entry.pk, number="5", at=LATER, signer="Глава", way="email", now=LATER, **fields)


def test_a_letter_by_law_leaves_its_promises_and_ends_those_before_it_when_the_fix_was_reported(who):
    case_id = received().case_id
    interim(who, case_id)
    reported(who, case_id)
    by_letter(who, case_id, promises=TAKEN)
    assert states(case_id) == ["kept", "open"]
    with acting(SYSTEM):
        assert Promise.objects.get(state="open").answer == Answer.objects.get(kind="final")
        assert Promise.objects.get(state="kept").kept_at == LATER
    assert entries(case_id, "sent")[0].fields["promised"]


def test_a_letter_by_law_does_not_make_done_what_nobody_reported(who):
    case_id = received().case_id
    interim(who, case_id)
    by_letter(who, case_id)
    assert states(case_id) == ["open"]


def test_a_refusal_leaves_the_promise_open_and_it_is_told_of_on_its_day(who):
    case_id = received().case_id
    interim(who, case_id)
    answered(who, case_id, LATER, text="Фонарь на Мира, 8 не заменим: это частная сеть.")
    assert states(case_id) == ["open"]
    assert alarm_due(NOW + timedelta(days=2)) == 1


def named(who, row: Promise) -> None:
    with acting(SYSTEM), widened():
        region_settings.put(SYSTEM, "public_promises", True, place("gorod-kamyshin").pk)
        theme = Theme.objects.filter(group__code="lighting").first() or Theme.objects.first()
        Case.objects.filter(pk=row.case_id).update(theme=theme)
    name(who, row.pk, title="Фонарь на улице Мира", now=NOW)


def public() -> PublicPromise:
    with acting(SYSTEM):
        return PublicPromise.objects.get()


def test_what_the_resident_refuted_is_not_done_anywhere(who):
    accepted = received()
    link, case_id = open_link(accepted.token), accepted.case_id
    row = promised(who, case_id)
    named(who, row)
    keep(who, row.pk, now=LATER)
    assert public().done_on == date(2026, 3, 4)
    refuted = o_clock("10:00", "2026-03-07")
    refute(link, text="Не горит", once="1", now=refuted)
    assert follow_cases(refuted) == 1
    assert follow_cases(refuted) == 0
    assert states(case_id) == ["unmet"]
    assert public().done_on is None
    with acting(who, read_only=True):
        figures, _rows = done(who, refuted, 30)
    assert (figures.unmet, figures.in_time, figures.share) == (1, 0, 0)
    [told] = entries(case_id, "promise_followed")
    assert told.fields["unmet"] == [row.pk]
    with pytest.raises(Refused):
        keep(who, row.pk, now=refuted)
    answered(who, case_id, o_clock("12:00", "2026-03-10"), text="Фонарь на Мира, 8 заменили снова.")
    assert follow_cases(o_clock("12:05", "2026-03-10")) == 0, "an answer alone makes nothing done"
    confirm(link, now=o_clock("13:00", "2026-03-10"))
    assert follow_cases(o_clock("13:05", "2026-03-10")) == 1
    assert states(case_id) == ["kept"]
    assert public().done_on == date(2026, 3, 10)
    with acting(who, read_only=True):
        assert done(who, o_clock("13:05", "2026-03-10"), 30)[0].late == 1


def test_what_was_done_holds_by_a_persons_word_when_the_case_came_back_for_something_else(who):
    accepted = received()
    link, case_id = open_link(accepted.token), accepted.case_id
    row = promised(who, case_id)
    keep(who, row.pk, now=LATER)
    came = o_clock("10:00", "2026-03-07")
    refute(link, text="Свет есть, но теперь мусор не убрали", once="1", now=came)
    follow_cases(came)
    operator = make_staff(("operator", "gorod-kamyshin"))
    with pytest.raises(Refused):
        hold(operator, row.pk, reason="о мусоре", now=came)
    desk = logged_in(make_user(("head", "gorod-kamyshin")))
    assert f"/desk/promises/{row.pk}/hold/" in desk.get("/desk/promises/done/?days=365").content.decode()
    empty = desk.post(f"/desk/promises/{row.pk}/hold/", {"reason": " ", "back": "done"})
    assert empty.status_code == 422
    assert "по какому поводу" in empty.content.decode()
    with pytest.raises(BadInput):
        hold(who, row.pk, reason=" ", now=came)
    hold(who, row.pk, reason="Свет горит, пишут о мусоре", now=came)
    with acting(SYSTEM):
        assert Promise.objects.get(pk=row.pk).kept_at == LATER, "kept when it was, not when it was said again"
    assert follow_cases(came + timedelta(hours=1)) == 0
    with acting(who, read_only=True):
        assert done(who, came, 30)[0].in_time == 1
    with pytest.raises(Refused):
        hold(who, row.pk, reason="ещё раз", now=came)
    answered(who, case_id, o_clock("12:00", "2026-03-10"), text="Мусор убрали.")
    refute(link, text="А свет опять не горит", once="2", now=o_clock("13:00", "2026-03-10"))
    assert follow_cases(o_clock("13:05", "2026-03-10")) == 1
    assert states(case_id) == ["unmet"], "the next return is judged anew"


def test_a_letter_noted_after_its_promised_day_still_offers_and_takes_the_promise(who):
    case_id = received().case_id
    transfer_regime(who, case_id, regime="law59", reason="по закону", now=NOW)
    entry = by_law(who, case_id, "law59")
    answer = approved(who, case_id, NOW, text=DATED)
    noted = o_clock("12:00", "2026-03-11")
    with acting(who, read_only=True):
        since = written(answer.case, answer, noted)
    assert proposed_in(DATED, noted) == [], "by the day of noting it is over"
    [offer] = proposed_in(DATED, since)
    assert offer.until == DAY
    sent(who, case_id, registration_id=entry.pk, number="5", at=o_clock("10:00", "2026-03-05"), signer="Глава",
         way="post", promises=TAKEN, now=noted)  # fmt: skip
    assert states(case_id) == ["open"]
    assert alarm_due(noted) == 1, "its day is over: the people of the case are told at once"


def test_what_was_done_in_the_turn_after_stays_done(who):
    accepted = received()
    case_id = accepted.case_id
    row = promised(who, case_id)
    refute(open_link(accepted.token), text="Не горит", once="1", now=LATER)
    assert follow_cases(LATER) == 0
    keep(who, row.pk, now=LATER + timedelta(hours=1))
    assert follow_cases(LATER + timedelta(hours=1)) == 0
    assert states(case_id) == ["kept"]


def test_an_open_promise_is_kept_when_the_resident_confirms(who):
    accepted = received()
    promised(who, accepted.case_id)
    confirm(open_link(accepted.token), now=LATER)
    assert follow_cases(LATER + timedelta(minutes=5)) == 1
    assert states(accepted.case_id) == ["kept"]
    with acting(SYSTEM):
        assert Promise.objects.get().kept_at == LATER


def test_nobody_but_the_program_says_what_became_of_a_promise():
    from otklik.cases.lifecycle import BY_NAME, may

    with acting(SYSTEM):
        assert not may(make_staff(("coordinator", "gorod-kamyshin")), BY_NAME["promise_followed"], Case(scope_id=1))
