"""A centre disputes a case of a draft; the curator decides, with a reason. Both stand in the journal of the case.

What either says are remarks of the case: they are read by who may read it, and erased with it.
"""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from otklik.acting import Staff
from otklik.cases.gate import looking, passing, said
from otklik.cases.models import Case
from otklik.cases.noticing import notify
from otklik.failures import BadInput, NotYours, Refused
from otklik.insight.definitions import today
from otklik.insight.rating_excluding import in_window
from otklik.insight.rating_models import RatingDispute, RatingExclusion, RatingRun
from otklik.insight.rating_running import PAGE, recompute
from otklik.organisations.models import RoleAssignment
from otklik.territory.models import Kind

DRAFT, WAITING = RatingRun.State.DRAFT, RatingDispute.State.WAITING
DISPUTERS = frozenset({"head", "coordinator"})


def may_dispute(run: RatingRun, now: datetime) -> bool:
    """Whether cases of this rating can be disputed still."""
    return run.state == DRAFT and today(now) <= run.disputes_until


def dispute(actor: Staff, run_id: int, number: int, *, words: str, now: datetime | None = None) -> RatingDispute:
    """A head or coordinator holds that a case is none of their rating. Raises `BadInput`, `Refused`, `NotYours`."""
    now = now or timezone.now()
    words = said(words, "words")
    if not words:
        raise BadInput(_("Напишите, почему карточку не надо считать."), "words")
    with looking(actor):
        case_id = Case.objects.filter(number=number).values_list("pk", flat=True).first()
    if case_id is None:
        raise BadInput(_("Такой карточки нет, или она не в вашем муниципалитете."), "number")
    with passing(actor, case_id, "dispute_rating", now=now) as gate:
        run = _locked(run_id)
        if not may_dispute(run, now):
            raise Refused(_("Срок споров за этот месяц прошёл."))
        if not in_window([case_id], run.since, run.until):
            raise BadInput(
                _("Эта карточка не входит в рейтинг: он за %(since)s — %(until)s.")
                % {"since": f"{run.since:%d.%m.%Y}", "until": f"{run.until:%d.%m.%Y}"}, "number",
            )
        if RatingExclusion.objects.filter(run=run, case_id=case_id).exists():
            raise BadInput(_("Эта карточка уже исключена и в рейтинг не входит."), "number")
        if RatingDispute.objects.filter(run=run, case_id=case_id).exists():
            raise BadInput(_("Эту карточку за этот месяц уже оспорили."), "number")
        row = RatingDispute.objects.create(
            run=run, case=gate.case, scope_id=gate.case.scope_id, made_by_id=actor.user_id, made_at=now
        )
        gate.words = words
        gate.fields |= {"rating": f"{run.month:%Y-%m}", "dispute": row.pk}
        _tell_curators(row, now)
    return row


def settle(actor: Staff, dispute_id: int, *, accept: bool, words: str, now: datetime | None = None) -> RatingDispute:
    """The curator leaves the case out of this rating and of later ones, or keeps it in; the draft is counted anew."""
    now = now or timezone.now()
    words = said(words, "words")
    if not words:
        raise BadInput(_("Напишите, почему так решили: это увидит центр."), "words")
    with looking(actor):
        row = RatingDispute.objects.filter(pk=dispute_id).first()
    if row is None:
        raise NotYours(_("Такого спора нет, или он не в ваших муниципалитетах."))
    verb = "rating_without" if accept else "rating_with"
    with passing(actor, row.case_id, "settle_rating", now=now, verb=verb) as gate:
        run = _locked(row.run_id)
        row = RatingDispute.objects.select_for_update().get(pk=row.pk)
        if run.state != DRAFT or row.state != WAITING:
            raise Refused(_("Этот спор уже решён. Обновите страницу."))
        if row.made_by_id == actor.user_id:
            raise Refused(_("Свой спор решает другой человек."))
        row.state = RatingDispute.State.ACCEPTED if accept else RatingDispute.State.REFUSED
        row.decided_by_id, row.decided_at = actor.user_id, now
        row.save(update_fields=["state", "decided_by", "decided_at"])
        gate.words = words
        gate.fields |= {"rating": f"{run.month:%Y-%m}", "dispute": row.pk}
        if accept:
            recompute(run.pk, actor, now)
        _tell(row, run, now)
    return row


def disputes_of(run: RatingRun) -> QuerySet[RatingDispute]:
    """The disputes about a rating that the actor may see, those that wait first. Inside `acting`."""
    rows = RatingDispute.objects.filter(run=run).select_related("case", "scope", "made_by", "decided_by")
    return rows.order_by("decided_at", "pk")


def words_of(rows: list[RatingDispute]) -> dict[int, tuple[str, str]]:
    """What was said in a dispute and in its decision, by its id. Inside `acting`: as the case may be read."""
    from otklik.cases.models import Remark

    verbs = ("dispute_rating", "rating_without", "rating_with")
    found: dict[int, tuple[str, str]] = {}
    remarks: dict[int, list[Remark]] = {}
    of_cases = Remark.objects.filter(case_id__in=[row.case_id for row in rows], verb__in=verbs)
    for remark in of_cases.order_by("entry_seq"):
        remarks.setdefault(remark.case_id, []).append(remark)
    for row in rows:
        own = remarks.get(row.case_id, [])
        asked = next((r.text for r in own if r.at == row.made_at and r.verb == "dispute_rating"), "")
        answered = next((r.text for r in own if r.at == row.decided_at and r.verb != "dispute_rating"), "")
        found[row.pk] = (asked, answered)
    return found


def _locked(run_id: int) -> RatingRun:
    run = RatingRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise NotYours(_("Такого рейтинга нет."))
    return run


def _tell_curators(row: RatingDispute, now: datetime) -> None:
    """The curator of the place learns of it; without one, those of the whole region."""
    day, city = today(now), row.scope.municipality_id
    held = RoleAssignment.objects.filter(role="curator", user__is_active=True, since__lte=day).exclude(until__lt=day)
    of_place = held.filter(territory_id__in=[one for one in (row.scope_id, city) if one])
    own = set(of_place.values_list("user_id", flat=True))
    people = own or set(held.filter(territory__kind=Kind.REGION).values_list("user_id", flat=True))
    with translation.override("ru"):
        words = _("Оспорена карточка: решите до выхода рейтинга.")
    notify(people, "rating", case=row.case, now=now, words=words, link=f"{PAGE}{row.run.month:%Y-%m}/disputes/")


def _tell(row: RatingDispute, run: RatingRun, now: datetime) -> None:
    with translation.override("ru"):
        words = _("Спор о карточке решён: %(how)s.") % {"how": row.get_state_display()}
    notify([row.made_by_id], "rating", case=row.case, now=now, words=words, link=f"{PAGE}{run.month:%Y-%m}/disputes/")
