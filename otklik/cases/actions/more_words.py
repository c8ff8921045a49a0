"""«Добавить к сообщению»: the resident writes more while the matter is in work."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Link
from otklik.cases.actions.heard import ring_if_dangerous
from otklik.cases.actions.resident import MAX_TEXT, add_message, taken, the_case_of
from otklik.cases.gate import passing
from otklik.cases.models import Case, CaseMessage
from otklik.channels.models import Message
from otklik.failures import BadInput, Refused
from otklik.files.photos import CleanPhoto
from otklik.typed_text import typed, within

MOST_A_TURN = 20  # more is no story any more; whoever has more to say calls


def add_words(
    link: Link, *, text: str, photos: Sequence[CleanPhoto] = (), once: str, now: datetime | None = None
) -> Case:
    """More words or photos of the resident in the same thread. The same key is taken once.

    Danger that they tell of raises the importance and rings. Raises `BadInput` when there is nothing, `Refused` when
    the answer was given: then «не исправлено» is the way.
    """
    text = within(typed(text), MAX_TEXT, "text")
    if not text and not photos:
        raise BadInput(_("Напишите, что добавить, или приложите фотографию."), "more")
    now = now or timezone.now()
    if taken(link, once):
        return the_case_of(link)
    with passing(link, link.case_id, "add_words", now=now) as gate:
        if taken(link, once):
            gate.unchanged = True
            return gate.case
        said = CaseMessage.objects.filter(
            case=gate.case, turn=gate.case.turn, message__direction=Message.Direction.IN
        ).count()
        if said > MOST_A_TURN:
            raise Refused(_("Сообщений уже много, их читают. Если что-то срочное, позвоните в центр."))
        add_message(gate, text, photos, once)
        ring_if_dangerous(gate, text)
        return gate.case
