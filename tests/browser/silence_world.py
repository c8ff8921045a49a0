"""A silent queue with what was done about it, an agreement, and notices: for pages of them that are not empty."""

from datetime import timedelta

from django.utils import timezone

from otklik.acting import acting, widened
from otklik.cases import noticing, silent_queues, upper_help
from otklik.cases.models import Case, Notice, SilentQueue
from otklik.organisations.models import RoleAssignment
from tests.making import SYSTEM, make_staff, place


def make_silence(home: str, case: Case) -> dict[str, list[str]]:
    """Made through the gates where there are any. Returns the values of addresses."""
    now = timezone.now()
    curator = make_staff(("curator", "volgograd"), name="Курганная Вера Ильинична")
    with acting(SYSTEM), widened():
        queue = SilentQueue.objects.create(
            place=place(home), reason="idle", since=now - timedelta(hours=6), noticed_at=now, waiting=3,
            oldest_at=now - timedelta(hours=9),
        )
        clerks = list(RoleAssignment.objects.filter(territory=place(home)).values_list("user_id", flat=True))
        noticing.notify(clerks, "overdue", case=case, now=now, words="Срок «ответить» вышел.", urgent=True)
        noticing.notify([curator.user_id], "silent", case=None, now=now, words="Ждут 3.", link=silent_queues.PAGE)
    silent_queues.remind(curator, queue.pk, now=now)
    silent_queues.note_call(curator, queue.pk, words="Обещали разобрать до вечера", now=now)
    today = timezone.localdate()
    agreement = upper_help.enter(
        make_staff(("administrator", home)), territory_id=place(home).pk, number="12-С", signed_on=today, since=today,
        until=None, regimes=["social"], covers=["approve"], now=now,
    )
    notice = str(Notice.objects.order_by("pk")[0].pk)
    return {"queue_id": [str(queue.pk)], "agreement_id": [str(agreement.pk)], "notice_id": [notice]}
