"""`GET /updates`: for trials, and for networks that nobody outside can call.

https://dev.max.ru/docs-api/methods/GET/updates (read 2026-11-25): `limit` 1–1000, `timeout` 0–90 seconds, `marker`
points to the next one and confirms all before it. It does not work while a webhook is subscribed.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from otklik.channels.kit.calling import Caller
from otklik.channels.kit.channel import Came, Polled
from otklik.channels.kit.outgoing import Retryable
from otklik.channels.max.api import call
from otklik.channels.max.updates import identity
from otklik.channels.models import Account

MOST = 100
# MAX keeps the queue, so a short wait loses nothing, and one reader serves many accounts.
WAIT = 1


def look(account: Account, cursor: Mapping[str, Any], caller: Caller) -> Polled:
    """One look. `cursor`: the marker; empty at first, then MAX begins with what nobody has confirmed."""
    params: dict[str, Any] = {"limit": MOST, "timeout": WAIT}
    if isinstance(cursor.get("marker"), int):
        params["marker"] = cursor["marker"]
    told = call(account, caller, "GET", "/updates", params=params)
    updates, marker = told.get("updates"), told.get("marker")
    if not isinstance(updates, list):
        raise Retryable(_("Ответ MAX не понять."))
    further = {**cursor, "marker": marker} if isinstance(marker, int) else dict(cursor)
    return Polled([came_of(one) for one in updates], further, more=bool(updates) and further != cursor)


def came_of(update: Any) -> Came:
    """One update for keeping, as it came."""
    return Came(identity(update), json.dumps(update).encode())
