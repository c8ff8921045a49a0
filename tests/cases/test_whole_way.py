"""One message all the way: from the form to the resident's word that it was fixed."""

import pytest

from otklik.acting import acting
from otklik.answers.approval import approve, send_to_review
from otklik.answers.drafting import save_draft
from otklik.answers.publishing import publish
from otklik.cases.actions.assign import assign
from otklik.cases.actions.reply import reply
from otklik.cases.actions.resident import confirm, refute
from otklik.cases.actions.triage import triage
from otklik.cases.models import Case, Clock
from otklik.cases.resident_links import open_link
from otklik.cases.task_links import link_for, open_task
from otklik.classifier.models import Theme
from otklik.failures import NotYours, Refused
from tests.making import SYSTEM, make_staff, organisation, reread, send

pytestmark = pytest.mark.django_db


def test_a_message_goes_from_the_form_to_the_residents_thanks(django_user_model):
    from django.utils import timezone

    sent = send()
    coordinator = make_staff(("coordinator", "gorod-kamyshin"))
    approver = make_staff(("approver", "gorod-kamyshin"))

    triage(coordinator, sent.case_id, theme_id=Theme.objects.order_by("id")[0].pk, title="Не горит фонарь")
    task = assign(coordinator, sent.case_id, organisation_id=organisation().pk, task="Заменить лампу")
    link = open_task(link_for(coordinator, task.pk), timezone.now())
    first = reply(link, kind="done", text="Заменили", no_photo="dark", once="a" * 20)
    again = reply(link, kind="done", text="Заменили", no_photo="dark", once="a" * 20)
    assert again.pk == first.pk
    assert reread(sent.case_id).state == Case.State.REPLIED

    answer = save_draft(coordinator, sent.case_id, text="Лампу заменили, свет горит.")
    send_to_review(coordinator, answer.pk)
    with pytest.raises(Refused):
        approve(coordinator, answer.pk)
    approve(approver, answer.pk)
    publish(coordinator, answer.pk)
    case = reread(sent.case_id)
    assert case.state == Case.State.ANSWERED
    with acting(SYSTEM):
        assert not Clock.objects.filter(case=case, stopped_at=None).exists()

    resident = open_link(sent.token)
    refute(resident, text="Снова не горит", once="b" * 20)
    assert (reread(case.pk).state, reread(case.pk).turn) == (Case.State.TRIAGED, 2)
    with acting(SYSTEM):
        assert Clock.objects.filter(case=case, turn=2, stopped_at=None, kind="answer").count() == 1
    with pytest.raises(Refused):
        confirm(resident)


def test_a_stranger_sees_nothing_and_can_do_nothing(db):
    sent = send()
    stranger = make_staff(("coordinator", "gorod-volzhskiy"))
    with acting(stranger):
        assert not Case.objects.exists()
    with pytest.raises(NotYours):
        triage(stranger, sent.case_id, importance=3)
