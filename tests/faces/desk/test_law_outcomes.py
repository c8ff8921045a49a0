"""«Решение по обращению» on its page: what is offered, what is asked, who decides, what a stranger sees."""

import pytest
from django.utils import timezone

from otklik.acting import acting
from otklik.cases.actions.transfer import transfer_regime
from otklik.cases.models import ComplainedOf, LawDecision, Registration
from otklik.cases.numbers import shown
from tests.making import SYSTEM, logged_in, make_case, make_staff, make_user, organisation, reread

pytestmark = pytest.mark.django_db
NAME = "Проба Нина Ильинична"


def today() -> str:
    """Asked for when it is needed: a run may go on past midnight."""
    return timezone.localdate().isoformat()


@pytest.fixture
def desk(db):
    return logged_in(make_user(("coordinator", "gorod-kamyshin")))


@pytest.fixture
def case(db):
    return make_case(name=NAME, email="proba@example.test")


def at(case, tail=""):
    return f"/desk/case/{shown(case.number)}/{tail}"


def registered(desk, case, regime="law59"):
    transfer_regime(make_staff(("coordinator", "gorod-kamyshin")), case.pk, regime=regime, reason="по закону")
    answer = desk.post(at(case, "register/"), {"regime": regime, "number": "А-17", "registered_at": today()})
    assert answer.status_code == 302
    with acting(SYSTEM):
        return Registration.objects.get(case=case, regime=regime, ended_at=None)


def chosen(case, entry, code, client):
    return client.get(at(case, f"law/?entry={entry.pk}&outcome={code}")).content.decode()


def prepared(client, case, entry, code, **fields):
    return client.post(at(case, "law/prepare/"), {"entry": entry.pk, "code": code} | fields)


def decision_of(case):
    with acting(SYSTEM):
        return LawDecision.objects.filter(case=case).latest("id")


def test_without_a_registration_nothing_is_offered(desk, case):
    page = desk.get(at(case, "law/")).content.decode()
    assert "У этой карточки таких нет" in page
    assert "outcome=" not in page


def test_the_outcomes_of_the_law_are_offered_each_with_a_sentence_its_article_and_who_decides(desk, case):
    registered(desk, case)
    assert "Решение по обращению" in desk.get(at(case)).content.decode(), "the card leads there"
    page = desk.get(at(case, "law/")).content.decode()
    assert "часть 2 статьи 11 59-ФЗ" in page
    assert "Судебное решение обжалуют только в суде" in page
    assert "решает: руководитель, уполномоченный по акту" in page
    assert "не проверено по тексту закона" in page
    assert "outcome=anonymous" not in page, "name and address are known"
    assert "outcome=same_stopped" not in page, "nothing was stopped"
    assert "8-ФЗ" not in page


def test_a_request_has_the_grounds_of_its_own_law(desk, case):
    registered(desk, case, "law8")
    page = desk.get(at(case, "law/")).content.decode()
    assert "Решение по запросу" in page
    assert "пункт 4 части 1 статьи 20 8-ФЗ" in page
    assert "59-ФЗ</" not in page


def test_from_the_choice_to_the_letter_that_left(desk, case):
    entry = registered(desk, case)
    assert "Порядок обжалования" in chosen(case, entry, "court", desk)
    wrong = prepared(desk, case, entry, "court", reason="")
    assert wrong.status_code == 422
    assert "без этого решение не обосновать" in wrong.content.decode()
    assert prepared(desk, case, entry, "court", reason="апелляция, месяц", addressee=NAME).status_code == 302
    decision = decision_of(case)
    page = desk.get(at(case, "law/")).content.decode()
    assert "Сообщить о решении" in page
    assert "апелляция, месяц" in page
    assert "сообщить о решении" in desk.get(at(case)).content.decode().lower(), "the clock stands on the card too"
    changed = desk.post(at(case, f"law/{decision.pk}/text/"), {"text": "Свой текст", "was": decision.text})
    assert changed.status_code == 302
    stale = desk.post(at(case, f"law/{decision.pk}/text/"), {"text": "Чужой текст", "was": decision.text})
    assert stale.status_code == 422
    assert "Чужой текст" in stale.content.decode(), "what was typed is not lost"
    assert desk.post(at(case, f"law/{decision.pk}/letter/"), {"as": "exe"}).status_code == 422
    for kind, start in (("docx", b"PK"), ("pdf", b"%PDF")):
        letter = desk.post(at(case, f"law/{decision.pk}/letter/"), {"as": kind})
        assert letter.content.startswith(start)
    assert desk.post(at(case, f"law/{decision.pk}/decide/")).status_code == 302
    assert desk.post(at(case, f"law/{decision.pk}/done/"), {"number": ""}).status_code == 422
    sent = {"number": "исх-3", "at": today(), "signer": "Глава", "way": "post"}
    assert desk.post(at(case, f"law/{decision.pk}/done/"), sent).status_code == 302
    assert reread(case.pk).state == "closed"
    page = desk.get(at(case)).content.decode()
    for words in ("Подготовлено решение по закону", "Решение по закону принято", "Письмо о решении отправлено",
                  "Обжалуется судебное решение: вернуть"):  # fmt: skip
        assert words in page, words
    assert "исх-3" in desk.get(at(case, "law/")).content.decode()


def test_a_coordinator_prepares_what_only_the_head_decides_and_the_next_letter_shows_it(desk, case):
    head = logged_in(make_user(("head", "gorod-kamyshin")))
    entry = registered(desk, case)
    fields = {"reason": "о дворе", "no_new": "on", "earlier_text": "№ 1 от 01.02.2026\n№ 2 от 01.03.2026"}
    unread = prepared(desk, case, entry, "stopped", **(fields | {"earlier_text": "первый и второй"}))
    assert unread.status_code == 422
    assert "Пишите так" in unread.content.decode()
    assert prepared(desk, case, entry, "stopped", **fields).status_code == 302
    decision = decision_of(case)
    page = desk.get(at(case, "law/")).content.decode()
    assert "Ждёт решения" in page
    assert "Принять решение" not in page
    assert desk.post(at(case, f"law/{decision.pk}/decide/")).status_code == 422
    assert decision_of(case).state == "prepared"
    assert "Решение по закону ждёт вас" in head.get("/desk/notices/").content.decode()
    assert head.post(at(case, f"law/{decision.pk}/decide/")).status_code == 302
    sent = {"number": "исх-4", "at": today(), "signer": "Глава", "way": "email"}
    assert head.post(at(case, f"law/{decision.pk}/done/"), sent).status_code == 302
    later = make_case("Опять двор", name=NAME, email="proba@example.test")
    page = desk.get(at(later)).content.decode()
    assert "Переписка прекращена" in page
    assert "№ 1" in page
    next_entry = registered(desk, later)
    assert "outcome=same_stopped" in desk.get(at(later, "law/")).content.decode()
    assert prepared(desk, later, next_entry, "same_stopped", stop=decision.pk, no_new="on").status_code == 302


def test_whom_the_complaint_is_about_is_noted_and_never_gets_it(desk, case):
    entry = registered(desk, case)
    assert desk.post(at(case, "complained/"), {"organisation": "", "name": ""}).status_code == 422
    assert desk.post(at(case, "complained/"), {"organisation": organisation().pk}).status_code == 302
    assert organisation().name in desk.get(at(case, "law/")).content.decode()
    refused = prepared(desk, case, entry, "forward", organisation=organisation().pk, reason="их вопрос")
    assert refused.status_code == 422
    assert "Жалобу нельзя пересылать" in refused.content.decode()
    with acting(SYSTEM):
        row = ComplainedOf.objects.get(case=case)
    assert desk.post(at(case, f"complained/{row.pk}/remove/")).status_code == 302
    assert prepared(desk, case, entry, "forward", organisation=organisation().pk, reason="их вопрос").status_code == 302


@pytest.mark.parametrize("code", ["", "nonsense", "l8_unclear", "court\x00"])
def test_what_is_no_outcome_of_this_law_is_told(desk, case, code):
    entry = registered(desk, case)
    assert prepared(desk, case, entry, code, reason="x").status_code in (302, 422)
    assert prepared(desk, case, Registration(pk=10**15), "court", reason="x").status_code in (302, 422)
    assert desk.get(at(case, f"law/?entry=x&outcome={code}")).status_code == 200
    with acting(SYSTEM):
        assert not LawDecision.objects.exists()


def test_a_strangers_desk_does_nothing(desk, case):
    entry = registered(desk, case)
    prepared(desk, case, entry, "court", reason="апелляция")
    decision = decision_of(case)
    stranger = logged_in(make_user(("head", "gorod-volzhskiy")))
    assert stranger.get(at(case, "law/")).status_code == 404
    for tail in ("prepare/", f"{decision.pk}/text/", f"{decision.pk}/decide/", f"{decision.pk}/done/",
                 f"{decision.pk}/withdraw/", f"{decision.pk}/letter/"):  # fmt: skip
        assert stranger.post(at(case, f"law/{tail}"), {"reason": "x", "text": "x"}).status_code == 404, tail
    assert stranger.post(at(case, "complained/"), {"name": "x"}).status_code == 404
    other = make_case("Другое")
    assert desk.post(at(other, f"law/{decision.pk}/decide/")).status_code == 404
    assert desk.post(at(other, f"law/{decision.pk}/letter/"), {"as": "pdf"}).status_code == 404
