"""Reading the wall of a page that is not ours: nobody sends us events there, so we ask for posts and comments.

`wall.get` and `wall.getComments` take a service key or a person's, no community's (VK's schema 5.199). Edits and
deletions there are not seen, and no comments under a post older than the newest thirty.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from otklik.channels.kit.calling import Caller
from otklik.channels.kit.channel import Came, Polled
from otklik.channels.models import Account
from otklik.channels.vk.api import call
from otklik.channels.vk.events import kept

EVERY = 60.0  # seconds between looks
TOO_SOON = 45  # seconds: asked by hand meanwhile, or by two beats, nothing is asked for
POSTS, AT_ONCE, IN_THREAD = 30, 100, 10  # IN_THREAD: as many of a thread as VK gives along with its root
MOST_CALLS = 20  # of one look; what is left over is found changed by the next
PAUSE = 0.35  # seconds between calls: three a second is what a person's key may


@dataclass
class _Look:
    """One look, as it goes on."""

    account: Account
    owner: int
    caller: Caller
    since: int  # what was written before the first look is history, not news
    came: list[Came] = field(default_factory=list)
    calls: int = 0

    def ask(self, method: str, given: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """`items` of one method."""
        if self.calls:
            time.sleep(PAUSE)
        self.calls += 1
        told = call(self.account, self.caller, method, {"owner_id": self.owner, **given})
        items = told.get("items") if isinstance(told, dict) else None
        return [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []

    def note(self, kind: str, thing: Mapping[str, Any], name: str) -> None:
        """Something new, in the shape of an event."""
        ident = f"wall:{name}"
        said = {"type": kind, "event_id": ident, "group_id": abs(self.owner), "object": thing}
        self.came.append(Came(ident, kept(said)))


def look(account: Account, group_id: int, cursor: Mapping[str, Any], caller: Caller) -> Polled:
    """One look. `cursor`: since and looked (Unix seconds), newest (post), posts (id → comments seen, the newest)."""
    now = int(time.time())
    if 0 <= now - int(cursor.get("looked") or 0) < TOO_SOON:
        return Polled((), cursor)
    since = min(int(cursor.get("since") or now), now)  # a clock that ran ahead at the first look
    seen: dict[str, Any] = dict(cursor.get("posts") or {})
    this = _Look(account, -group_id, caller, since)
    posts = sorted(this.ask("wall.get", {"count": POSTS}), key=lambda post: int(post.get("id") or 0))
    newest, kept_posts = int(cursor.get("newest") or 0), {}
    for post in posts:
        ident, date = int(post.get("id") or 0), int(post.get("date") or 0)
        if cursor and ident > newest and date >= since:
            this.note("wall_post_new", post, f"{-group_id}_{ident}")
        before = seen.get(str(ident)) or {"count": 0 if ident > newest and cursor else None, "last": 0}
        kept_posts[str(ident)] = _comments(this, ident, before, _count(post.get("comments")))
    newest = max([newest, *(int(post.get("id") or 0) for post in posts)])
    return Polled(this.came, {"since": since, "looked": now, "newest": newest, "posts": kept_posts})


def _comments(this: _Look, post: int, before: Mapping[str, Any], count: int) -> Mapping[str, Any]:
    """New comments under one post, and what is seen now. A first look only counts."""
    if before["count"] is None:
        return {"count": count, "last": 0}
    if count <= before["count"] or this.calls >= MOST_CALLS:
        return {**before, "count": min(count, before["count"])}
    last = int(before["last"])
    for one in sorted(_newest(this, post), key=lambda one: int(one.get("id") or 0)):  # as they were written
        ident = int(one.get("id") or 0)
        if ident > int(before["last"]) and int(one.get("date") or 0) >= this.since and not one.get("deleted"):
            thing = {**one, "post_id": post, "owner_id": this.owner, "post_owner_id": this.owner}
            this.note("wall_reply_new", thing, f"{this.owner}_{post}_r{ident}")
        last = max(last, ident)
    return {"count": count, "last": last}


def _newest(this: _Look, post: int) -> Iterator[Mapping[str, Any]]:
    asked = {"post_id": post, "count": AT_ONCE, "sort": "desc", "preview_length": 0}
    for root in this.ask("wall.getComments", {**asked, "thread_items_count": IN_THREAD}):
        yield root
        thread = root.get("thread")
        below = thread.get("items") if isinstance(thread, dict) else None
        if isinstance(thread, dict) and _count(thread) > IN_THREAD and this.calls < MOST_CALLS:
            below = this.ask("wall.getComments", {**asked, "comment_id": root.get("id")})
        yield from (one for one in below or [] if isinstance(one, dict))


def _count(told: Any) -> int:
    value = told.get("count") if isinstance(told, dict) else None
    return value if isinstance(value, int) else 0
