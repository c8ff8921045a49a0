"""What a curator found when a case of the sample was looked at again."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor, acting
from otklik.cases import done_reports
from otklik.cases.actions.reopen import begin_turn
from otklik.cases.gate import Passage, looking, passing, said
from otklik.cases.models import Case, DoneReport, Recheck
from otklik.cases.registered import LAWS
from otklik.failures import BadInput, NotYours, Refused


def record(
    actor: Actor, recheck_id: int, *, way: str, found: str, words: str = "", now: datetime | None = None
) -> Recheck:
    """Record what was found on the spot or by telephone. «Не сделано» needs words and begins a new turn.

    An appeal by law keeps its answer: what was found is kept beside it, and nothing is opened by itself (59-ФЗ knows no
    reopening; the resident may write anew).
    """
    words = said(words, "words")
    if way not in Recheck.Way.values:
        raise BadInput(_("Отметьте, как проверяли: на месте или по телефону."), "way")
    if found not in Recheck.Found.values:
        raise BadInput(_("Отметьте, что оказалось."), "found")
    if found != Recheck.Found.DONE and not words:
        raise BadInput(_("Напишите коротко, что увидели или почему не удалось проверить."), "words")
    with looking(actor):
        row = Recheck.objects.select_related("report", "case").filter(pk=recheck_id).first()
    if row is None:
        raise NotYours(_("Такой перепроверки нет, или она не в ваших муниципалитетах."))
    fails = found == Recheck.Found.NOT_DONE and row.case.regime not in LAWS and row.case.turn == row.report.turn
    with passing(actor, row.case_id, "recheck_failed" if fails else "recheck", now=now) as gate:
        _record(gate, row, way, found, fails)
        gate.words = words
    with acting(actor, read_only=True):
        return Recheck.objects.get(pk=recheck_id)


def _record(gate: Passage, row: Recheck, way: str, found: str, fails: bool) -> None:
    locked = Recheck.objects.select_for_update().get(pk=row.pk)
    if locked.checked_at is not None:
        raise Refused(_("Эту карточку уже перепроверили. Обновите страницу."))
    if fails != (
        found == Recheck.Found.NOT_DONE and gate.case.regime not in LAWS and gate.case.turn == row.report.turn
    ):
        raise Refused(_("Карточку только что изменили. Обновите страницу."))
    locked.way, locked.found, locked.checked_at, locked.checked_by_id = way, found, gate.now, gate.user_id
    locked.save(update_fields=["way", "found", "checked_at", "checked_by"])
    gate.fields |= {"recheck": row.pk, "way": way, "found": found, "sample": row.sample_id}
    if fails:
        begin_turn(gate, Case.Fix.REFUTED, came_of=DoneReport.CameOf.CHECKED_BAD)
    elif gate.case.turn == row.report.turn and found != Recheck.Found.UNCLEAR:
        came = DoneReport.CameOf.CHECKED if found == Recheck.Found.DONE else DoneReport.CameOf.CHECKED_BAD
        done_reports.follow(gate.case, came, gate.now)
