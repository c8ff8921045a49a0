"""What the ЦУР may do in a municipality's case: help, but not answer for it (design, section 8).

Approving and publishing stay with the municipality unless an agreement is entered, and never for 59-ФЗ and 8-ФЗ.
Whoever stands in for a colleague of the municipality acts by that colleague's role, and this does not concern them.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.acting import Actor, Staff, acting, widened
from otklik.cases.clock_rules import zone
from otklik.cases.lifecycle import BY_NAME
from otklik.cases.models import Case, HelpAgreement, SilentQueue
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.appending import NewEntry, append
from otklik.organisations.staffing import require_administrator
from otklik.territory.models import Kind, Territory
from otklik.typed_text import line

APPROVING, PUBLISHING = "approve", "publish"
COVERED = {APPROVING: gettext_lazy("согласовать ответ"), PUBLISHING: gettext_lazy("опубликовать ответ")}
REGIMES = (Case.Regime.SOCIAL, Case.Regime.POS)
# Moves by which the municipality answers, and what of an agreement each needs.
ANSWERING = {
    "approve": APPROVING, "publish": PUBLISHING, "publish_interim": PUBLISHING, "publish_common": PUBLISHING,
    "publish_common_interim": PUBLISHING, "sent": PUBLISHING, "law_done": PUBLISHING,
    "promise_moved": PUBLISHING,
}
HELPING = frozenset({"take", "triage", "assign"})  # of a silent queue: the journal says that it was help


def from_above(actor: Actor, roles: frozenset[str], case: Case) -> bool:
    """Whether this person could act here by a role over the whole region only, in a case of a municipality."""
    if not isinstance(actor, Staff) or actor.sees is not None:
        return False
    fitting = [grant for grant in actor.grants if grant.role in roles and grant.covers(case.scope_id)]
    above = bool(fitting) and all(grant.scopes is None for grant in fitting)
    return above and case.scope.kind != Kind.REGION


def allowed_by(actor: Actor, move: str, roles: frozenset[str], case: Case, now: datetime) -> dict[str, int]:
    """What the journal keeps of the ЦУР's help: the agreement, or the silent queue. Raises `Refused`."""
    if move not in ANSWERING and move not in HELPING or not from_above(actor, roles, case):
        return {}
    if move in HELPING:
        queue = SilentQueue.objects.filter(place_id=case.scope_id, ended_at=None).values_list("pk", flat=True).first()
        return {"silent_queue": queue} if queue else {}
    return {"agreement": _agreed(case, ANSWERING[move], now)}


def answering(actor: Actor, roles: frozenset[str], cases: Iterable[Case], covers: str, now: datetime) -> dict[str, int]:
    """The same for one answer to many cases: each of them has to be covered."""
    kinds = {(case.scope_id, case.regime): case for case in cases}
    above = [case for case in kinds.values() if from_above(actor, roles, case)]
    agreements = [_agreed(case, covers, now) for case in above]
    return {"agreement": agreements[0]} if agreements else {}


def _agreed(case: Case, covers: str, now: datetime) -> int:
    if case.regime not in REGIMES:
        raise Refused(_("Ответ по 59-ФЗ и 8-ФЗ согласует и отправляет сам муниципалитет."))
    agreement = in_force(case, covers, now.astimezone(zone()).date())
    if agreement is None:
        raise Refused(
            _("Согласует и публикует муниципалитет. ЦУР может это по соглашению: его записывают в «Настройках».")
        )
    return agreement.pk


def withheld(actor: Staff, names: Collection[str], case: Case, now: datetime) -> set[str]:
    """Which of these moves the page must not offer: they would be refused."""
    asked = {name for name in names if name in ANSWERING and from_above(actor, BY_NAME[name].roles, case)}
    if not asked or case.regime not in REGIMES:
        return asked
    day = now.astimezone(zone()).date()
    covered = {covers for covers in COVERED if in_force(case, covers, day) is not None}
    return {name for name in asked if ANSWERING[name] not in covered}


def in_force(case: Case, covers: str, day: date) -> HelpAgreement | None:
    """The agreement of the case's municipality (or inner district) that covers this on that day."""
    places = [one for one in (case.scope_id, case.scope.municipality_id) if one]
    rows = HelpAgreement.objects.filter(
        territory_id__in=places, ended_at=None, since__lte=day, regimes__contains=[case.regime],
        covers__contains=[covers],
    )
    return rows.filter(Q(until=None) | Q(until__gte=day)).order_by("-pk").first()


def enter(
    actor: Staff, *, territory_id: int, number: str, signed_on: date, since: date, until: date | None,
    regimes: Collection[str], covers: Collection[str], now: datetime,
) -> HelpAgreement:
    """Note an agreement. The municipality's administrator, or the region's. Raises `BadInput`, `Refused`, `NotYours`.
    """
    number = line(number, 60, "number")
    if not number:
        raise BadInput(_("Впишите номер соглашения."), "number")
    if signed_on > now.astimezone(zone()).date():
        raise BadInput(_("Дата соглашения ещё не наступила."), "signed_on")
    if since < signed_on:
        raise BadInput(_("Соглашение не действует раньше, чем подписано."), "since")
    if until is not None and until < since:
        raise BadInput(_("Последний день раньше первого."), "until")
    kept = [one for one in REGIMES if one in regimes]
    if not kept or set(regimes) - set(kept):
        raise BadInput(_("Отметьте режимы. По 59-ФЗ и 8-ФЗ такого соглашения не бывает."), "regimes")
    scope = [one for one in COVERED if one in covers]
    if not scope:
        raise BadInput(_("Отметьте, что разрешено ЦУР."), "covers")
    with acting(actor), widened():
        place = Territory.objects.select_for_update().filter(pk=territory_id).first()
        if place is None or place.kind not in (Kind.MUNICIPALITY, Kind.DISTRICT):
            raise NotYours(_("Такого муниципалитета нет, или он не ваш."))
        require_administrator(actor, place.scope_id or place.pk)
        row = HelpAgreement.objects.create(
            territory=place, number=number, signed_on=signed_on, since=since, until=until, regimes=kept,
            covers=scope, entered_by_id=actor.user_id, entered_at=now,
        )
        _entry(actor, row, "agreement_entered", now, regimes=kept, covers=scope)
        return row


def end(actor: Actor, agreement_id: int, *, now: datetime) -> HelpAgreement:
    """The agreement holds no longer, from this moment on."""
    with acting(actor), widened():
        row = HelpAgreement.objects.select_for_update(of=("self", "territory")).select_related("territory").filter(
            pk=agreement_id
        ).first()
        if row is None:
            raise NotYours(_("Такого соглашения нет."))
        require_administrator(actor, row.territory.scope_id or row.territory_id)
        if row.ended_at is None:
            row.ended_at, row.ended_by_id = now, getattr(actor, "user_id", None)
            row.save(update_fields=["ended_at", "ended_by"])
            _entry(actor, row, "agreement_ended", now)
        return row


def _entry(actor: Actor, row: HelpAgreement, verb: str, now: datetime, **fields: object) -> None:
    append(NewEntry(f"agreement:{row.territory_id}", verb, actor.reference, now, {"agreement": row.pk, **fields}))
