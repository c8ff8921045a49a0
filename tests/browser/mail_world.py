"""A mailbox of the home town: a letter with a picture and a quotation that waits, one that went to the office."""

from django.utils import timezone

from otklik.acting import System, acting, widened
from otklik.channels.email.kept import came
from otklik.channels.kit import arriving, secrets
from otklik.channels.models import Account, Arrival, Setup
from otklik.intake.asking import answer_key
from otklik.intake.receiving import take_waiting
from tests.cases.steps import photo
from tests.channels.email.letters import BOX, letter, mixed
from tests.making import make_staff, place

SYSTEM = System("test")


def make_mail(home: str) -> None:
    """Make it: the account, two letters, one key."""
    with acting(SYSTEM), widened():
        account = Account.objects.create(
            channel="email", code="mail-trial", name="Почта приёмной", territory=place(home)
        )
        setup = Setup(account=account, settings={"address": BOX, "way": "pipe"})
        secrets.keep(setup, {"password": "a pass-word of the box"})
        setup.save()
        waits = mixed(
            "Нет света во дворе.\n\n01.02.2026 10:00, Приём <priem@example.org> пишет:\n> Здравствуйте!",
            ('Content-Type: image/jpeg; name="двор.jpg"', photo().data), ident="<w1@example.net>",
        )
        office = letter("Направляем акт сверки.", subject="Акт", ident="<w2@example.net>")
        arriving.keep(account, [came(waits), came(office)], timezone.now())
    take_waiting(account.pk)
    with acting(SYSTEM, read_only=True):
        last = Arrival.objects.filter(account=account).latest("id").pk
    answer_key(make_staff(("operator", home)), last, "office")


def waiting_mail() -> list[str]:
    """The ids of the letters, the one that waits first. Inside `acting`."""
    rows = Arrival.objects.filter(account__code="mail-trial").order_by("id")
    return [str(pk) for pk in rows.values_list("pk", flat=True)]
