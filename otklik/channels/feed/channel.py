"""The channel `feed`. The arrival's and the message's id is the entry's (`entries.py` says which); a changed entry
arrives as «id~digest» and names the first. Nothing is sent: whoever answers does it there, by the link."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.channels.feed import looking
from otklik.channels.feed.document import Entry, moment
from otklik.channels.feed.entries import ids_of, link_key, packed
from otklik.channels.feed.parsing import document_of
from otklik.channels.kit.calling import Caller
from otklik.channels.kit.channel import Abilities, Asked, Came, Checked, Polled
from otklik.channels.kit.incoming import Author, Enclosed, Ignored, Incoming, Unreadable
from otklik.channels.kit.outgoing import Permanent, Retryable, Unsure
from otklik.channels.models import Account

SUFFIXES = (".xml", ".rss", ".atom", ".rdf")


class Feed:
    """Several addresses in one account: an article that several of them bring is one message."""

    name = "feed"
    can = Abilities(sends=False, listens=True, ours=False, photos=True, a_second=1.0)
    every = 900.0
    asks: Sequence[Asked] = (
        Asked("addresses", gettext_lazy("Адреса лент"), "lines",
              help=gettext_lazy("RSS, Atom или RDF, по одному в строке, до 40. Ленты комментариев — тоже.")),
        Asked("minutes", gettext_lazy("Проверять раз в столько минут"), "number", default=15, required=False,
              help=gettext_lazy("От 5. Если сайт просит реже, спрашиваем реже.")),
        Asked("days", gettext_lazy("Сколько прошлых дней взять при подключении"), "number", default=2, required=False,
              help=gettext_lazy("До 30. Записи без даты, которые были до подключения, не берём.")),
        Asked("comments", gettext_lazy("Читать комментарии к новым записям"), "flag",
              help=gettext_lazy("Там, где лента называет адрес ленты комментариев. Десять дней после записи.")),
        Asked("words", gettext_lazy("Слова, с которыми запись точно нам"), "lines", required=False,
              help=gettext_lazy("По одному в строке: название места, улицы. Пусто — решает программа.")),
        Asked("not_words", gettext_lazy("Слова, с которыми запись точно не нам"), "lines", required=False),
    )

    def every_of(self, account: Account) -> float:
        """Seconds between looks of this account."""
        return looking.every_of(account)

    def poll(self, account: Account, cursor: Mapping[str, Any], caller: Caller) -> Polled:
        """One look at one of its addresses."""
        return looking.look(account, cursor, caller)

    def read(self, account: Account, body: bytes, received_at: datetime) -> Sequence[Incoming]:
        """An entry as a message: its title and its words, and the link where to answer."""
        kept = _kept(body)
        if kept.get("same_as"):
            earlier = str(kept["same_as"]).removeprefix("link:")
            raise Ignored(_("Перепечатка того, что уже пришло: %(id)s.") % {"id": earlier})
        entry = Entry(
            guid=kept["guid"], link=kept["link"], title=kept["title"], summary=kept["summary"], content=kept["content"]
        )
        title, text = entry.words()
        is_comment = bool(kept.get("comment"))
        words = text if is_comment and text else "\n\n".join(filter(None, [title, text if text != title else ""]))
        link = entry.link if entry.link.startswith(("https://", "http://")) else ""
        about = {"source": str(kept.get("source") or "")[:200], "feed": str(kept.get("feed") or "")[:500],
                 "author": str(kept.get("author") or "")[:200]}
        return [
            Incoming(
                "edit" if kept.get("edit") else "message", kept["id"], words, written_at=moment(kept.get("date") or ""),
                # A journalist is no resident: only whoever left a comment is who wrote.
                author=Author(name=about["author"] if is_comment else ""),
                thread=f"{account.pk}:{link_key(entry.link).partition('#')[0]}"[:200] if is_comment else "",
                link=link, subject=title, raw=about,
                files=[Enclosed(url=one) for one in kept.get("images", []) if str(one).startswith(("https:", "http:"))],
            )
        ]

    def check(self, account: Account, caller: Caller) -> Checked:
        """Ask each address once; says how many entries each has."""
        addresses = looking.addresses_of(account)
        if not addresses:
            return Checked(False, _("Впишите хотя бы один адрес ленты."))
        facts: dict[str, str] = {}
        fine = True
        for url in addresses:
            words, works = _looked(url, caller)
            fine = fine and works
            facts[url] = words
        told = _("Все ленты читаются: %(count)s.") if fine else _("Читаются не все ленты из %(count)s.")
        return Checked(fine, told % {"count": len(addresses)}, facts)

    def recorded(self, path: Path) -> Iterator[tuple[str, Came]]:
        """Documents of feeds in files; an entry is one arrival, however many of the files hold it."""
        files = [path]
        if path.is_dir():
            files = sorted(one for one in path.rglob("*") if one.is_file() and one.suffix.lower() in SUFFIXES)
        for file in files:
            name = str(file.relative_to(path)) if path.is_dir() else file.name
            body = file.read_bytes()
            document = document_of(body)
            if not document.is_feed:
                yield name, Came(f"file:{name}"[:190], body)
                continue
            ids = ids_of(document.entries, f"https://{name}", {})
            for at, (one, entry) in enumerate(zip(ids, document.entries, strict=True), 1):
                yield f"{name}#{at}", Came(one, packed(entry, id=one, feed=name, source=document.title))


def _kept(body: bytes) -> dict[str, Any]:
    try:
        kept: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("Это не лента: ни RSS, ни Atom, ни RDF.")) from error
    if not isinstance(kept, dict) or not isinstance(kept.get("id"), str):
        raise Unreadable(_("Это не запись ленты."))
    texts = ("guid", "link", "title", "summary", "content")
    return {**kept, **{name: str(kept.get(name) or "") for name in texts}}


def _looked(url: str, caller: Caller) -> tuple[str, bool]:
    try:
        said = caller.call("GET", url, headers={"Accept": looking.ACCEPTS}, limit=looking.MOST_BYTES, hops=looking.HOPS)
    except (Retryable, Permanent, Unsure) as error:
        return str(error), False
    if said.status != 200:
        return _("ответ %(status)s") % {"status": said.status}, False
    document = document_of(said.body, said.headers.get("content-type", ""))
    if not document.is_feed:
        return _("это не лента"), False
    words = _("«%(title)s», записей: %(count)s") % {"title": document.title, "count": len(document.entries)}
    if document.mended:
        words += _(" (записана с ошибками, читаем что можно)")
    return (words + _(", переехала: %(url)s") % {"url": said.url} if said.url != url else words), True


CHANNEL = Feed()
