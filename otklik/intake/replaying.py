"""Recorded payloads taken again: the same way as live ones, and what became of each."""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import System, acting, widened
from otklik.cases.models import CaseMessage
from otklik.channels.kit import arriving
from otklik.channels.kit.channel import Came
from otklik.channels.kit.incoming import Ignored, Unreadable
from otklik.channels.models import Account, Arrival
from otklik.channels.registered import CHANNELS, channel
from otklik.failures import BadInput
from otklik.intake.channel_cases import cleaned
from otklik.intake.receiving import heading_of, take

ACTOR = System("channels")
S = Arrival.State
OWN = timedelta(minutes=5)
MOST_LOOKS, LOOK_AGAIN = 100, 0.2  # seconds
CALLED = {"rss": "feed", "atom": "feed"}  # what people call a channel beside its name


@dataclass
class Item:
    """One recorded thing. `fate`: case, followup, quarantined (also what was set aside, with its reason), existing."""

    file: str
    fate: str = ""
    author: str = ""
    subject: str = ""
    text: str = ""
    full_text: str = ""
    attachments: list[str] = field(default_factory=list)
    reason: str = ""

    def told(self) -> dict[str, Any]:
        """As `--json` prints it."""
        given = asdict(self)
        given["from"] = given.pop("author")
        del given["reason"]  # for people: the list of what was not read tells it, too
        return given


def account_for(name: str, code: str = "") -> Account:
    """The account to replay into: the one named, else the channel's first, else one of its own that never sends."""
    name = CALLED.get(name, name)
    if name not in CHANNELS:
        there = ", ".join(CHANNELS)
        raise BadInput(_("Канала «%(name)s» нет. Есть: %(all)s.") % {"name": name[:40], "all": there}, "name")
    with acting(ACTOR), widened():
        rows = Account.objects.select_related("setup").filter(channel=name)
        found = (rows.filter(code=code) if code else rows.order_by("pk")).first()
        if found is None and code:
            raise BadInput(_("Подключения «%(code)s» нет.") % {"code": code[:80]}, "account")
        return found or Account.objects.create(
            channel=name, code=f"replay-{name}", name=_("Повтор записей: %(name)s") % {"name": name}, active=False,
            dry_run=True,
        )


def replay(account: Account, path: Path) -> Iterator[Item]:
    """Take a file or a folder of recorded payloads; yields what became of each, in order."""
    found = channel(account.channel)
    if not hasattr(found, "recorded"):
        words = _("У канала «%(name)s» нет записей, которые можно повторить.")
        raise BadInput(words % {"name": account.channel}, "name")
    for file, came in found.recorded(path):
        yield _item(account, file, came)


def _item(account: Account, file: str, came: Came) -> Item:
    item = Item(file)
    now = timezone.now()
    with acting(ACTOR), widened():
        known = Arrival.objects.filter(account=account, external_id=arriving.id_of(came)).exists()
        if not known:
            arriving.keep(account, [came], now, own=OWN)
        row = Arrival.objects.get(account=account, external_id=arriving.id_of(came))
    _say_what_it_says(item, account, row)
    if known and row.state != S.NEW:
        item.fate, item.reason = "existing", row.reason
        return item
    taken = _taken(row)
    item.reason = taken.reason
    item.fate = _fate(taken)
    return item


def _taken(row: Arrival) -> Arrival:
    """The arrival as it stands when it was taken, here or by a worker that has it in hand at this moment."""
    for _look in range(MOST_LOOKS):
        if (taken := take(row.pk)) is not None:
            return taken
        time.sleep(LOOK_AGAIN)
    return row


def _fate(taken: Arrival) -> str:
    if taken.state == S.ASKED:
        return "case"
    if taken.state != S.TAKEN:
        return "quarantined"
    with acting(ACTOR, read_only=True):
        joined = CaseMessage.objects.filter(message_id=taken.message_id or 0).first()
        first = joined and CaseMessage.objects.filter(case_id=joined.case_id).order_by("pk").first()
        # A further part of one message (a picture of an album) opens nothing.
        part = joined and Arrival.objects.filter(message_id=joined.message_id, pk__lt=taken.pk).exists()
    return "case" if joined and joined == first and not part else "followup"


def _say_what_it_says(item: Item, account: Account, row: Arrival) -> None:
    try:
        with acting(ACTOR, read_only=True):
            understood = channel(account.channel).read(account, bytes(row.body), row.received_at)
            told = next(iter(understood))
            one = cleaned(told, row.received_at)
    except (Unreadable, Ignored, StopIteration):
        heading = heading_of(account, bytes(row.body)) or {}
        item.author, item.subject = heading.get("from", ""), heading.get("subject", "")
        return
    item.author = one.author.email or one.author.name or one.author.identity
    # As the channel read it, before spaces are made single: what a check of a charset compares.
    item.subject, item.text = one.subject, told.text or one.text
    item.full_text = one.full_text or item.text
    item.attachments = [file.name or file.url for file in one.files]
