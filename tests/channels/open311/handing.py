"""A case, another city's program, and a person who hands the one to the other."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from otklik.acting import System, acting, widened
from otklik.cases.actions.triage import triage
from otklik.cases.models import Case, Referral
from otklik.cases.numbers import shown
from otklik.channels.kit import secrets
from otklik.channels.models import Account, Health, Setup
from otklik.classifier.loading import current
from otklik.intake import referring
from tests.cases.steps import coordinator
from tests.channels.open311.peer import KEY
from tests.making import logged_in, make_case, make_user

ACTOR = System("channels")
TASK = "Засыпать яму на проезжей части у школы"


def connected(url: str, key: str = KEY, **settings: Any) -> Account:
    with acting(ACTOR), widened():
        made = Account.objects.create(channel="open311", code="city", name="Соседний город")
        setup = Setup(account=made, settings={"way": "client", "endpoint": url, "services": "001 Ямы", **settings})
        secrets.keep(setup, {"key": key})
        setup.save()
    return made


def case_in_work() -> Case:
    made = make_case("Яма у школы, пробили колесо. Иванов, 89001234567", phone="+79001234567", name="Проба Пётр")
    triage(coordinator(), made.pk, theme_id=current().themes.get(code="road.pothole").pk)
    return made


def referred(case: Case, **fields: str) -> Any:
    given = {"service": "", "text": TASK, "address": "Камышин, улица Мира", **fields}
    browser = logged_in(make_user(("operator", "gorod-kamyshin")))
    with acting(ACTOR, read_only=True):
        account = Account.objects.filter(channel="open311", code="city").get()
    given["service"] = given["service"] or f"{account.pk} 001"
    return browser.post(f"/desk/case/{shown(case.number)}/refer/", given)


def row() -> Referral:
    with acting(ACTOR, read_only=True):
        return Referral.objects.select_related("account").get()


def later() -> None:
    with acting(ACTOR), widened():
        Referral.objects.exclude(next_at=None).update(next_at=timezone.now() - timedelta(seconds=1))
        Health.objects.update(rests_until=None)


def worked(account: Account) -> int:
    later()
    return referring.work(account.pk)


def page(case: Case) -> str:
    browser = logged_in(make_user(("coordinator", "gorod-kamyshin")))
    return browser.get(f"/desk/case/{shown(case.number)}/").content.decode()
