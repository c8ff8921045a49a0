"""Files that came with a message: bytes are kept at once, addresses are fetched afterwards, within limits."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import System, acting, widened
from otklik.channels.kit import health
from otklik.channels.kit.calling import Caller, Said
from otklik.channels.kit.incoming import Enclosed
from otklik.channels.kit.outgoing import Permanent, Retryable, Unsure
from otklik.channels.kit.polling import ports_of
from otklik.channels.models import Account, Attachment, Message, OutsideFile
from otklik.channels.registered import CHANNELS, channel
from otklik.failures import unforeseen
from otklik.files.documents import MAX_BYTES, accept_document
from otklik.files.models import StoredFile
from otklik.files.photos import PhotoRejected, accept_photo
from otklik.files.storage import store
from otklik.typed_text import told

ACTOR = System("channels")
MOST_FILES = 30
MOST_ATTEMPTS = 6
PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif")
S = OutsideFile.State
log = logging.getLogger(__name__)


def enclose(message: Message, files: Sequence[Enclosed], now: datetime) -> None:
    """Keep what came as bytes, note what came as addresses. Inside `acting`, widened, in the message's transaction."""
    for file in files[:MOST_FILES]:
        if file.data is not None:
            _attach(message, file.data, file.name)
        elif file.url:
            OutsideFile.objects.create(
                message=message, scope_id=message.scope_id, url=file.url[:2000], name=file.name[:255], next_at=now
            )


def _attach(message: Message, data: bytes, name: str) -> None:
    stored = keep_file(data, name, message.scope_id)
    if stored is not None:
        Attachment.objects.create(message=message, scope_id=message.scope_id, file=stored)


def keep_file(data: bytes, name: str, scope_id: int) -> StoredFile | None:
    """A picture as our own clean JPEG; anything else byte for byte, to be downloaded, never shown. None for nothing."""
    if not data:
        return None
    try:
        return store(accept_photo(data, name), scope_id)
    except PhotoRejected:
        return store(accept_document(data, name), scope_id)


def files_to_fetch(now: datetime, most: int = 50) -> list[int]:
    """Addresses that are due. For the beat."""
    with acting(ACTOR, read_only=True):
        rows = OutsideFile.objects.filter(state=S.WAITING, next_at__lte=now)
        return list(rows.order_by("next_at").values_list("pk", flat=True)[:most])


def fetch(file_id: int) -> bool:
    """Fetch one address and attach what it holds. True when it is here. The call is outside of any transaction."""
    now = timezone.now()
    with acting(ACTOR), widened():
        rows = OutsideFile.objects.select_for_update(skip_locked=True, of=("self",)).select_related(
            "message__account__setup"
        )
        row = rows.filter(pk=file_id, state=S.WAITING, next_at__lte=now).first()
        if row is None:
            return False
        row.attempts += 1
        row.next_at = now + timedelta(seconds=health.back_off(row.attempts) + 60)  # a killed fetch comes again then
        row.save(update_fields=["attempts", "next_at"])
    try:
        said = _called(row.message.account, row.url)
        if said.status >= 500 or said.status == 429:
            raise Retryable(_("Сервер ответил %(status)s.") % {"status": said.status})
        if said.status != 200:
            raise Permanent(_("Сервер ответил %(status)s.") % {"status": said.status})
    except (Retryable, Unsure) as error:
        return _not_fetched(file_id, str(error), for_good=row.attempts >= MOST_ATTEMPTS)
    except Permanent as error:
        return _not_fetched(file_id, str(error), for_good=True)
    except Exception as error:  # noqa: BLE001 - one odd address must not stop the files behind it
        log.exception("file %s could not be fetched", file_id)
        return _not_fetched(file_id, unforeseen(error), for_good=row.attempts >= MOST_ATTEMPTS)
    name = row.name or urlsplit(row.url).path.rpartition("/")[2]
    with acting(ACTOR), widened(), transaction.atomic():
        row = OutsideFile.objects.select_for_update().select_related("message").get(pk=file_id)
        if row.state == S.WAITING:
            _attach(row.message, said.body, name)
            row.state, row.failure = S.DONE, ""
            row.save(update_fields=["state", "failure"])
    return True


def _called(account: Account, url: str) -> Said:
    """What an address holds. One that is no web address is the channel's own: it tells the real one at this moment.

    So an address with a key in it is never kept. Only such a one may lead to the account's own host and port.
    """
    if url.startswith(("https://", "http://")):
        with Caller() as caller:
            return caller.call("GET", url, limit=MAX_BYTES, hops=3)
    resolve = getattr(channel(account.channel), "resolve", None) if account.channel in CHANNELS else None
    if resolve is None:
        raise Permanent(_("Адрес должен начинаться с https:// или http://."))
    with Caller(ports=ports_of(account)) as caller:
        return caller.call("GET", resolve(account, url, caller), limit=MAX_BYTES, hops=3)


def _not_fetched(file_id: int, reason: str, *, for_good: bool) -> bool:
    with acting(ACTOR), widened():
        OutsideFile.objects.filter(pk=file_id).update(
            failure=told(reason, 300), **({"state": S.FAILED} if for_good else {})
        )
    return False
