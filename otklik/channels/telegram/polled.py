"""`getUpdates`: for networks that nobody outside can call. https://core.telegram.org/bots/api#getupdates (2026-11-25).

«An update is considered confirmed as soon as getUpdates is called with an offset higher than its update_id.»
"""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from otklik.channels.kit.calling import Caller
from otklik.channels.kit.channel import Came, Polled
from otklik.channels.kit.outgoing import Permanent, Retryable
from otklik.channels.models import Account
from otklik.channels.telegram.api import call
from otklik.channels.telegram.checking import KINDS, agreed, not_agreed
from otklik.channels.telegram.updates import identity, number

MOST = 100
# Telegram keeps the queue for a day, so a short wait loses nothing, and one reader serves many bots.
WAIT = 1


def look(account: Account, cursor: Mapping[str, Any], caller: Caller) -> Polled:
    """One look. `cursor`: the offset that confirms what is kept here.

    Once nothing waits, all is confirmed and the offset is forgotten: after a week of silence Telegram begins its
    numbers anew at random, and an old offset could hide new updates.
    """
    if not agreed(account):
        raise Permanent(not_agreed())
    given: dict[str, Any] = {"limit": MOST, "timeout": WAIT, "allowed_updates": list(KINDS)}
    if isinstance(cursor.get("offset"), int):
        given["offset"] = cursor["offset"]
    updates = call(account, caller, "getUpdates", given)
    if not isinstance(updates, list):
        raise Retryable(_("Ответ Telegram не понять."))
    if not updates:
        return Polled((), {}, more=False)
    newest = max((number(one, "update_id") for one in updates if isinstance(one, dict)), default=0)
    return Polled([came_of(one) for one in updates], {"offset": newest + 1}, more=True)


def came_of(update: Any) -> Came:
    """One update for keeping, as it came."""
    return Came(identity(update), json.dumps(update).encode())
