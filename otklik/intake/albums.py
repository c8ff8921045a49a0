"""What comes in several parts is one message (an album of pictures); a chat that got another number goes on there.

Parts bear one id. The first opens or joins a case, the others put their pictures and words beside it.
"""

from datetime import datetime

from django.db.models import Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from otklik.acting import System
from otklik.cases.actions import heard
from otklik.cases.models import CaseMessage
from otklik.channels.kit.incoming import Ignored, Incoming
from otklik.channels.models import Account, Message
from otklik.intake.channel_cases import NO_WORDS
from otklik.intake.enclosing import enclose

ACTOR = System("channels")


def is_begun(account: Account, one: Incoming) -> bool:
    """Whether this is a further part of a message that was taken: no filter judges it alone."""
    return one.part and Message.objects.filter(account=account, external_id=one.external_id).exists()


def add_part(known: Message, one: Incoming, now: datetime) -> None:
    """Put a further part beside the message. The same part once more changes nothing. Inside `acting`, widened."""
    there = set(known.outside_files.values_list("url", flat=True))
    enclose(known, [file for file in one.files if not file.url or file.url not in there], now)
    joined = CaseMessage.objects.filter(message=known).first()
    if joined is None or one.text == NO_WORDS or known.direction == Message.Direction.OUT:
        return
    newest = Message.objects.filter(account_id=known.account_id, external_id=known.external_id).order_by("-version")[0]
    if newest.text == NO_WORDS:
        heard.edited(ACTOR, joined.case_id, known, one.text, now)
    elif one.text not in newest.text:
        heard.edited(ACTOR, joined.case_id, known, f"{newest.text}\n{one.text}", now)


def move(account: Account, one: Incoming) -> None:
    """Conversations of a chat go on under its new number. Always raises `Ignored`, as there is nothing else to do."""
    rows = Message.objects.filter(Q(thread=one.thread) | Q(thread__startswith=f"{one.thread}/"), account=account)
    if one.thread and one.moved_to:
        rows.update(thread=Concat(Value(one.moved_to), Substr("thread", len(one.thread) + 1)))
    raise Ignored(_("У чата новый номер: разговоры продолжаются под ним."))
