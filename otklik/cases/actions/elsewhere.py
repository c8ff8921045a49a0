"""«Отвечайте мне в другом месте»: the resident agrees on their page, and shows the one-time code where they want it.

The history stays one: what they write there goes on in the same case, and answers go there.
"""

import re
import secrets
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from otklik.acting import Link, System
from otklik.cases.actions.heard import Heard, hear
from otklik.cases.gate import passing
from otklik.cases.models import Case, ContinueCode
from otklik.channels.models import Account, Message
from otklik.organisations import limits
from otklik.residents.models import Consent

LIVES = timedelta(hours=24)
DIGITS = 9
WORDING = "Согласен получать ответы по этому сообщению там, откуда пришлю код."
_CODE = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{3}(?!\d)")
_SALT = "otklik.continue"


def offer(link: Link, now: datetime | None = None) -> str:
    """A fresh code of the case, «123-456-789»; the one before stops working. The resident's press is their consent."""
    now = now or timezone.now()
    with passing(link, link.case_id, "go_elsewhere", now=now) as gate:
        case = gate.case
        ContinueCode.objects.filter(case=case, used_at=None).delete()
        digits = "".join(secrets.choice("0123456789") for _digit in range(DIGITS))
        row = ContinueCode.objects.create(case=case, scope_id=case.scope_id, code_hash=_hash(digits), made_at=now)
        gate.fields["code"] = row.pk
        if case.resident_id:
            Consent.objects.create(
                resident_id=case.resident_id, scope_id=case.scope_id, kind=Consent.Kind.OTHER_CHANNEL, wording=WORDING,
                given_at=now,
            )
    return "-".join((digits[:3], digits[3:6], digits[6:]))


def joined(actor: System, account: Account, heard: Heard) -> Message | None:
    """The message by which a resident arrived with their code, in their case now; None when it brings no live code.

    Guesses are counted: after ten in an hour an author's codes are not looked at. Caller acts widened.
    """
    found = _CODE.search(heard.text)
    if found is None or not heard.author_key or limits.is_over("continue", heard.author_key) is not None:
        return None
    digits = re.sub(r"\D", "", found.group())
    row = (
        ContinueCode.objects.select_for_update()
        .filter(code_hash=_hash(digits), used_at=None, made_at__gt=heard.received_at - LIVES).first()
    )
    if row is None:
        limits.hit("continue", heard.author_key)
        return None
    row.used_at = heard.received_at
    row.save(update_fields=["used_at"])
    state = Case.objects.values_list("state", flat=True).get(pk=row.case_id)
    message = hear(actor, row.case_id, heard, state=state)
    with passing(actor, row.case_id, "came_elsewhere", now=heard.received_at) as gate:
        gate.case.answer_by = Case.AnswerBy.CHANNEL
        gate.case.heard_at = None  # the code is no word that somebody has to read
        gate.fields |= {"code": row.pk, "account": account.pk}
    return message


def _hash(digits: str) -> str:
    return salted_hmac(_SALT, digits, algorithm="sha256").hexdigest()
