"""One look at one address of an account; the kit looks again until all have had their turn.

The cursor keeps, for each address: what it said about caching (ETag, Last-Modified), which entries were seen with the
digest of their words, whether it is gone or asked to wait, and why it failed. And for the account: prints of the latest
entries, and the feeds of comments that are still watched.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.channels.feed.document import Document, Entry
from otklik.channels.feed.entries import Print, digest, ids_of, link_key, packed, print_of
from otklik.channels.feed.parsing import document_of
from otklik.channels.kit.calling import Caller, Said
from otklik.channels.kit.channel import Came, Polled
from otklik.channels.kit.outgoing import Permanent, Retryable, Unsure
from otklik.channels.models import Account

MOST_BYTES = 5 * 1024 * 1024
MOST_ADDRESSES = 40
MOST_SEEN = 500  # entries of one address that are remembered
MOST_PRINTS = 300  # of an account
MOST_COMMENT_FEEDS = 30
COMMENTS_DAYS = 10  # so long the comments of an article are watched
MOST_EDITS = 3  # later changes of one entry are of its counters and banners, not of its words
HOPS = 5
LONGEST_WAIT = timedelta(days=1)
ACCEPTS = "application/rss+xml, application/atom+xml, application/rdf+xml, application/xml;q=0.9, */*;q=0.1"


def addresses_of(account: Account) -> list[str]:
    """The addresses in the settings, a line each, without repeats."""
    told = account.settings.get("addresses") or ""
    lines = told.split("\n") if isinstance(told, str) else told
    return list(dict.fromkeys(str(one).strip() for one in lines if str(one).strip()))[:MOST_ADDRESSES]


def every_of(account: Account) -> float:
    """Seconds between looks: as the account's settings say, no oftener than every five minutes."""
    minutes = account.settings.get("minutes")
    told = minutes if isinstance(minutes, int) and not isinstance(minutes, bool) and minutes > 0 else 15
    return 60.0 * min(max(told, 5), 24 * 60)


def look(account: Account, cursor: Mapping[str, Any], caller: Caller) -> Polled:
    """Look at the next address. After the last one the troubles of all are told."""
    kept: dict[str, Any] = json.loads(json.dumps(dict(cursor)))
    now = timezone.now()
    addresses = addresses_of(account)
    feeds: dict[str, Any] = dict(kept.get("feeds", {}))
    watched: dict[str, str] = {
        url: until for url, until in kept.get("comments", {}).items()
        if until > now.isoformat() and account.settings.get("comments")
    }
    wanted = [*addresses, *watched]
    at = kept.get("at", 0) if kept.get("at", 0) < len(wanted) else 0
    came: list[Came] = []
    if wanted:
        url = wanted[at]
        came = _one(account, kept, feeds.setdefault(url, {}), url, caller, now, watched)
    kept["feeds"] = {one: row for one, row in feeds.items() if one in addresses or one in watched}
    kept["comments"] = dict(sorted(watched.items(), key=lambda pair: pair[1])[-MOST_COMMENT_FEEDS:])
    last = at + 1 >= len(wanted)
    kept["at"] = 0 if last else at + 1
    return Polled(came, kept, more=not last, trouble=troubles(kept, addresses) if last else "")


def troubles(cursor: Mapping[str, Any], addresses: Sequence[str]) -> str:
    """Which addresses do not work, and why. Feeds of comments come and go and trouble nobody."""
    rows = cursor.get("feeds", {})
    found = [f"{_host(one)}: {rows[one]['trouble']}" for one in addresses if rows.get(one, {}).get("trouble")]
    if not addresses:
        return _("Не указано ни одной ленты.")
    more = _(" и ещё %(count)s") % {"count": len(found) - 3} if len(found) > 3 else ""
    return "; ".join(found[:3]) + more


def _one(
    account: Account, kept: dict[str, Any], feed: dict[str, Any], url: str, caller: Caller, now: datetime,
    watched: dict[str, str],
) -> list[Came]:
    if feed.get("gone") or now.isoformat() < feed.get("wait", "") <= (now + LONGEST_WAIT).isoformat():
        return []
    heads = {"Accept": ACCEPTS}
    if feed.get("etag"):
        heads["If-None-Match"] = feed["etag"]
    if feed.get("modified"):
        heads["If-Modified-Since"] = feed["modified"]
    try:
        said = caller.call("GET", url, headers=heads, limit=MOST_BYTES, hops=HOPS)
    except (Retryable, Permanent, Unsure) as error:
        _failed(account, feed, str(error), now)
        return []
    if said.status == 304:
        feed["trouble"], feed["failures"] = "", 0
        return []
    if said.status != 200:
        _refused(account, feed, said, now)
        return []
    document = document_of(said.body, said.headers.get("content-type", ""))
    if not document.is_feed:
        _failed(account, feed, _("по этому адресу не лента"), now)
        return []
    feed["trouble"], feed["failures"] = "", 0
    feed["etag"], feed["modified"] = (said.headers.get(name, "")[:500] for name in ("etag", "last-modified"))
    return _entries(account, kept, feed, url, document, now, watched)


def _refused(account: Account, feed: dict[str, Any], said: Said, now: datetime) -> None:
    """What the status says: gone for good, wait, or some failure."""
    if said.status == 410:  # «likely to be permanent» (RFC 9110, 15.5.11): not asked again until the address changes
        feed["gone"], feed["trouble"] = True, _("ленты больше нет (410), уберите адрес")
        return
    reason = {
        401: _("закрыта паролем (401)"), 403: _("не пускает нас (403)"), 404: _("не найдена (404)"),
        429: _("просит спрашивать реже (429)"),
    }.get(said.status, _("ответ %(status)s") % {"status": said.status})
    _failed(account, feed, reason, now, _waits(said.headers.get("retry-after", ""), now))


def _failed(account: Account, feed: dict[str, Any], reason: str, now: datetime, after: timedelta | None = None) -> None:
    """Ask this address more seldom after each failure, up to once a day, or as it says itself."""
    feed["failures"] = min(feed.get("failures", 0) + 1, 20)
    usual = timedelta(seconds=every_of(account))
    wait = after or min(usual * 2 ** (feed["failures"] - 1), LONGEST_WAIT)
    feed["trouble"], feed["wait"] = reason[:200], (now + min(wait, LONGEST_WAIT) - timedelta(seconds=2)).isoformat()


def _waits(told: str, now: datetime) -> timedelta | None:
    """`Retry-After`: seconds or a date (RFC 9110, 10.2.3)."""
    told = told.strip()
    if told.isascii() and told.isdecimal() and len(told) < 9:
        return timedelta(seconds=max(int(told), 1))
    try:
        return max(parsedate_to_datetime(told) - now, timedelta(seconds=1)) if told else None
    except (ValueError, TypeError):
        return None


def _entries(
    account: Account, kept: dict[str, Any], feed: dict[str, Any], url: str, document: Document, now: datetime,
    watched: dict[str, str],
) -> list[Came]:
    """What is new or changed, the oldest first. Of an address seen the first time only what is fresh."""
    seen: dict[str, list[Any]] = feed.setdefault("seen", {})
    links: dict[str, str] = feed.setdefault("links", {})
    is_first = not feed.get("read")
    since = now - timedelta(days=_days(account))
    is_comments = url in kept.get("comments", {}) or url in watched
    came: list[Came] = []
    ids = ids_of(document.entries, url, links)
    for name, entry in reversed(list(zip(ids, document.entries, strict=True))):
        title, text = entry.words()
        now_digest, before = digest(title, text), seen.get(name)
        if key := link_key(entry.link):
            links.setdefault(key, entry.guid or entry.link)
        more = {"feed": url, "source": document.title, "comment": is_comments}
        if before is None:
            seen[name] = [now_digest, 0]
            old = entry.date is None or entry.date < since
            if not (is_first and old and not is_comments):
                same_as = _reprint_of(kept, name, print_of(title, text)) if not is_comments else ""
                came.append(Came(name, packed(entry, id=name, same_as=same_as, **more)))
        elif before[0] != now_digest and before[1] < MOST_EDITS:
            seen[name] = [now_digest, before[1] + 1]
            came.append(Came(f"{name[:180]}~{now_digest[:8]}", packed(entry, id=name, edit=True, **more)))
        _watch(entry, url, watched, now, since)
    feed["read"] = True
    feed["seen"] = dict(list(seen.items())[-max(MOST_SEEN, len(ids)):])
    feed["links"] = dict(list(links.items())[-max(MOST_SEEN, len(ids)):])
    return came


def _days(account: Account) -> int:
    days = account.settings.get("days")
    return min(days, 30) if isinstance(days, int) and not isinstance(days, bool) and days > 0 else 2


def _reprint_of(kept: dict[str, Any], name: str, own: Print) -> str:
    """The id of an earlier near-identical entry of this account, or an empty string; remembers this one."""
    prints: list[list[Any]] = kept.setdefault("prints", [])
    for other, numbers, sketch in reversed(prints):
        if other != name and own.alike(Print(numbers, tuple(sketch))):
            return str(other)
    prints.append([name, own.numbers, list(own.sketch)])
    del prints[:-MOST_PRINTS]
    return ""


def _watch(entry: Entry, url: str, watched: dict[str, str], now: datetime, since: datetime) -> None:
    """Watch the comments of a fresh article, where its feed names theirs on the same site."""
    fresh = entry.date is not None and entry.date >= since
    if entry.comments and fresh and _host(entry.comments) == _host(url) and entry.comments != url:
        watched.setdefault(entry.comments, (now + timedelta(days=COMMENTS_DAYS)).isoformat())


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url[:60]
    except ValueError:
        return url[:60]
