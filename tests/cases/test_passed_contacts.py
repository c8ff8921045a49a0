"""A resident's contact leaves to one executor, with a basis that stays in the journal, and comes back when asked."""

import pytest
from django.test import Client

from otklik.acting import acting
from otklik.cases.actions.assign import add_co_executor
from otklik.cases.actions.pass_contact import pass_contact, take_back
from otklik.cases.models import PassedContact, Remark
from otklik.cases.task_links import link_for
from otklik.failures import BadInput, NotYours, Refused
from tests.cases.steps import RECEIVED, assigned, coordinator, entries, o_clock
from tests.making import SYSTEM, logged_in, make_staff, make_user, organisation, send

pytestmark = pytest.mark.django_db
PHONE = "+79005557711"


@pytest.fixture
def case():
    """(case id, coordinator, task, its page's address)."""
    sent = send(name="Ковыльная Анна", phone=PHONE, now=RECEIVED)
    who = coordinator()
    task = assigned(who, sent.case_id, o_clock("10:10"))
    return sent, who, task, f"/task/{link_for(who, task.pk)}/"


def test_the_executor_sees_name_and_phone_only_after_they_were_passed_on(case):
    sent, who, task, address = case
    assert PHONE not in Client().get(address).content.decode()
    pass_contact(who, sent.case_id, assignment_id=task.pk, basis="access", reason="открыть подвал")
    shown = Client().get(address).content.decode()
    assert PHONE in shown and "Ковыльная Анна" in shown
    (entry,) = entries(sent.case_id, "pass_contact")
    assert entry.fields["basis"] == "access" and entry.fields["assignment"] == task.pk
    assert PHONE not in str(entry.fields) and "подвал" not in str(entry.fields)
    with acting(SYSTEM):
        assert Remark.objects.get(verb="pass_contact").text == "открыть подвал"
        assert b"9005557711" not in bytes(PassedContact.objects.get().cipher)


def test_taken_back_it_is_seen_no_more(case):
    sent, who, task, address = case
    pass_contact(who, sent.case_id, assignment_id=task.pk, basis="consent", reason="договориться")
    take_back(who, sent.case_id, assignment_id=task.pk)
    assert PHONE not in Client().get(address).content.decode()
    count = len(entries(sent.case_id))
    take_back(who, sent.case_id, assignment_id=task.pk)
    assert len(entries(sent.case_id)) == count


def test_another_executor_of_the_same_case_does_not_see_it(case):
    sent, who, task, _address = case
    other = add_co_executor(who, sent.case_id, organisation_id=organisation("adm-gorod-volzhskiy").pk, task="Осмотреть")
    pass_contact(who, sent.case_id, assignment_id=task.pk, basis="consent", reason="договориться")
    assert PHONE not in Client().get(f"/task/{link_for(who, other.pk)}/").content.decode()
    assert PHONE not in Client().get(f"/c/{sent.token}/").content.decode()


@pytest.mark.parametrize(
    ("basis", "reason", "told"),
    [("", "надо", "на каком основании"), ("because", "надо", "на каком основании"), ("consent", " ", "зачем")],
)
def test_without_a_basis_and_a_reason_nothing_leaves(case, basis, reason, told):
    sent, who, task, _address = case
    with pytest.raises(BadInput, match=told):
        pass_contact(who, sent.case_id, assignment_id=task.pk, basis=basis, reason=reason)


def test_a_stranger_and_an_approver_pass_nothing_on(case):
    sent, _who, task, _address = case
    with pytest.raises(NotYours):
        pass_contact(make_staff(("coordinator", "gorod-volzhskiy")), sent.case_id, assignment_id=task.pk,
                     basis="consent", reason="x")  # fmt: skip
    with pytest.raises(Refused):
        pass_contact(make_staff(("approver", "gorod-kamyshin")), sent.case_id, assignment_id=task.pk,
                     basis="consent", reason="x")  # fmt: skip


def test_by_the_desk_a_clerk_passes_it_on_and_takes_it_back():
    sent = send(name="Ковыльная Анна", phone=PHONE)
    user = make_user(("coordinator", "gorod-kamyshin"))
    from django.utils import timezone

    from otklik.cases.numbers import shown
    from otklik.organisations.staffing import staff_actor

    who = staff_actor(user, timezone.localdate())
    task = assigned(who, sent.case_id, timezone.now())
    client = logged_in(user)
    page = f"/desk/case/{shown(sent.number)}/"
    assert "Передать контакт жителя" in client.get(page).content.decode()
    wrong = client.post(f"{page}task/{task.pk}/contact/", {"reason": "x"})
    assert wrong.status_code == 422 and "Основание" in wrong.content.decode()
    client.post(f"{page}task/{task.pk}/contact/", {"basis": "danger", "reason": "течёт газ"})
    assert "Забрать контакт" in client.get(page).content.decode()
    client.post(f"{page}task/{task.pk}/contact/back/")
    assert "Передать контакт жителя" in client.get(page).content.decode()
