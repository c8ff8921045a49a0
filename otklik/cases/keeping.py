"""An answer while it is typed: kept for its writer alone, every second or so, until it is saved as a version.

No gate and no journal: nothing of the case changes, nobody else sees it, and it is gone when the text is saved, given
up, or after `DAYS`. What must hold is that nothing typed is lost: a second window of the same person, or a crashed one,
never writes over what another has kept.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Staff, System, acting, widened
from otklik.cases.gate import looking
from otklik.cases.lifecycle import BY_NAME, may
from otklik.cases.models import Case, KeptText
from otklik.failures import NotYours, Refused
from otklik.together import asked
from otklik.typed_text import typed, within

MAX_TEXT = 20_000  # as long as an answer may be
DAYS = 30


class Parted(Exception):
    """Another window of the same person has kept another text meanwhile (`kept`); nothing was written over."""

    def __init__(self, kept: KeptText) -> None:
        super().__init__("another window has kept another text")
        self.kept = kept


def keep(
    actor: Staff, case_id: int, *, text: str, base: int | None, revision: int | None, now: datetime | None = None
) -> KeptText | None:
    """Keep what is typed so far; an empty text gives it up (None).

    `base`: the version of the answer it was begun on. `revision`: of what this window kept or was given last; None when
    it was given nothing. Raises `Parted`, `NotYours`, and `Refused` for who may not answer this case now.
    """
    text = within(typed(text), MAX_TEXT, "text")
    now = now or timezone.now()
    with looking(actor):
        case = Case.objects.filter(pk=case_id).first()
        if case is None:
            raise NotYours(_("Такой карточки нет, или она не в вашем муниципалитете."))
        move = BY_NAME["draft"]
        if not may(actor, move, case) or case.state not in move.sources:
            raise Refused(_("Ответ в этой карточке сейчас не пишут: её только что изменили."))
        with widened():
            mine = KeptText.objects.select_for_update().filter(case_id=case_id, user_id=actor.user_id).first()
            if mine is None:
                return _begin(actor, case, text, base, now) if text else None
            if mine.turn == case.turn and mine.text != text and mine.revision != revision:
                raise Parted(mine)
            if not text:
                mine.delete()
                return None
            mine.text, mine.base, mine.turn, mine.at = text, base, case.turn, now
            mine.revision += 1
            mine.save()
            return mine


def _begin(actor: Staff, case: Case, text: str, base: int | None, now: datetime) -> KeptText:
    try:
        with transaction.atomic():
            return KeptText.objects.create(
                case=case, scope_id=case.scope_id, user_id=actor.user_id, turn=case.turn, text=text, base=base, at=now
            )
    except IntegrityError as error:  # two windows began at the same moment
        raise Parted(KeptText.objects.get(case=case, user_id=actor.user_id)) from error


def kept_by(actor: Staff, case: Case) -> KeptText | None:
    """What this person has typed for the case's present turn and not saved. Inside `acting`."""
    return next(iter(asked(case, "kept", lambda of: kept_question(actor, of))), None)


def kept_question(actor: Staff, case: Case) -> QuerySet[KeptText]:
    """What `kept_by` asks, so that a page can ask it ahead."""
    return KeptText.objects.filter(case=case, user_id=actor.user_id, turn=case.turn)


def forget(case: Case, user_id: int | None) -> None:
    """The text was saved as a version, so nothing is to be kept of it. Inside a gate."""
    if user_id is not None:
        KeptText.objects.filter(case=case, user_id=user_id).delete()


def forget_old(now: datetime) -> int:
    """Remove what nobody has come back to. Returns how many."""
    with acting(System("keeping")), widened():
        return KeptText.objects.filter(at__lt=now - timedelta(days=DAYS)).delete()[0]
