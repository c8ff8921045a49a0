"""Opened one by one or in a batch, cases are the same but for ids, numbers and salts."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db.models import Model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.acting import acting, widened
from otklik.cases.models import Case, CaseMessage, Clock, OutsideNumber
from otklik.cases.opening import NewCase, open_case, open_cases
from otklik.channels.accounts import own_account
from otklik.channels.models import Message
from otklik.classifier.models import Theme
from otklik.journal.appending import salted_digest
from otklik.journal.models import Entry
from tests.cases.invariants import check
from tests.cases.steps import RECEIVED
from tests.making import SYSTEM, organisation, place

PLACES = ("gorod-kamyshin", "gorod-volzhskiy", "gorod-volgograd")
runs = count()
UNLIKE = {"id", "number", "salt", "case_id", "message_id"}
hours = st.integers(0, 24 * 40).map(lambda h: timedelta(hours=h))


@st.composite
def new_cases(draw: Any) -> dict[str, Any]:
    received: datetime = RECEIVED + draw(hours)
    answered = draw(st.none() | hours.map(lambda h: received + h))
    return {
        "text": draw(st.text("абв ёж\n«»", min_size=1, max_size=30)),
        "code": draw(st.sampled_from(PLACES)),
        "received_at": received, "written_at": received, "opened_at": received + draw(hours),
        "importance": draw(st.integers(0, 4)),
        "street": draw(st.sampled_from(["", "ул. Мира"])),
        "theme": draw(st.sampled_from([None, 0, 1, 2])),
        "executed": draw(st.booleans()),
        "source_due": draw(st.none() | hours.map(lambda h: received + h)),
        "answered_at": answered,
        "closed_at": draw(st.none() | st.just(answered or received + timedelta(days=1))),
        "sorted_outside": draw(st.booleans()),
        "earlier_answer": draw(st.sampled_from(["", "Сделано"])),
        "notifies": draw(st.booleans()),
        "outside": draw(st.booleans()),
    }


def prepared(wanted: dict[str, Any], external_id: str) -> NewCase:
    fields = dict(wanted)
    themes = Theme.objects.filter(retired=False).order_by("id")
    theme, executed, outside = (fields.pop(name) for name in ("theme", "executed", "outside"))
    return NewCase(
        account=own_account("portal"), external_id=external_id, answer_by="page", territory=place(fields.pop("code")),
        theme=None if theme is None else themes[theme], executor=organisation() if executed else None,
        outside_system="Иная" if outside else "", outcome="outside" if fields["closed_at"] else "", **fields,
    )


def likeness(case: Case) -> list[Any]:
    """Everything that was written of a case, without what is each row's own."""
    rows: list[Model] = [
        Case.objects.get(pk=case.pk), *Clock.objects.filter(case=case).order_by("kind"),
        *CaseMessage.objects.filter(case=case).order_by("id"),
        *Message.objects.filter(in_case__case=case).order_by("direction"),
        *OutsideNumber.objects.filter(case=case),
    ]
    shown: list[Any] = []
    for row in rows:
        shown.append({f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname not in UNLIKE})
        shown[-1].pop("external_id", None)
    for entry in Entry.objects.filter(stream=f"case:{case.pk}"):
        assert entry.fields.pop("text") == salted_digest(bytes(case.salt), case.text)
        shown.append((entry.seq, entry.at, entry.actor, entry.verb, entry.fields, bytes(entry.previous)))
    return shown


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(wanted=st.lists(new_cases(), min_size=1, max_size=5))
def test_one_by_one_equals_a_batch(wanted):
    run = next(runs)
    with acting(SYSTEM), widened():
        batch = open_cases([prepared(w, f"{run}-b{n}") for n, w in enumerate(wanted)], SYSTEM)
        single = [open_case(prepared(w, f"{run}-s{n}"), SYSTEM) for n, w in enumerate(wanted)]
        for one, other in zip(batch, single, strict=True):
            assert likeness(one) == likeness(other)
        assert len({c.number for c in batch + single}) == 2 * len(wanted)
        assert len({bytes(c.salt) for c in batch + single}) == 2 * len(wanted)
    for case in batch:
        check(case.pk)


@pytest.mark.django_db
def test_a_date_of_the_source_wins_and_is_warned_of_too():
    due = RECEIVED + timedelta(hours=10)
    with acting(SYSTEM), widened():
        common = {"text": "Яма", "code": PLACES[0], "received_at": RECEIVED, "written_at": RECEIVED, "theme": None,
                  "opened_at": RECEIVED, "executed": False, "outside": True, "closed_at": None, "source_due": due}
        case = open_case(prepared(common, "1"), SYSTEM)
        clock = Clock.objects.get(case=case)
    assert (clock.due_at, clock.policy_version, clock.pausable) == (due, "source", False)
    assert clock.warn_at == [(RECEIVED + timedelta(hours=h)).isoformat() for h in (5, 8, 10)]
