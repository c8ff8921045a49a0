"""«Кому сообщать» and «Помощь ЦУР»: data that an administrator keeps, version by version."""

from datetime import date

import pytest
from django.test import Client

from otklik.cases.escalating import chains
from otklik.cases.models import EscalationChain, HelpAgreement
from otklik.organisations import region_settings
from tests.making import logged_in, make_user, place

pytestmark = pytest.mark.django_db

HOME = "gorod-kamyshin"


@pytest.fixture
def local() -> Client:
    return logged_in(make_user(("administrator", HOME)))


def address(tail: str = "", code: str = HOME) -> str:
    return f"/settings/escalation/{place(code).pk}/{tail}"


def test_the_shipped_chain_is_shown_changed_and_taken_back(local: Client) -> None:
    page = local.get(address()).content.decode()
    assert "как задано в программе" in page and "кто взял карточку" in page and "куратор ЦУР" in page
    sent = {"regime": "", "importance": "0", "at80": ["owner", "head"], "after0": ["curator"], "after0_hours": "6"}
    assert local.post(address("chain/"), sent).status_code == 302
    (own,) = chains()
    assert [(step.percent, step.after, step.roles) for step in own.steps] == [
        (80, None, ("owner", "head")), (None, 6, ("curator",))
    ]
    page = local.get(address()).content.decode()
    assert "своя, версия 1" in page and "ещё 6 раб. ч" in page
    assert local.post(address("chain/"), sent).status_code == 302 and EscalationChain.objects.count() == 1
    local.post(address("chain/"), {"regime": "", "importance": "0", "act": "inherit"})
    assert chains() == [] and "своя цепочка убрана" in local.get(address()).content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "хотя бы одного"), ({"after0": ["head"], "after0_hours": "скоро"}, "Часов после срока"),
        ({"after0_hours": "4"}, "кому сообщать"), ({"at50": ["mayor"]}, "кому сообщать"),
        ({"regime": "law1", "at50": ["head"]}, "из списка"), ({"importance": "9", "at50": ["head"]}, "из списка"),
        ({"after0": ["head"], "after0_hours": "4", "after1": ["curator"], "after1_hours": "4"}, "Две ступени"),
    ],
)
def test_what_is_no_chain_is_said_and_what_was_typed_stays(local: Client, sent, said) -> None:
    answer = local.post(address("chain/"), {"regime": "", "importance": "0"} | sent)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not EscalationChain.objects.exists()
    if "after0_hours" in sent:
        assert f'value="{sent["after0_hours"]}"' in answer.content.decode()


def test_the_hours_of_silence_are_a_centres_own(local: Client) -> None:
    assert local.post(address("silent/"), {"silent_hours": "6"}).status_code == 302
    assert region_settings.get("silent_hours", place(HOME).pk) == 6
    wrong = local.post(address("silent/"), {"silent_hours": "никогда"})
    assert wrong.status_code == 422 and "никогда" in wrong.content.decode()


def test_another_place_is_closed(local: Client) -> None:
    for tail in ("", "chain/"):
        assert local.get(address(tail, "gorod-volzhskiy")).status_code == 404
    sent = {"regime": "", "importance": "0", "at80": ["owner"]}
    assert local.post(address("chain/", "gorod-volzhskiy"), sent).status_code == 404


def test_an_agreement_is_entered_shown_and_ended(local: Client) -> None:
    sent = {
        "territory": place(HOME).pk, "number": "12-С", "signed_on": "2026-03-02", "since": "2026-03-04", "until": "",
        "regimes": ["social"], "covers": ["approve", "publish"],
    }
    assert local.post("/settings/agreements/", sent | {"regimes": ["law59"]}).status_code == 422
    assert local.post("/settings/agreements/", sent).status_code == 302
    made = HelpAgreement.objects.get()
    assert (made.number, made.since, made.until) == ("12-С", date(2026, 3, 4), None)
    assert "№ 12-С от" in local.get("/settings/agreements/").content.decode()
    assert local.post(f"/settings/agreements/{made.pk}/end/").status_code == 302
    assert "прекращено" in local.get("/settings/agreements/").content.decode()
