"""Решение по обращению: prepared with its letter, decided by who may, done when the letter has left.

What each outcome needs stands in `outcome_table`; what is filled in is checked by `outcome_filling`.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases import clocks, noticing, regime_clocks
from otklik.cases.actions.correspondence import check_moment
from otklik.cases.complained import refuse_complained
from otklik.cases.gate import ROLE_NAMES, Passage, passing, said
from otklik.cases.law_authority import deciders_at, deciding_roles
from otklik.cases.models import Case, Clock, EarlierAnswer, LawDecision, Registration
from otklik.cases.outcome_filling import Given, fill
from otklik.cases.outcome_rules import AUTHORISED, LawRule, may_decide
from otklik.cases.outcome_table import BY_CODE
from otklik.cases.outcome_terms import WITHDRAWN, open_decisions
from otklik.cases.registered import LAWS, end, registration, still_open
from otklik.failures import BadInput, NotYours, Refused
from otklik.typed_text import line, typed, within

S = LawDecision.State
MAX_LETTER = 10_000
MAX_SENT_TO = 300  # of a registration


def prepare(
    actor: Actor, case_id: int, *, registration_id: int, code: str, given: Given, now: datetime | None = None
) -> LawDecision:
    """Choose an outcome for a registration and write its letter. The limit that it brings runs from now on.

    Raises `BadInput` naming what is missing, `Refused` when the outcome does not fit.
    """
    rule = BY_CODE.get(code)
    if rule is None:
        raise BadInput(_("Выберите решение."), "code")
    with passing(actor, case_id, "law_prepare", now=now) as gate:
        entry = registration(gate.case, registration_id)
        _check_fits(entry, rule)
        decision, earlier = fill(gate.case, entry, rule, given, gate.now)
        decision.prepared_by_id, decision.prepared_at = gate.user_id, gate.now
        decision.save()
        EarlierAnswer.objects.bulk_create(
            EarlierAnswer(decision=decision, case=gate.case, scope_id=gate.case.scope_id, **one) for one in earlier
        )
        if rule.sends_on and entry.not_ours_at is None:
            entry.not_ours_at = gate.now
            entry.save()
        regime_clocks.follow(gate.case, entry)
        gate.fields |= _fields(decision, entry)
        gate.words = decision.reason
        waiting = deciders_at(gate.case, rule.deciders, gate.now.astimezone(clocks.zone()).date())
        noticing.notify(waiting - {gate.user_id or 0}, "decision", case=gate.case, now=gate.now)
        return decision


def rewrite(
    actor: Actor, case_id: int, *, decision_id: int, text: str, was: str, now: datetime | None = None
) -> LawDecision:
    """Change the prepared letter. `was`: the text that the person had before their eyes, so that no edit is lost."""
    text = within(typed(text), MAX_LETTER, "text")
    if not text:
        raise BadInput(_("Напишите текст письма."), "text")
    with passing(actor, case_id, "law_text", now=now) as gate:
        decision = _decision(gate.case, decision_id, S.PREPARED)
        if typed(decision.text) != typed(was) and typed(decision.text) != text:
            raise Refused(_("Текст письма только что изменили. Обновите страницу: ваш текст пока не сохранён."))
        if typed(decision.text) == text:
            gate.unchanged = True
        decision.text = text
        decision.save()
        gate.fields |= _fields(decision)
        return decision


def decide(actor: Actor, case_id: int, *, decision_id: int, now: datetime | None = None) -> LawDecision:
    """Take the decision: by who may alone. One that needs no letter is done with it, and the registration ends.

    Of two who decide at once the second is told that it is decided.
    """
    with passing(actor, case_id, "law_decide", now=now) as gate:
        decision = _decision(gate.case, decision_id, S.PREPARED)
        rule = BY_CODE[decision.code]
        entry = registration(gate.case, decision.registration_id)
        act = _check_decider(gate, rule)
        if rule.sends_on:
            _never_to_complained(gate.case, decision)
        decision.state, decision.decided_by_id, decision.decided_at = S.DECIDED, gate.user_id, gate.now
        decision.authority = act
        gate.fields |= _fields(decision, entry)
        if decision.tells or rule.sends_on:
            decision.save()
            gate.target = gate.case.state
            wrote = {decision.prepared_by_id or 0} - {0, gate.user_id}
            noticing.notify(wrote, "decision", case=gate.case, now=gate.now, words="Решение принято, отправьте письмо.")
            return decision
        _finish(gate, decision, entry, rule, gate.now)
        return decision


def done(
    actor: Actor, case_id: int, *, decision_id: int, number: str, at: datetime, signer: str, way: str,
    now: datetime | None = None,
) -> LawDecision:
    """The letter has left: number, day, signer, way. The registration ends, and the case when nothing else waits."""
    number, signer = line(number, 100, "number"), line(signer, 200, "signer")
    for value, field, words in (
        (number, "number", _("Напишите исходящий номер.")), (signer, "signer", _("Напишите, кто подписал.")),
        (way in Registration.Way.values, "way", _("Выберите, как отправили.")),
    ):
        if not value:
            raise BadInput(words, field)
    with passing(actor, case_id, "law_done", now=now) as gate:
        decision = _decision(gate.case, decision_id, S.DECIDED)
        rule = BY_CODE[decision.code]
        entry = registration(gate.case, decision.registration_id)
        if rule.sends_on:
            _never_to_complained(gate.case, decision)
        check_moment(gate, entry, at)
        decision.out_number, decision.signer, decision.way = number, signer, way
        gate.fields |= _fields(decision, entry)
        _finish(gate, decision, entry, rule, at)
        return decision


def withdraw(
    actor: Actor, case_id: int, *, decision_id: int, reason: str, now: datetime | None = None
) -> LawDecision:
    """Take a decision back before its letter left; its limit runs no more. One that is taken only by who may decide."""
    words = said(reason)
    if not words:
        raise BadInput(_("Напишите, почему снимаете решение."), "reason")
    with passing(actor, case_id, "law_withdraw", now=now) as gate:
        decision = _decision(gate.case, decision_id, S.PREPARED, S.DECIDED)
        entry = registration(gate.case, decision.registration_id)
        if decision.state == S.DECIDED:
            _check_decider(gate, BY_CODE[decision.code])
        decision.state = S.WITHDRAWN
        decision.save()
        _undo_term(gate, decision, entry)
        gate.words = words
        gate.fields |= _fields(decision, entry)
        return decision


def _undo_term(gate: Passage, decision: LawDecision, entry: Registration) -> None:
    """The limit ends that the decision brought; one that a person had set before goes on by its own days."""
    if entry.not_ours_at == decision.prepared_at:
        entry.not_ours_at = None
        entry.save()
    kinds = [Clock.Kind.TELL] if entry.not_ours_at else [Clock.Kind.TELL, Clock.Kind.FORWARD]
    for row in regime_clocks.of_registration(gate.case, entry):
        if row.kind in kinds and row.stopped_at is None:
            clocks.stop(row, gate.case, gate.now, WITHDRAWN)
    regime_clocks.follow(gate.case, entry)


def _finish(gate: Passage, decision: LawDecision, entry: Registration, rule: LawRule, at: datetime) -> None:
    """The decision is carried out at `at`; what it ends, ends."""
    case = gate.case
    decision.state, decision.done_at = S.DONE, at
    decision.save()
    if not rule.ended_by:  # a question back: the request itself goes on
        gate.target = case.state
        return
    entry.out_number, entry.out_at, entry.signer = decision.out_number, at, decision.signer
    sent_to = "; ".join(name for _ident, name in decision.addressees)[:MAX_SENT_TO]
    entry.way, entry.forwarded_to = decision.way, sent_to if rule.sends_on else ""
    if not decision.out_number:
        entry.out_at = None
    end(gate, entry, rule.ended_by, at)
    if still_open(case) or (entry.regime != case.regime and case.answered_at is None):
        gate.target = case.state
        if entry.regime == case.regime:
            case.answered_at = case.answered_at or at
        return
    case.outcome, case.closed_at = rule.outcome, gate.now
    gate.fields["outcome"] = case.outcome


def _never_to_complained(case: Case, decision: LawDecision) -> None:
    for organisation_id, name in decision.addressees:
        refuse_complained(case, organisation_id, name, "")


def _check_fits(entry: Registration, rule: LawRule) -> None:
    if entry.regime not in LAWS or entry.regime != rule.regime:
        raise Refused(_("Это решение — для другого режима."))
    if entry.registered_at is None:
        raise Refused(_("Сначала внесите дату регистрации: от неё считаются сроки."))
    if open_decisions(entry).exists():
        raise Refused(_("По этому обращению решение уже готовят. Обновите страницу."))


def _check_decider(gate: Passage, rule: LawRule) -> str:
    """The act by which the actor decides, if it is one; raises `Refused` for who may not."""
    roles, act = deciding_roles(gate.actor, gate.case, gate.now.astimezone(clocks.zone()).date())
    if not may_decide(rule, roles):
        who = [str(ROLE_NAMES[role]) for role in ROLE_NAMES if role in rule.deciders]
        who += [_("уполномоченный по акту")] if AUTHORISED in rule.deciders else []
        raise Refused(
            _("По закону это решает: %(who)s этого муниципалитета. Передайте на решение.") % {"who": ", ".join(who)}
        )
    return act if not roles & (rule.deciders - {AUTHORISED}) else ""


def _decision(case: Case, decision_id: int, *states: str) -> LawDecision:
    found = LawDecision.objects.select_for_update(of=("self",)).filter(case=case, pk=decision_id).first()
    if found is None:
        raise NotYours(_("Такого решения у карточки нет. Обновите страницу."))
    if found.state not in states:
        raise Refused(_("Решение уже изменили: «%(state)s». Обновите страницу.") % {"state": found.get_state_display()})
    return found


def _fields(decision: LawDecision, entry: Registration | None = None) -> dict[str, object]:
    fields: dict[str, object] = {"decision": decision.pk, "law": decision.code}
    if entry is not None:
        fields |= {"registration": entry.pk, "regime": entry.regime}
    if decision.organisation_id:
        fields["organisation"] = decision.organisation_id
    return fields
