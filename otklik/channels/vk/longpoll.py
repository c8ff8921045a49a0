"""Bots Long Poll: for networks that nobody outside can call. https://dev.vk.com/ru/api/bots-long-poll/getting-started"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from otklik.channels.kit.calling import Caller
from otklik.channels.kit.channel import Came, Polled
from otklik.channels.kit.outgoing import Permanent, Retryable
from otklik.channels.models import Account
from otklik.channels.vk.api import call
from otklik.channels.vk.events import LOST, identity, kept
from otklik.channels.vk.reading import NOISE

# VK keeps the queue, so a short wait loses nothing, and one reader serves many pages. (VK advises 25, takes up to 90.)
WAIT = 1


def look(account: Account, group_id: int, cursor: Mapping[str, Any], caller: Caller) -> Polled:
    """One look. `cursor`: server, key, ts; empty at first."""
    if not cursor.get("server"):
        return Polled((), _session(account, group_id, caller), more=True)
    given = {"act": "a_check", "key": cursor["key"], "ts": cursor["ts"], "wait": WAIT}
    said = caller.call("GET", str(cursor["server"]), params=given)
    if said.status != 200:
        raise Retryable(_("ВКонтакте ответил %(status)s.") % {"status": said.status})
    told = said.json()
    failed = told.get("failed") if isinstance(told, dict) else None
    if failed == 1:  # the history is out of date or lost in part: go on from the number it tells
        return Polled((_lost(told.get("ts")),), {**cursor, "ts": told.get("ts")}, more=True)
    if failed == 2:  # the key is over: a new one, and on from where we were
        fresh = _session(account, group_id, caller)
        return Polled((), {**fresh, "ts": cursor["ts"]}, more=True)
    if failed == 3:  # everything is lost: begin anew
        fresh = _session(account, group_id, caller)
        return Polled((_lost(fresh["ts"]),), fresh, more=True)
    updates = told.get("updates") if isinstance(told, dict) else None
    if failed is not None or not isinstance(updates, list):
        raise Retryable(_("Ответ ВКонтакте не понять."))
    news = [one for one in updates if isinstance(one, dict) and str(one.get("type")) not in NOISE]
    came = [Came(identity(one), kept(one)) for one in news]
    return Polled(came, {**cursor, "ts": told.get("ts", cursor["ts"])}, more=bool(updates))


def _session(account: Account, group_id: int, caller: Caller) -> dict[str, Any]:
    told = call(account, caller, "groups.getLongPollServer", {"group_id": group_id})
    if not isinstance(told, dict) or not all(told.get(name) for name in ("server", "key", "ts")):
        raise Permanent(_("ВКонтакте не дал адреса Long Poll: включите его в настройках сообщества."))
    return {name: str(told[name]) for name in ("server", "key", "ts")}


def _lost(ts: Any) -> Came:
    """A notice for the quarantine page: somebody has to look at the page itself."""
    return Came(f"{LOST}:{ts}", kept({"type": LOST, "object": {"ts": ts}}))
