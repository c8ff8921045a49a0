"""The chain of approval: data of the policy, steps in order, taken back while the answer is not out."""

from datetime import date
from pathlib import Path

import pytest

from otklik.acting import acting, widened
from otklik.answers import chain
from otklik.answers.approval import approve, chain_is_empty, return_to_author, send_to_review, withdraw
from otklik.answers.chain import chain_of, together
from otklik.answers.drafting import save_draft
from otklik.answers.models import Agreement, Answer
from otklik.answers.publishing import publish
from otklik.cases.actions.importance import correct_importance
from otklik.cases.models import Case, Notice
from otklik.failures import Refused
from otklik.organisations import region_settings
from otklik.organisations.absences import enter
from otklik.policy.adopting import adopt_policy
from otklik.policy.approval import StepsFor, chain_words, steps_for, what_is_wrong
from otklik.policy.reading import read_toml
from tests.at_once import at_once
from tests.cases.steps import approver, coordinator, entries, o_clock, received
from tests.making import SYSTEM, make_staff, make_user, place, reread, staff_actor

HOME = "gorod-kamyshin"
TWO = ("approver", "head")


@pytest.mark.parametrize(
    ("others", "importance", "steps"),
    [
        ((), 4, ("approver",)),
        ((StepsFor(3, TWO),), 2, ("approver",)),
        ((StepsFor(3, TWO),), 3, TWO),
        ((StepsFor(3, TWO), StepsFor(4, ("head",))), 4, ("head",)),
        ((StepsFor(4, ()),), 4, ()),
    ],
)
def test_the_highest_importance_that_is_reached_says_the_steps(others, importance, steps):
    assert steps_for(("approver",), others, importance) == steps


@pytest.mark.parametrize(
    ("regime", "usual", "others", "said"),
    [
        ("law59", (), (), "Без согласования"),
        ("pos", ("approver",), (StepsFor(3, ()),), "Без согласования"),
        ("social", ("mayor",), (), "mayor"),
        ("social", ("head",) * 6, (), "не больше"),
        ("social", (), (StepsFor(3, TWO), StepsFor(3, ("head",))), "дважды"),
    ],
)
def test_what_a_chain_must_not_be(regime, usual, others, said):
    assert said in what_is_wrong(regime, usual, others)
    assert what_is_wrong("social", (), ()) == ""


def test_a_chain_is_said_in_one_line_and_many_are_put_together_in_order():
    assert chain_words(("approver",), (StepsFor(3, TWO),)) == "согласующий; с важности 3: согласующий → руководитель"
    assert together([("head",), ("approver",), ()]) == ("approver", "head")
    assert together([]) == ()


def adopt(usual=("approver",), others=((3, TWO),), regime: str = "social") -> None:
    shipped = read_toml(Path(chain.__file__).parents[1] / f"policy/shipped/regimes/{regime}.toml")
    content = shipped | {
        "approval": list(usual), "valid_from": date(2026, 1, 1), "source": "проверка",
        "approval_for": [{"importance_from": n, "steps": list(steps)} for n, steps in others],
    }
    home = place(HOME)
    adopt_policy(SYSTEM, content, home.pk, home.pk, o_clock("09:00"))


def head():
    return make_staff(("head", HOME), name="Главный Лев Ильич")


def written(who, case_id: int, text: str = "Починили.") -> Answer:
    answer = save_draft(who, case_id, text=text, now=o_clock("10:10"))
    return send_to_review(who, answer.pk, now=o_clock("10:11"))


@pytest.fixture
def important(db) -> int:
    adopt()
    case_id = received().case_id
    correct_importance(coordinator(), case_id, importance=3, reason="дети", now=o_clock("10:05"))
    return case_id


@pytest.mark.django_db
def test_steps_go_in_order_each_by_another_person_who_has_read_that_version(important):
    author, first, last = coordinator(), approver(), head()
    answer = written(author, important)
    assert approve(first, answer.pk, version=1, now=o_clock("10:20")).state == "review"
    with pytest.raises(Refused, match="руководитель"):
        approve(approver(), answer.pk, version=1)
    with pytest.raises(Refused):
        publish(author, answer.pk)
    assert approve(last, answer.pk, version=1, now=o_clock("10:30")).state == "approved"
    with acting(SYSTEM):
        rows = list(Agreement.objects.values_list("step", "role", "version", "user_id"))
        assert rows == [(1, "approver", 1, first.user_id), (2, "head", 1, last.user_id)]
        assert Notice.objects.filter(user_id=last.user_id, kind="approval").count() == 1
    assert [e.fields["step"] for e in entries(important, "approve")] == [1, 2]
    assert publish(author, answer.pk, now=o_clock("10:40")).state == "published"


@pytest.mark.django_db
def test_one_person_takes_one_step_unless_somebody_agreed_by_word_of_mouth(important):
    answer, boss = written(coordinator(), important), head()
    approve(boss, answer.pk)
    with pytest.raises(Refused, match="уже согласовали"):
        approve(boss, answer.pk)
    row = approve(boss, answer.pk, note="первый зам., по телефону, 04.03 10:20")
    assert (row.state, row.approval_note) == ("approved", "первый зам., по телефону, 04.03 10:20")


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["return", "change"])
def test_returned_or_changed_it_is_agreed_from_the_beginning(important, how):
    author, first = coordinator(), approver()
    answer = written(author, important)
    approve(first, answer.pk)
    if how == "return":
        return_to_author(head(), answer.pk, reason="без обещаний")
    else:
        save_draft(author, important, text="Другое", base_version=1, now=o_clock("10:20"))
    send_to_review(author, answer.pk)
    assert approve(first, answer.pk).state == "review"
    with acting(SYSTEM):
        ended = Agreement.objects.exclude(ended_at=None).values_list("ended_by", flat=True)
        assert list(ended) == ["returned" if how == "return" else "changed"]
        told = Notice.objects.filter(user_id=author.user_id, kind="returned").count()
    assert told == (how == "return")


@pytest.mark.django_db
def test_an_approval_is_withdrawn_by_its_giver_with_the_steps_after_it(important):
    first, last = approver(), head()
    answer = written(coordinator(), important)
    approve(first, answer.pk)
    approve(last, answer.pk)
    with pytest.raises(Refused, match="своё"):
        withdraw(approver(), answer.pk, reason="ошибка")
    assert withdraw(first, answer.pk, reason="не те сроки").state == "review"
    with acting(SYSTEM):
        assert not Agreement.objects.filter(ended_at=None).exists()
    with pytest.raises(Refused):
        publish(coordinator(), answer.pk)


@pytest.mark.django_db
def test_an_importance_raised_after_the_approval_asks_for_the_further_step(db):
    adopt()
    case_id, author = received().case_id, coordinator()
    answer = written(author, case_id)
    assert approve(approver(), answer.pk).state == "approved"
    correct_importance(author, case_id, importance=3, reason="дети", now=o_clock("10:30"))
    with pytest.raises(Refused, match="руководитель"):
        publish(author, answer.pk)
    approve(head(), answer.pk)
    assert publish(author, answer.pk, now=o_clock("10:40")).state == "published"


@pytest.mark.django_db
def test_a_substitute_agrees_in_the_place_of_whoever_is_on_leave(important):
    absent, stand_in = make_user(("head", HOME)), make_user(("operator", HOME))
    day = o_clock("10:00").date()
    enter(SYSTEM, user_id=absent.pk, since=day, until=day, substitute_id=stand_in.pk, today=day)
    answer = written(coordinator(), important)
    approve(approver(), answer.pk)
    approve(staff_actor(stand_in, day), answer.pk, now=o_clock("10:30"))
    with acting(SYSTEM):
        row = Agreement.objects.get(step=2)
        assert (row.user_id, row.for_user_id) == (stand_in.pk, absent.pk)


@pytest.mark.django_db
def test_empty_it_is_only_in_social(db):
    adopt(usual=(), others=())
    region_settings.put(SYSTEM, "one_person", True, place(HOME).pk)
    case = reread(received().case_id)
    with acting(SYSTEM), widened():
        assert chain_is_empty(case)
        for regime in ("pos", "law59", "law8"):
            case.regime = regime
            assert chain_of(case) == ("approver",)


def test_two_who_publish_at_once_publish_one_answer(committed):
    case_id, author = received().case_id, coordinator()
    answer = written(author, case_id)
    approve(approver(), answer.pk, now=o_clock("10:20"))
    came = at_once(
        lambda: publish(author, answer.pk, version=1, now=o_clock("10:30")),
        lambda: publish(coordinator(), answer.pk, version=1, now=o_clock("10:30")),
    )
    assert sorted(type(one).__name__ for one in came) == ["Answer", "Refused"]
    with acting(SYSTEM):
        assert Answer.objects.filter(state="published").count() == 1
    assert reread(case_id).state == Case.State.ANSWERED


def test_an_approval_withdrawn_while_somebody_publishes_wins_or_comes_too_late(committed):
    case_id, author, agreed = received().case_id, coordinator(), approver()
    answer = written(author, case_id)
    approve(agreed, answer.pk, now=o_clock("10:20"))
    at_once(
        lambda: publish(author, answer.pk, now=o_clock("10:30")),
        lambda: withdraw(agreed, answer.pk, reason="ошибка", now=o_clock("10:30")),
    )
    with acting(SYSTEM):
        state = Answer.objects.get().state
        holds = Agreement.objects.filter(ended_at=None).exists()
    assert (state, holds) in {("published", True), ("review", False)}
