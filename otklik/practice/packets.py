"""The signed file between two Otkliks: an invitation, the sheet that comes back, a practice, a lent template.

What is wrong with a file is refused with words, and changes nothing.

The file is JSON: the sender's public key, the payload as a text, and an Ed25519 signature over that text's very bytes.
The payload says for whom it is (the receiver's key), so a file for another region opens nothing here, and has a number
that is taken once.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, acting, widened
from otklik.failures import BadInput, Refused
from otklik.journal.appending import NewEntry, append
from otklik.practice import allowed, leaving, region_keys, sending
from otklik.practice.models import Exchange, ForeignTemplate, Packet, Practice, TrustedRegion
from otklik.practice.packet_coming import put_practice, put_template
from otklik.practice.packet_reading import MeetingBody, SheetBody, meeting_of, sheet_of
from otklik.practice.packet_taking import put_meeting, put_sheet
from otklik.practice.packet_things import (
    PRACTICE,
    TEMPLATE,
    PracticeBody,
    TemplateBody,
    practice_of,
    template_of,
    without_file,
)

FORMAT = "otklik-exchange-1"
MOST_BYTES = 5 * 1024 * 1024  # a practice with a document of 3 MB, written in base64
FRESH = timedelta(days=90)
AHEAD = timedelta(days=1)  # clocks of two hosts differ
Body = MeetingBody | SheetBody | PracticeBody | TemplateBody
Came = Exchange | Practice | ForeignTemplate
_READ: dict[str, Callable[[dict[str, Any]], Body]] = {
    leaving.MEETING: meeting_of, leaving.SHEET: sheet_of, PRACTICE: practice_of, TEMPLATE: template_of,
}


@dataclass(frozen=True)
class Opened:
    """A file whose signature, address and age are right."""

    region: TrustedRegion
    uid: UUID
    kind: str
    made_at: datetime
    body: Body
    content: dict[str, Any]


def make(actor: Actor, exchange_id: int, *, now: datetime | None = None) -> bytes:
    """The signed file of a meeting for its partner region. `Refused` without partner or the word of the ЦУР's head."""
    now = now or timezone.now()
    with acting(actor), widened():
        row = leaving.note_gone(actor, exchange_id, "file", now=now)
        if row.partner is None or row.partner.ended_at:
            raise Refused(_("У другой стороны нет ключа в списке доверенных: отправьте пакет для гостя без Отклика."))
        found = leaving.luggage(row)
        return _addressed(found.kind, row.partner, found.body, now)


def make_thing(actor: Actor, sending_id: int, *, now: datetime | None = None) -> bytes:
    """The signed file of a practice or a lent template. `Refused` without the word of the ЦУР's head."""
    now = now or timezone.now()
    with acting(actor), widened():
        partner, found = sending.take_out(actor, sending_id, now=now)
        return _addressed(found.kind, partner, found.body, now)


def _addressed(kind: str, partner: TrustedRegion, body: Mapping[str, Any], now: datetime) -> bytes:
    code, name = region_keys.own_region()
    return sealed({
        "uid": str(uuid4()), "kind": kind, "from": {"code": code, "name": name}, "to": partner.key,
        "made_at": now.isoformat(), "body": body,
    })  # fmt: skip


def sealed(payload: dict[str, Any]) -> bytes:
    """A payload as a file signed by this region."""
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True)
    return json.dumps(
        {"format": FORMAT, "key": region_keys.own_key(), "payload": text, "signature": region_keys.sign(_signed(text))},
        ensure_ascii=False, indent=1,
    ).encode()


def _signed(text: str) -> bytes:
    """What is signed: the kind of file before its words, so that a signature given elsewhere fits nothing here."""
    return FORMAT.encode() + b"\n" + text.encode()


def take_in(
    actor: Actor, content: bytes, *, place_id: int | None = None, now: datetime | None = None
) -> Came:
    """Take a file of another region: an invitation becomes a card (of our centre `place_id`), a sheet goes onto its,
    a practice waits for our curator, a template stands among those that the network lends.

    Raises `BadInput` (field `file`) for what is too big, no such file, tampered with, of an unknown or distrusted key,
    for another region, too old, taken already, or with a document inside that is none; (field `place`) where an
    invitation has no centre of ours.
    """
    now = now or timezone.now()
    with acting(actor), widened():
        if not allowed.keeps_region(actor):
            raise Refused(_("Файлы других областей принимает куратор, координатор или руководитель ЦУР."))
        opened = opened_file(content, now)
        # Two who press at once: the second waits here and finds the number taken.
        TrustedRegion.objects.select_for_update().get(pk=opened.region.pk)
        if Packet.objects.filter(uid=opened.uid).exists():
            raise _wrong(_("Этот файл уже загружен: второй раз он ничего не меняет."))
        row = _put(actor, opened, place_id, now)
        Packet.objects.create(
            uid=opened.uid, region=opened.region, kind=opened.kind, content=without_file(opened.content),
            made_at=opened.made_at, came_at=now, came_by_id=allowed.user_id(actor),
            exchange=row if isinstance(row, Exchange) else None, practice=row if isinstance(row, Practice) else None,
            template=row if isinstance(row, ForeignTemplate) else None,
        )
        fields = {"packet": str(opened.uid), "kind": opened.kind, "region": opened.region.code}
        stream, verb = _told_of(row)
        append(NewEntry(stream, verb, actor.reference, now, fields))
    return row


def _put(actor: Actor, opened: Opened, place_id: int | None, now: datetime) -> Came:
    match opened.body:
        case MeetingBody():
            return put_meeting(actor, opened.region, opened.body, place_id, now)
        case SheetBody():
            return put_sheet(opened.region, opened.body)
        case PracticeBody():
            return put_practice(opened.region, opened.body, opened.made_at, now)
        case TemplateBody():
            return put_template(opened.region, opened.body, opened.made_at, now)


def _told_of(row: Came) -> tuple[str, str]:
    """The stream of the journal that tells of what came, and the verb."""
    if isinstance(row, Exchange):
        return f"exchange:{row.pk}", "exchange_came"
    if isinstance(row, Practice):
        return f"practice:{row.pk}", "practice_came"
    return f"foreign_template:{row.pk}", "template_came"


def opened_file(content: bytes, now: datetime) -> Opened:
    """Read a file and check everything about it but whether it came before. Inside `acting`."""
    if len(content) > MOST_BYTES:
        raise _wrong(_("Файл слишком большой: файл обмена не больше 5 МБ."))
    envelope = _json(content)
    key, text, signature = (envelope.get(name) for name in ("key", "payload", "signature"))
    if envelope.get("format") != FORMAT or not (
        isinstance(key, str) and isinstance(text, str) and isinstance(signature, str)
    ):
        raise _wrong(_("Это не файл обмена Отклика. Загрузите файл, который прислала другая область."))
    region = TrustedRegion.objects.filter(key=key).first()
    if region is None:
        raise _wrong(_("Ключ этого файла нам незнаком. Пусть администратор сверит отпечаток и добавит область."))
    if region.ended_at is not None:
        raise _wrong(_("Этой области больше не доверяют. Спросите администратора."))
    if not region_keys.is_signed(_signed(text), signature, key):
        raise _wrong(_("Подпись не сошлась: файл изменили по дороге. Попросите прислать его ещё раз."))
    payload = _json(text.encode())
    if payload.get("to") != region_keys.own_key():
        raise _wrong(_("Файл написан для другой области. Попросите сделать его для нашей."))
    try:
        made_at = datetime.fromisoformat(payload["made_at"])
        uid, kind, body = UUID(payload["uid"]), payload["kind"], payload["body"]
        old = not now - FRESH <= made_at <= now + AHEAD
        read: Body = _READ[kind](body)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as wrong:
        words = _("В файле не то, что бывает в файле обмена. Возможно, у другой области новее программа.")
        raise _wrong(words) from wrong
    if old:
        raise _wrong(_("Файл сделан больше 90 дней назад или будущим числом. Попросите новый."))
    return Opened(region, uid, kind, made_at, read, body)


def _json(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _wrong(_("Это не файл обмена Отклика. Загрузите файл, который прислала другая область."))
    return found


def _wrong(words: str) -> BadInput:
    return BadInput(words, "file")
