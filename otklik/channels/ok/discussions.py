"""Asking for comments under a group's topics: nobody calls us about them.

discussions.getList, discussions.getComments: https://apiok.ru/dev/methods/rest/discussions (names of parameters by
github.com/apiok/documentation and the pages; fields of the answers partly by assumption).
"""

import json
import time
from collections.abc import Mapping
from typing import Any

from otklik.channels.kit.calling import Caller
from otklik.channels.kit.channel import Came, Polled
from otklik.channels.models import Account
from otklik.channels.ok.api import rest
from otklik.channels.ok.reading import COMMENT
from otklik.typed_text import whole

EVERY = 60.0  # seconds between looks
TOO_SOON = 45  # seconds: asked by hand meanwhile, or by two beats, nothing is asked for
TOPICS, COMMENTS, MOST_CALLS = 50, 100, 20
PAUSE = 0.35
FIELDS = "discussion.object_type,discussion.object_id,discussion.last_activity_date_ms,discussion.comments_count"


def look(account: Account, cursor: Mapping[str, Any], caller: Caller) -> Polled:
    """One look. `cursor`: since and looked (Unix seconds), seen (discussion → its last activity when it was read)."""
    now = int(time.time())
    if 0 <= now - int(cursor.get("looked") or 0) < TOO_SOON:
        return Polled((), cursor)
    since = min(int(cursor.get("since") or now), now)  # a clock that ran ahead at the first look
    told = rest(account, caller, "discussions.getList", {"category": "GROUP", "count": TOPICS, "fields": FIELDS})
    rows = told.get("discussions")
    seen, kept, came, calls = dict(cursor.get("seen") or {}), {}, [], 0
    for one in rows if isinstance(rows, list) else []:
        if not isinstance(one, dict):
            continue
        topic, kind = str(one.get("object_id") or ""), str(one.get("object_type") or "GROUP_TOPIC")
        active = whole(one.get("last_activity_date_ms")) or 0
        before = seen.get(f"{kind}:{topic}")
        if not topic or before == active or active < since * 1000:
            kept[f"{kind}:{topic}"] = active
            continue
        if calls >= MOST_CALLS:  # the next look finds it changed still
            continue
        calls += 1
        time.sleep(PAUSE)
        came += _comments(account, caller, topic, kind, since)
        kept[f"{kind}:{topic}"] = active
    return Polled(came, {"since": since, "looked": now, "seen": kept})


def _comments(account: Account, caller: Caller, topic: str, kind: str, since: int) -> list[Came]:
    asked = {"discussionId": topic, "discussionType": kind, "anchor": "LAST", "direction": "BACKWARD",
             "count": COMMENTS}
    rows = rest(account, caller, "discussions.getComments", asked).get("comments")
    found = []
    for one in rows if isinstance(rows, list) else []:
        ident = str(one.get("id") or "") if isinstance(one, dict) else ""
        date = one.get("date_ms") if isinstance(one, dict) else None
        if not ident or (isinstance(date, int) and date < since * 1000):
            continue
        name = f"{kind}:{topic}:{ident}"
        said = {"type": COMMENT, "id": name, "discussion": topic, "discussion_type": kind, "comment": one}
        found.append((date if isinstance(date, int) else 0, Came(name, json.dumps(said).encode())))
    return [came for _date, came in sorted(found, key=lambda pair: pair[0])]
