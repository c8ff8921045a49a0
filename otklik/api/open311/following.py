"""POST of `servicerequestupdates`: what the resident says afterwards, as the holder of their own page's link.

The extension that FixMyStreet and the cities around it speak: `status` closed is «исправлено, спасибо», open after an
answer is «не исправлено», otherwise these are more words.
"""

import hashlib
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import System, acting
from otklik.api.open311 import own
from otklik.api.open311.formats import Told, Wrong
from otklik.api.open311.public import written
from otklik.api.open311.reporting import MOST_DESCRIPTION, Given
from otklik.cases.actions import resident
from otklik.cases.actions.more_words import add_words
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.resident_links import open_link
from otklik.channels.models import Account
from otklik.intake.channel_cases import page_token

ACTOR = System("open311")


def post(account: Account, given: Given) -> Told:
    """Take an update of a report that came by this key. The same `update_id` (or the same words) is taken once."""
    named, words = given.get("service_request_id", "").strip(), given.get("description", "").strip()
    status = given.get("status", "").strip().lower()
    if not named:
        raise Wrong(400, _("service_request_id не указан."))
    if status not in ("", "open", "closed"):
        raise Wrong(400, _("status: open или closed, а не «%(word)s».") % {"word": status[:50]})
    if len(words) > MOST_DESCRIPTION:
        raise Wrong(400, _("%(name)s: не больше %(most)s знаков.") % {"name": "description", "most": MOST_DESCRIPTION})
    with acting(ACTOR, read_only=True):
        case = own.one(account, named)
        link = open_link(page_token(account, own.token_of(case)))
        state = case.state
    told = given.get("update_id", "").strip()
    once = hashlib.sha256(f"open311\0{told or words}\0{status}".encode(errors="replace")).hexdigest()
    if not words and status != "closed":
        raise Wrong(400, _("description не указан."))
    if state in IN_WORK:
        if status == "closed":
            raise Wrong(400, _("Ответа ещё не было: отметить исправленным можно после него."))
        add_words(link, text=words, once=once)
    elif status == "closed":
        resident.confirm(link)
    else:
        resident.refute(link, text=words, once=once)
    row: dict[str, Any] = {
        "update_id": once[:32], "service_request_id": named, "updated_datetime": written(timezone.now()),
    }
    return Told("service_request_updates", [row], 201)
