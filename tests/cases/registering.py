"""How tests put a case into registers, and read its clocks there."""

from datetime import timedelta

from otklik.acting import acting
from otklik.cases.actions.register import register_mirror
from otklik.cases.models import Clock
from otklik.cases.opening import NewCase, open_cases
from otklik.channels.accounts import own_account
from tests.cases.steps import RECEIVED, o_clock
from tests.making import SYSTEM, place

NOW = o_clock("12:00")
LATER = o_clock("12:30")


def by_law(who, case_id, regime="law59", **fields):
    wanted = {"number": "А-17", "registered_at": RECEIVED, "now": NOW} | fields
    return register_mirror(who, case_id, regime=regime, **wanted)


def clocks_of(case_id, regime):
    with acting(SYSTEM):
        rows = Clock.objects.filter(case_id=case_id, regime=regime).select_related("registration").order_by("id")
        return {c.kind: c for c in rows}


def local(moment):
    return f"{moment.astimezone(RECEIVED.tzinfo) + timedelta(hours=3):%Y-%m-%d %H:%M:%S}"


def mirrored(regime, *mirrors, **fields):
    new = NewCase(
        account=own_account("portal"), external_id=f"{regime}-1", text="Яма",
        territory=place("gorod-kamyshin"), received_at=RECEIVED, written_at=RECEIVED, answer_by="outside",
        opened_at=NOW, regime=regime, mirrors=mirrors, **fields,
    )
    with acting(SYSTEM):
        return open_cases([new], SYSTEM)[0].pk
