"""By law the answer is a letter: the page of the message says under which number it left, and where it went."""

import pytest
from django.test import Client

from otklik.answers.sending import sent as sent_by_law
from otklik.cases.actions.correspondence import extend, forwarded, not_ours
from otklik.cases.actions.transfer import transfer_regime
from tests.cases.registering import LATER, NOW, by_law
from tests.cases.steps import coordinator, received

pytestmark = pytest.mark.django_db


@pytest.fixture
def who():
    return coordinator()


def appeal(who):
    sent = received()
    transfer_regime(who, sent.case_id, regime="law59", reason="по закону", now=NOW)
    return sent, by_law(who, sent.case_id)


def page(sent):
    return Client().get(f"/c/{sent.token}/").content.decode()


def test_a_letter_is_told_by_its_number_when_no_text_stands_below(who):
    sent, entry = appeal(who)
    assert "вх. № А-17" in page(sent)
    sent_by_law(who, sent.case_id, registration_id=entry.pk, number="12-о", at=LATER, signer="Глава", way="post",
                now=LATER)  # fmt: skip
    told = page(sent)
    assert "Мы ответили" in told
    assert "Отправили вам письмо: исх. № 12-о, почтой" in told
    assert "Прочитайте ответ ниже" not in told, "there is none below"
    assert "Глава" not in told


def test_what_went_to_another_body_says_to_which(who):
    sent, entry = appeal(who)
    not_ours(who, sent.case_id, registration_id=entry.pk, reason="областная дорога, ругаются", now=NOW)
    forwarded(
        who, sent.case_id, registration_id=entry.pk, to="Комитет дорог", number="5-п", at=LATER, signer="Глава",
        notified=True, not_complained_of=True, now=LATER,
    )  # fmt: skip
    told = page(sent)
    assert "Переслали по компетенции: Комитет дорог, исх. № 5-п" in told
    assert "ругаются" not in told


def test_a_longer_limit_says_why(who):
    sent, entry = appeal(who)
    extend(who, sent.case_id, registration_id=entry.pk, days=30, reason="ждём экспертизу", noticed_at=NOW,
           decided_by="Глава", now=LATER)  # fmt: skip
    assert "Срок ответа продлили на 30 дней: ждём экспертизу" in page(sent)
