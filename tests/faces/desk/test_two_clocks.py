"""A case shows until when to answer and until when to fix, side by side, each with its reasons and its pause."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from otklik.acting import acting
from otklik.answers.models import Promise
from otklik.answers.promising import Taken, keep
from otklik.answers.publishing import publish
from otklik.cases.actions.pause import pause
from otklik.cases.models import Case
from otklik.policy.adopting import adopt_policy
from otklik.policy.models import PolicyVersion
from tests.cases.steps import answered, approved, assigned, clock
from tests.making import SYSTEM, logged_in, make_case, make_staff, make_user, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return logged_in(make_user(("coordinator", "gorod-kamyshin")))


def columns(desk, case: Case) -> tuple[str, str]:
    page = desk.get(f"/desk/case/{case.number}/").content.decode()
    found = re.search(r'<div class="two-clocks">(.*?)</section>(.*?)</section>', page, re.S)
    clean = re.compile(r"<svg.*?</svg>|<[^>]+>", re.S)
    return tuple(re.sub(r"\s+", " ", clean.sub(" ", part)) for part in found.groups())


def test_nothing_is_promised_then_an_organisation_has_a_date_then_the_resident_was_promised_one(desk):
    who, case, now = make_staff(("coordinator", "gorod-kamyshin")), make_case(), timezone.now()
    answer, fix = columns(desk, case)
    assert "Ответить:" in answer
    assert "почему такой срок" in answer
    assert "жителю не обещано" in fix
    assigned(who, case.pk, now, due_at=now + timedelta(days=3))
    assert "жителю не обещано; " in columns(desk, case)[1]
    promised = timezone.localdate() + timedelta(days=5)
    answered(who, case.pk, now, kind="interim", promised_for=promised, text=f"Заменим до {promised:%d.%m.%Y}.")
    answer, fix = columns(desk, case)
    assert "Дать окончательный ответ:" in answer
    assert "Устранить:" in fix
    assert f"устранить до {promised:%d.%m.%Y}" in fix


def test_a_day_promised_in_words_stands_in_the_column_until_somebody_says_done(desk):
    who, case, now = make_staff(("coordinator", "gorod-kamyshin")), make_case(), timezone.now()
    day = timezone.localdate() + timedelta(days=5)
    answer = approved(who, case.pk, now, text=f"Фонарь на Мира, 8 заменим до {day:%d.%m.%Y}, столб позже.")
    taken = [Taken(day + timedelta(days=2), "позже"), Taken(day, "до дня")]
    publish(who, answer.pk, now=now, promises=taken)
    assert f"обещано до {date_format(day, 'j E Y')}" in columns(desk, case)[1]
    with acting(SYSTEM):
        first = Promise.objects.get(until=day)
    keep(who, first.pk)
    assert f"обещано до {date_format(day + timedelta(days=2), 'j E Y')}" in columns(desk, case)[1]


def test_the_queue_tells_until_when_to_fix_where_another_date_comes_first(desk):
    who, case, now = make_staff(("coordinator", "gorod-kamyshin")), make_case(), timezone.now()
    promised = timezone.localdate() + timedelta(days=60)
    answered(who, case.pk, now, kind="interim", promised_for=promised, text=f"Заменим до {promised:%d.%m.%Y}.")
    page = desk.get("/desk/?tab=all").content.decode()
    assert "устранить до" in page


def test_a_pause_is_offered_with_the_reasons_of_the_policy_and_says_when_it_ends(desk):
    region = place("volgograd")
    data = PolicyVersion.objects.get(regime="social", territory=None, version=1).data
    reasons = [{"code": "access", "words": "нужен доступ в подвал", "most_working_days": 4}]
    content = data | {"pause_cap_working_days": 6, "pause_reasons": reasons}
    adopt_policy(SYSTEM, content, region.pk, region.pk, timezone.now())
    case = make_case()
    page = desk.get(f"/desk/case/{case.number}/").content.decode()
    assert "Нужен доступ в подвал" in page
    assert "не дольше 4 рабочих дней" in page
    assert "Осталось 6 рабочих дней паузы" in page
    sent = desk.post(f"/desk/case/{case.number}/pause/", {"code": "other", "reason": ""})
    assert sent.status_code == 422
    assert desk.post(f"/desk/case/{case.number}/pause/", {"code": "access"}).status_code in (200, 302)
    assert "пойдёт сам" in columns(desk, case)[0]
    journal = desk.get(f"/desk/case/{case.number}/").content.decode()
    assert "пауза не дольше чем до" in journal


def test_what_stands_still_without_a_cap_says_only_that_it_does(desk):
    case = make_case()
    pause(make_staff(("coordinator", "gorod-kamyshin")), case.pk, code="access", now=timezone.now())
    if clock(case.pk, "answer").resumes_at is None:
        assert "пойдёт сам" not in columns(desk, case)[0]
    assert "приостановлен" in columns(desk, case)[0]
