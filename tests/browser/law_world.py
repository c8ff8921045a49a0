"""Decisions by law for the world of pages: one prepared, one decided, one carried out, whom a complaint is about."""

from datetime import timedelta

from django.utils import timezone

from otklik.acting import Staff
from otklik.cases.actions.complained import add_complained
from otklik.cases.actions.law_outcomes import decide, done, prepare
from otklik.cases.actions.register import register_mirror
from otklik.cases.law_authority import save_authority
from otklik.cases.outcome_filling import Given
from tests.making import SYSTEM, make_staff, organisation, place, send


def make_decisions(home: str, coordinator: Staff, case_id: int) -> dict[str, list[str]]:
    """A case under two laws with a decision about each, and an earlier one of the same person that stopped letters."""
    now = timezone.now()
    head = make_staff(("head", home), name="Равнинный Олег Петрович")
    before = send("Опять о ремонте двора", home, name="Ковыльная Анна", phone="+79000000001").case_id
    _stopped(coordinator, head, before)
    law59 = register_mirror(coordinator, case_id, regime="law59", number="А-20/26", registered_at=now)
    law8 = register_mirror(coordinator, case_id, regime="law8", number="З-4/26", registered_at=now)
    prepared = prepare(
        coordinator, case_id, registration_id=law59.pk, code="court",
        given=Given(reason="в апелляционном порядке в течение месяца, через суд, который принял решение"),
    )
    decided = prepare(
        coordinator, case_id, registration_id=law8.pk, code="l8_unclear", given=Given(reason="за какой год сведения")
    )
    decide(coordinator, case_id, decision_id=decided.pk)
    blamed = add_complained(coordinator, case_id, organisation_id=organisation().pk)
    act = save_authority(
        SYSTEM, user_id=coordinator.user_id, territory_id=place(home).pk, act_number="15-р",
        act_date=timezone.localdate() - timedelta(days=1), until=None,
    )
    return {"decision_id": [str(prepared.pk)], "complained_id": [str(blamed.pk)], "authority_id": [str(act.pk)]}


def _stopped(coordinator: Staff, head: Staff, case_id: int) -> None:
    now = timezone.now()
    entry = register_mirror(coordinator, case_id, regime="law59", number="А-3/26", registered_at=now)
    decision = prepare(
        coordinator, case_id, registration_id=entry.pk, code="stopped",
        given=Given(reason="о ремонте двора", no_new=True, earlier_text="№ 11-о от 10.01.2026\n№ 24-о от 12.02.2026"),
    )
    decide(head, case_id, decision_id=decision.pk)
    done(head, case_id, decision_id=decision.pk, number="31-о", at=now, signer="Глава района", way="post")
