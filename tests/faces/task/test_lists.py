"""One link to all open tasks of an organisation: scoped, expiring, revocable, nothing personal, answered one by one."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from otklik.acting import Staff, acting, widened
from otklik.cases import list_links
from otklik.cases.actions.assign import assign
from otklik.cases.actions.pass_contact import pass_contact
from otklik.cases.actions.redirect import redirect
from otklik.cases.actions.reply import reply
from otklik.cases.actions.restricting import restrict
from otklik.cases.models import Assignment, Case, ListLink, TaskReply
from otklik.failures import NotYours, Refused
from otklik.journal.models import Entry
from otklik.organisations.models import Organisation
from tests.making import SYSTEM, logged_in, make_staff, make_user, organisation, reread, send

pytestmark = pytest.mark.django_db
PHONE = "+79005557711"


@pytest.fixture
def who() -> Staff:
    return make_staff(("coordinator", "gorod-kamyshin"))


def given(who: Staff, task: str, code: str = "gorod-kamyshin", **fields: Any) -> Assignment:
    sent = send("Тайные слова жителя о яме", code, name="Житель Тайный", phone=PHONE)
    return assign(who, sent.case_id, organisation_id=organisation().pk, task=task, address="ул. Мира, 12", **fields)


def listed(client: Client, token: str, query: str = "") -> str:
    return client.get(f"/task/list/{token}/{query}").content.decode()


def test_the_list_shows_the_tasks_of_the_giver_s_places_and_nothing_of_residents(client: Client, who: Staff) -> None:
    given(who, "Засыпать яму\nподробности", due_at=timezone.now() + timedelta(hours=3))
    late = given(who, "Починить люк", due_at=timezone.now() + timedelta(minutes=5))
    elsewhere = make_staff(("coordinator", "gorod-volzhskiy"))
    given(elsewhere, "Чужой двор", "gorod-volzhskiy")
    with acting(SYSTEM), widened():
        Assignment.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(hours=1))
    token = list_links.issue(who, organisation().pk)
    page = listed(client, token)
    assert page.index("Починить люк") < page.index("Засыпать яму")
    assert "Чужой двор" not in page and "Тайн" not in page and PHONE not in page
    assert "Засыпать яму" not in listed(client, token, "?show=late")
    assert "Починить люк" not in listed(client, token, "?text=яму")
    assert "поручений нет" in listed(client, token, "?text=самолёт")
    assert re.fullmatch(r"\d+:[\w-]{43}", token)  # the number of the link and our signature: nothing personal


def test_looking_at_the_list_changes_nothing_and_takes_nothing(client: Client, who: Staff) -> None:
    given(who, "Засыпать яму")
    token = list_links.issue(who, organisation().pk)
    with acting(SYSTEM):
        before = Entry.objects.count()
    assert client.head(f"/task/list/{token}/").status_code == client.get(f"/task/list/{token}/").status_code == 200
    assert client.post(f"/task/list/{token}/", {"kind": "done"}).status_code == 405
    with acting(SYSTEM):
        assert Entry.objects.count() == before


def test_one_is_answered_out_of_the_list_and_leaves_it(client: Client, who: Staff) -> None:
    task, other = given(who, "Засыпать яму"), given(who, "Починить люк")
    pass_contact(who, task.case_id, assignment_id=task.pk, basis="access", reason="ключ")
    token = list_links.issue(who, organisation().pk)
    page = f"/task/list/{token}/{task.pk}/"
    shown = client.get(page).content.decode()
    assert "Засыпать яму" in shown and "Все поручения" in shown
    assert PHONE not in shown  # a contact is for the holder of the task's own link, not of a list
    sent = {"kind": "done", "text": "Засыпали", "no_photo": "dark", "once": "k" * 32}
    assert client.post(page, sent).status_code == client.post(page, sent).status_code == 303
    assert reread(task.case_id).state == Case.State.REPLIED
    with acting(SYSTEM):
        (entry,) = Entry.objects.filter(stream=f"case:{task.case_id}", verb="reply")
        assert entry.actor.startswith("organisation-link:")
        assert TaskReply.objects.count() == 1
    assert "Принято: сделано." in client.get(page).content.decode()
    left = listed(client, token)
    assert "Засыпать яму" not in left and "Починить люк" in left
    assert client.get(f"/task/list/{token}/{other.pk}/").status_code == 200


def test_a_list_opens_nothing_of_others(client: Client, who: Staff) -> None:
    theirs = given(make_staff(("coordinator", "gorod-volzhskiy")), "Чужой двор", "gorod-volzhskiy")
    sealed, moved = given(who, "Тихое дело"), given(who, "Не их дело")
    restrict(who, sealed.case_id, reason="похоже на призыв")
    redirect(who, moved.case_id, assignment_id=moved.pk, organisation_id=organisation("adm-gorod-volzhskiy").pk,
             reason="не их")  # fmt: skip
    token = list_links.issue(who, organisation().pk)
    for task in (theirs, sealed):
        answer = client.post(f"/task/list/{token}/{task.pk}/", {"kind": "done", "no_photo": "dark"})
        assert answer.status_code == 404
    assert client.get(f"/task/list/{token}/{10**12}/").status_code == 404
    gone = client.post(f"/task/list/{token}/{moved.pk}/", {"kind": "done", "text": "Мы всё сделали"})
    assert gone.status_code == 410 and "Мы всё сделали" in gone.content.decode()
    assert "Тихое дело" not in listed(client, token)
    with acting(SYSTEM):
        assert not TaskReply.objects.exists()


@pytest.mark.parametrize("token", ["nobody", "1:forged", "\x00", "9" * 400])
def test_a_forged_list_is_a_404(client: Client, token: str) -> None:
    with pytest.raises(NotYours):
        list_links.open_list(token, timezone.now())


def test_a_task_s_own_token_is_no_list_and_a_list_s_no_task(client: Client, who: Staff) -> None:
    from otklik.cases.task_links import link_for

    task = given(who, "Засыпать яму")
    assert client.get(f"/task/list/{link_for(who, task.pk)}/").status_code == 404
    assert client.get(f"/task/{list_links.issue(who, organisation().pk)}/").status_code == 404


def test_a_list_ends_with_its_time_and_when_it_is_revoked(client: Client, who: Staff) -> None:
    task = given(who, "Засыпать яму")
    token = list_links.issue(who, organisation().pk, days=7)
    link = list_links.open_one(token, task.pk, timezone.now())
    with pytest.raises(NotYours):
        reply(link, kind="done", no_photo="dark", once="a" * 20, now=timezone.now() + timedelta(days=8))
    with acting(SYSTEM), widened():
        ListLink.objects.update(expires_at=timezone.now())
    ended = client.get(f"/task/list/{token}/")
    assert ended.status_code == 410 and "Срок ссылки истёк" in ended.content.decode()
    again = list_links.issue(who, organisation().pk)
    link = list_links.open_one(again, task.pk, timezone.now())
    assert list_links.revoke(make_staff(("coordinator", "gorod-volzhskiy")), organisation().pk) == 0
    assert list_links.revoke(who, organisation().pk) == 1
    assert client.get(f"/task/list/{again}/{task.pk}/").status_code == 410
    with pytest.raises(NotYours):
        reply(link, kind="done", no_photo="dark", once="a" * 20)


def test_only_who_gives_tasks_gives_lists(who: Staff) -> None:
    for role in ("approver", "head", "curator"):
        with pytest.raises(Refused):
            list_links.issue(make_staff((role, "gorod-kamyshin")), organisation().pk)
    whole = list_links.issue(make_staff(("coordinator", "volgograd")), organisation().pk)
    given(who, "Засыпать яму")
    assert len(list_links.tasks_of(list_links.open_list(whole, timezone.now()).pk, timezone.now())) == 1


def test_from_the_desk_a_link_is_made_printed_and_ended(client: Client) -> None:
    user = make_user(("coordinator", "gorod-kamyshin"))
    from otklik.organisations.staffing import staff_actor

    given(staff_actor(user, timezone.localdate()), "Засыпать яму")
    desk, firm = logged_in(user), organisation().pk
    assert "Засыпать яму" not in desk.get("/desk/executors/").content.decode()
    assert organisation().short_name in desk.get("/desk/executors/").content.decode()
    page = desk.post(f"/desk/executors/{firm}/list/", {"days": "30"}).content.decode()
    assert "/task/list/" in page
    assert desk.post(f"/desk/executors/{firm}/list/", {"days": "x"}).status_code == 422
    paper = desk.get(f"/desk/executors/{firm}/print/").content.decode()
    assert "Засыпать яму" in paper and "Тайн" not in paper and PHONE not in paper
    assert "больше не действуют" in desk.post(f"/desk/executors/{firm}/list/revoke/").content.decode()
    stranger = logged_in(make_user(("coordinator", "gorod-volzhskiy")))
    assert "Засыпать яму" not in stranger.get(f"/desk/executors/{firm}/").content.decode()


def test_an_organisation_switched_off_with_open_tasks_is_shown_and_may_still_answer(client: Client) -> None:
    """Its tasks are not lost: they stand on the executors' page and in the case until somebody redirects them."""
    user = make_user(("coordinator", "gorod-kamyshin"))
    from otklik.cases.numbers import shown
    from otklik.organisations.staffing import staff_actor

    who = staff_actor(user, timezone.localdate())
    task = given(who, "Засыпать яму")
    token = list_links.issue(who, organisation().pk)
    with acting(SYSTEM), widened():
        Organisation.objects.filter(pk=organisation().pk).update(active=False)
    desk = logged_in(user)
    assert "больше не работает" in desk.get("/desk/executors/").content.decode()
    assert "больше не работает" in desk.get(f"/desk/executors/{organisation().pk}/").content.decode()
    case = reread(task.case_id)
    assert "больше не работает: перенаправьте" in desk.get(f"/desk/case/{shown(case.number)}/").content.decode()
    assert client.get(f"/task/list/{token}/{task.pk}/").status_code == 200  # who really did it can still say so
    moved = redirect(who, task.case_id, assignment_id=task.pk, reason="закрылись",
                     organisation_id=organisation("adm-gorod-volzhskiy").pk)  # fmt: skip
    assert client.get(f"/task/list/{token}/{task.pk}/").status_code == 410
    assert moved.state == Assignment.State.OPEN


def test_the_page_of_an_organisation_shows_what_the_map_remembers() -> None:
    user = make_user(("coordinator", "gorod-kamyshin"))
    from otklik.cases.actions.triage import triage
    from otklik.classifier.models import Theme
    from otklik.organisations.staffing import staff_actor

    who, theme = staff_actor(user, timezone.localdate()), Theme.objects.filter(retired=False).order_by("id")[0]
    sent = send("Яма", "gorod-kamyshin")
    triage(who, sent.case_id, theme_id=theme.pk, importance=2)
    task = assign(who, sent.case_id, organisation_id=organisation().pk, task="Засыпать яму")
    redirect(who, sent.case_id, assignment_id=task.pk, organisation_id=organisation("adm-gorod-volzhskiy").pk,
             reason="Дорога не на их балансе")  # fmt: skip
    page = logged_in(user).get(f"/desk/executors/{organisation().pk}/").content.decode()
    assert theme.name in page and "больше не предлагаем" in page
    assert "Дорога не на их балансе" in page and organisation("adm-gorod-volzhskiy").short_name in page
    stranger = logged_in(make_user(("coordinator", "gorod-volzhskiy")))
    assert "не на их балансе" not in stranger.get(f"/desk/executors/{organisation().pk}/").content.decode()


def test_an_organisation_with_tasks_is_never_deleted(who: Staff) -> None:
    """Nothing deletes it by the interface; the database refuses whoever tries past it."""
    from django.db import transaction
    from django.db.models import ProtectedError

    given(who, "Засыпать яму")
    with pytest.raises(ProtectedError), acting(SYSTEM), widened(), transaction.atomic():
        organisation().delete()
