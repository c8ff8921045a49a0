"""Settings of answers: the chain of approval of a place, and the forms of its bodies."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from otklik.acting import acting
from otklik.answers.models import LetterForm
from otklik.journal.models import Entry
from otklik.policy.loading import policy_for
from tests.answers.test_letter_form import PLAIN, form
from tests.making import SYSTEM, logged_in, make_user, organisation, place

pytestmark = pytest.mark.django_db
HOME = "gorod-kamyshin"


@pytest.fixture
def administrator() -> Client:
    return logged_in(make_user(("administrator", HOME)))


def chain(**fields: object) -> dict[str, object]:
    today = timezone.localdate()
    return {
        "territory": place(HOME).pk, "regime": "social", "valid_from": today.isoformat(), "source": "приказ № 7",
        "steps_0_1": "approver", **fields,
    }


def test_a_chain_is_a_new_version_of_the_places_regulation(administrator: Client) -> None:
    address = "/settings/approval/"
    assert "согласующий" in administrator.get(address).content.decode()
    given = chain(own_3="on", steps_3_1="approver", steps_3_2="head")
    assert administrator.post(address, given).status_code == 302
    policy = policy_for("social", timezone.localdate(), [place(HOME).pk])
    assert [policy.approval_steps(n) for n in (2, 3, 4)] == [("approver",), ("approver", "head"), ("approver", "head")]
    assert "с важности 3: согласующий → руководитель" in administrator.get(address).content.decode()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"regime": "law59", "steps_0_1": ""}, "Без согласования"),
        ({"regime": "pos", "own_4": "on"}, "Без согласования"),
        ({"valid_from": (timezone.localdate() - timedelta(days=1)).isoformat()}, "Задним числом"),
        ({"source": ""}, "каким актом"),
        ({"steps_0_1": "mayor"}, "Выберите"),
    ],
)
def test_what_is_no_chain_is_told_and_nothing_changes(administrator: Client, fields: dict, said: str) -> None:
    answer = administrator.post("/settings/approval/", chain(**fields))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert policy_for("social", timezone.localdate(), [place(HOME).pk]).territory_id is None


def test_only_an_administrator_of_the_place(administrator: Client) -> None:
    for role in ("coordinator", "head"):
        assert logged_in(make_user((role, HOME))).post("/settings/approval/", chain()).status_code == 403
    elsewhere = chain(territory=place("gorod-volzhskiy").pk)
    assert administrator.post("/settings/approval/", elsewhere).status_code == 404


def sent(content: bytes) -> dict[str, object]:
    return {"body": organisation().pk, "file": SimpleUploadedFile("бланк.docx", content)}


def test_a_form_is_checked_kept_in_the_journal_looked_at_and_removed() -> None:
    head = logged_in(make_user(("head", HOME)))
    wrong = head.post("/settings/letter-forms/", sent(form("{текст}")))
    assert wrong.status_code == 422 and "адресат" in wrong.content.decode()
    assert head.post("/settings/letter-forms/", sent(PLAIN)).status_code == 302
    assert head.post("/settings/letter-forms/", sent(PLAIN)).status_code == 302
    base = f"/settings/letter-forms/{organisation().pk}/"
    assert head.get(f"{base}sample/pdf/").content.startswith(b"%PDF")
    assert head.get(f"{base}sample/docx/").content.startswith(b"PK")
    with acting(SYSTEM):
        assert LetterForm.objects.filter(retired_at=None).count() == 1
        assert Entry.objects.filter(stream=f"organisation:{organisation().pk}", verb="letter_form").count() == 1
    stranger = logged_in(make_user(("head", "gorod-volzhskiy")))
    assert stranger.get(f"{base}sample/pdf/").status_code == 404
    assert stranger.post("/settings/letter-forms/", sent(PLAIN)).status_code == 422
    assert stranger.post(f"{base}remove/").status_code == 404
    assert head.post(f"{base}remove/").status_code == 302
    assert not LetterForm.objects.filter(retired_at=None).exists()
