"""Taking letters out of an IMAP mailbox, which stays as it is: read-only, nothing is marked or moved.

The standard library's `imaplib` under a thin coat: it is kept with Python, and of the protocol (RFC 3501, RFC 2177)
we need eight commands. Its socket is ours (pinned address), and so are the limits of what a server may send.
"""

import base64
import imaplib
import re
import select
import socket
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from otklik.channels.email.dialling import GREETED, STARTTLS, WHOLE, context, cut_after, dial, plain_words
from otklik.channels.email.kept import MOST_BYTES, came, oversize, withheld
from otklik.channels.kit.channel import Came, Polled
from otklik.channels.kit.outgoing import Permanent, Retryable

MOST_A_LOOK: Final = 200  # letters of one look, and their bytes: memory stays flat however big the mailbox is
BYTES_A_LOOK: Final = 4 * 1024 * 1024  # a line of 0.3 Mbit/s brings them within `WHOLE`
_PIECE: Final = 512 * 1024  # a letter larger than a look comes in such pieces,
PIECES_WITHIN: Final = 60.0  # and what has not come within so many seconds is left in the mailbox
_WINDOW: Final = 20_000  # uids asked for at once: a line of an answer stays far below imaplib's limit
_BEGINNING: Final = 65_536  # bytes of a letter that is too large
_IDLE_SECONDS: Final = 20.0
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UID: Final = re.compile(rb"\bUID (\d+)")
_SIZE: Final = re.compile(rb"\bRFC822\.SIZE (\d+)")

imaplib.Commands.setdefault("IDLE", ("SELECTED",))


class _Line(imaplib.IMAP4):
    """A connection on a socket that we made."""

    def __init__(self, host: str, port: int, line: socket.socket) -> None:
        self._ready = line
        super().__init__(host, port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        return self._ready

    def read(self, size: int) -> bytes:
        """A literal; one that is larger than any letter we take ends the connection."""
        if size > MOST_BYTES + 1_048_576:
            raise self.abort(f"literal of {size} bytes")
        return super().read(size)


class Mailbox:
    """One folder of an account, opened for reading."""

    def __init__(self, settings: Mapping[str, Any], password: str, *, seconds: float, ports: frozenset[int]) -> None:
        self._host = str(settings.get("imap_host") or "")
        port = int(settings.get("imap_port") or 993)
        security = str(settings.get("imap_security") or "tls")
        user = str(settings.get("imap_user") or settings.get("address") or "")
        line = dial(self._host, port, security, seconds=seconds, ports=ports)
        with plain_words(self._host), cut_after(line, GREETED):
            try:
                self._imap = _Line(self._host, port, line)
                if security == STARTTLS:
                    self._imap.starttls(context())
                self._log_in(user, password)
            except imaplib.IMAP4.abort as error:
                line.close()
                raise Retryable(_("«%(host)s» прервал разговор.") % {"host": self._host[:100]}) from error
            except imaplib.IMAP4.error as error:
                line.close()
                raise _refused(error) from error
            except BaseException:
                line.close()
                raise

    def _log_in(self, user: str, password: str) -> None:
        if not password:
            raise Permanent(_("Не вписан пароль ящика."))
        plain = user.isascii() and password.isascii() and "LOGINDISABLED" not in self._imap.capabilities
        if plain and not re.search(r"[\r\n\0]", user + password):
            self._imap.login(user, password)
        else:
            self._imap.authenticate("PLAIN", lambda _asked: f"\0{user}\0{password}".encode())

    def close(self) -> None:
        """Log out, whatever the server thinks of it."""
        try:
            self._imap.logout()
        except (imaplib.IMAP4.error, OSError):
            self._imap.shutdown()

    def open(self, folder: str) -> tuple[int, int, int]:
        """(UIDVALIDITY, UIDNEXT, how many letters). Raises `Permanent` when there is no such folder."""
        said, _what = self._imap.select(_quoted(folder), readonly=True)
        if said != "OK":
            raise Permanent(_("В ящике нет папки «%(name)s».") % {"name": folder[:100]})
        return self._number("UIDVALIDITY"), self._number("UIDNEXT"), self._number("EXISTS")

    def _number(self, name: str) -> int:
        _said, values = self._imap.response(name)
        last = (values or [None])[-1]
        return int(last) if isinstance(last, bytes) and last.strip().isdigit() else 0

    def uids(self, after: int, until: int, since: str) -> list[int]:
        """Ids of letters in (after, until], in order; `since`: only those that came on that day or later."""
        terms = ["UID", f"{after + 1}:{until}"] + (["SINCE", since] if since else [])
        said, values = self._imap.uid("SEARCH", *terms)
        if said != "OK":
            raise Retryable(_("Почтовый сервер не ищет писем."))
        found = {int(one) for value in values for one in (value or b"").split()}
        return sorted(uid for uid in found if after < uid <= until)

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """How many bytes each takes."""
        _said, values = self._imap.uid("FETCH", _set(uids), "(UID RFC822.SIZE)")
        found = {}
        for value in values:
            told = value[0] if isinstance(value, tuple) else value
            uid, size = _UID.search(told or b""), _SIZE.search(told or b"")
            if uid and size:
                found[int(uid[1])] = int(size[1])
        return found

    def letters(self, uids: Sequence[int], part: str = "BODY.PEEK[]") -> dict[int, bytes]:
        """The letters' bytes. One that the server does not give is not among them."""
        said, values = self._imap.uid("FETCH", _set(uids), f"(UID {part})")
        if said != "OK":
            return {}
        found = {}
        for at, value in enumerate(values):
            if not isinstance(value, tuple):
                continue
            tail = values[at + 1] if at + 1 < len(values) and isinstance(values[at + 1], bytes) else b""
            uid = _UID.search(value[0]) or _UID.search(tail)
            if uid:
                found[int(uid[1])] = value[1]
        return found

    def in_pieces(self, uid: int, size: int) -> tuple[bytes, bool]:
        """A large letter piece by piece: as much as came in time, and whether that is all.

        Sizes that servers tell are not exact: the end is a short piece, or none when as much as was told is there.
        """
        over, pieces, got = time.monotonic() + PIECES_WITHIN, [], 0
        while time.monotonic() < over and got <= MOST_BYTES:
            piece = self.letters([uid], f"BODY.PEEK[]<{got}.{_PIECE}>").get(uid, b"")
            pieces.append(piece)
            got += len(piece)
            if len(piece) < _PIECE:
                return b"".join(pieces), bool(piece) or got >= size
        return b"".join(pieces), False

    def in_time(self) -> AbstractContextManager[None]:
        """What is asked of the server within ends in time, however slowly it drips."""
        return cut_after(self._imap.sock, WHOLE)

    def idle(self) -> bool:
        """Wait until something happens in the folder, for a while. False at once where the server has no IDLE."""
        if "IDLE" not in self._imap.capabilities:
            return False
        imap: Any = self._imap
        tag = imap._command("IDLE")  # noqa: SLF001 - imaplib has IDLE only from Python 3.14 on
        while imap._get_response():  # noqa: SLF001 - until the server says «+ idling»
            pass
        pending = getattr(imap.sock, "pending", lambda: 0)
        happened = bool(pending()) or bool(select.select([imap.sock], [], [], _IDLE_SECONDS)[0])
        imap.send(b"DONE\r\n")
        imap._command_complete("IDLE", tag)  # noqa: SLF001
        return happened


def look(box: Mailbox, folder: str, cursor: Mapping[str, Any], *, since: str = "", only_new: bool = False) -> Polled:
    """One look into a folder. The cursor: `validity`, `uid` of the last letter taken.

    After a change of UIDVALIDITY (the mailbox was restored, moved, made anew) every letter is asked for again; those
    that are here are known by their digests. `only_new`: a folder seen for the first time begins at its end.
    """
    try:
        with box.in_time():
            return _look(box, folder, cursor, since, only_new)
    except imaplib.IMAP4.abort as error:
        raise Retryable(_("Почтовый сервер прервал разговор.")) from error
    except imaplib.IMAP4.error as error:
        raise Retryable(_("Почтовый сервер ответил не так, как ждали: %(said)s.") % {"said": _said(error)}) from error


def _look(box: Mailbox, folder: str, cursor: Mapping[str, Any], since: str, only_new: bool) -> Polled:
    validity, following, count = box.open(folder)
    known = cursor.get("validity") == validity
    after = int(cursor.get("uid") or 0) if known else 0
    if only_new and not cursor:
        return Polled((), {"validity": validity, "uid": max(0, following - 1)})
    until = following - 1 if following else after + _WINDOW
    if count == 0 or until <= after:
        return Polled((), {"validity": validity, "uid": max(after, until) if count else after})
    end = min(until, after + _WINDOW)
    uids = box.uids(after, end, "" if known or not cursor else since)[:MOST_A_LOOK]
    if not uids:
        return Polled((), {"validity": validity, "uid": end}, more=end < until)
    taken, last = _take(box, uids, validity)
    return Polled(taken, {"validity": validity, "uid": last}, more=last < until)


def _take(box: Mailbox, uids: Sequence[int], validity: int) -> tuple[list[Came], int]:
    """The letters of these ids, as many as fit into a look, in order; and the last id that is done with."""
    sizes = box.sizes(uids)
    chosen: list[int] = []
    together = 0
    for uid in uids:
        size = min(sizes.get(uid, 0), MOST_BYTES)
        if chosen and together + size > BYTES_A_LOOK:
            break
        chosen.append(uid)
        together += size
    large = [uid for uid in chosen if sizes.get(uid, 0) > BYTES_A_LOOK]
    whole = box.letters([uid for uid in chosen if uid not in large]) if len(large) < len(chosen) else {}
    for uid in chosen:  # one that breaks the server's answer must not hold up the others
        if uid in sizes and uid not in whole and uid not in large:
            whole |= box.letters([uid])
    out = []
    for uid in chosen:
        if sizes.get(uid, 0) > MOST_BYTES:
            out.append(oversize(box.letters([uid], f"BODY.PEEK[]<0.{_BEGINNING}>").get(uid, b""), sizes[uid]))
        elif uid in large:
            out.append(_large(box, uid, sizes[uid], validity))
        elif uid in whole:
            out.append(came(whole[uid]))
        elif uid in sizes:
            out.append(withheld(f"{validity}:{uid}"))
    return out, chosen[-1]


def _large(box: Mailbox, uid: int, size: int, validity: int) -> Came:
    raw, complete = box.in_pieces(uid, size)
    if complete:
        return came(raw)
    return oversize(raw, size) if raw else withheld(f"{validity}:{uid}")


def today() -> str:
    """The day as SEARCH wants it, of which on a mailbox that was made anew is read again (a day back, to be safe)."""
    day = datetime.now(UTC) - timedelta(days=1)
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"


def _set(uids: Sequence[int]) -> str:
    return ",".join(str(uid) for uid in uids)


def _quoted(folder: str) -> str:
    """A folder's name as IMAP wants it: modified UTF-7 (RFC 3501, 5.1.3), in quotes."""
    out, run = [], ""
    for sign in folder + "\0":
        if " " <= sign <= "~":
            if run:
                out.append(_shifted(run))
                run = ""
            out.append("&-" if sign == "&" else sign)
        elif sign != "\0":
            run += sign
        elif run:
            out.append(_shifted(run))
    name = "".join(out).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{name}"'


def _shifted(run: str) -> str:
    coded = base64.b64encode(run.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
    return f"&{coded}-"


def _refused(error: imaplib.IMAP4.error) -> Permanent | Retryable:
    said = _said(error)
    if re.search(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]|temporar|too many|try again", said, re.IGNORECASE):
        return Retryable(_("Почтовый сервер сейчас не впускает: %(said)s.") % {"said": said})
    words = _("Почтовый сервер не принял имя или пароль: %(said)s. Часто нужен отдельный пароль для программ.")
    return Permanent(words % {"said": said})


def _said(error: Exception) -> str:
    words = error.args[0] if error.args else ""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return " ".join(text.split())[:120]
