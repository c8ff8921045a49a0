"""A small IMAP4rev1 server on loopback, as strict as RFC 3501 where our side could be careless.

It knows only the commands that we are allowed: `EXAMINE` (never `SELECT`), `BODY.PEEK` (never `BODY`), no `STORE`.
Folders' names are compared as bytes: modified UTF-7 (5.1.3). IDLE as in RFC 2177. Read on 2026-11-25.
"""

import base64
import contextlib
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass
class Peer:
    """What the server holds and how it misbehaves."""

    port: int = 0
    user: str = "priem@example.org"
    password: str = "a pass-word of the box"
    folder: bytes = b"INBOX"
    validity: int = 7
    letters: dict[int, bytes] = field(default_factory=dict)
    others: dict[bytes, dict[int, bytes]] = field(default_factory=dict)  # more folders, by name
    days: dict[int, date] = field(default_factory=dict)
    capabilities: str = "IMAP4rev1 IDLE AUTH=PLAIN"
    said_at_login: str = ""  # instead of letting in
    cut_after: int | None = None  # letters given, then the line is cut
    slow: float = 0.0  # seconds before each letter or piece
    drips: bytes = b""  # said a sign at a time, for ever, instead of an answer to this command
    never_gives: set[int] = field(default_factory=set)
    log_ins: int = 0
    given: int = 0
    commands: list[str] = field(default_factory=list)
    idling: threading.Event = field(default_factory=threading.Event)
    news: threading.Event = field(default_factory=threading.Event)

    def add(self, raw: bytes, day: date | None = None) -> int:
        """A letter comes into the box."""
        uid = max(self.letters, default=0) + 1
        self.letters[uid] = raw
        if day:
            self.days[uid] = day
        self.news.set()
        return uid


class _Gone(Exception):
    pass


class _Talk:
    def __init__(self, peer: Peer, line: socket.socket) -> None:
        self.peer, self.line, self.file = peer, line, line.makefile("rb")
        self.inside = self.opened = False
        self.letters: dict[int, bytes] = {}

    def run(self) -> None:
        self.say(b"* OK [CAPABILITY " + self.peer.capabilities.encode() + b"] ready")
        with contextlib.suppress(_Gone, OSError):
            while command := self.file.readline():
                self.one(command.rstrip(b"\r\n"))
        self.line.close()

    def say(self, words: bytes) -> None:
        self.line.sendall(words + b"\r\n")

    def one(self, command: bytes) -> None:
        tag, name, *rest = command.split(b" ", 2)
        words = rest[0] if rest else b""
        self.peer.commands.append((name + b" " + words.split(b" ")[0]).decode().strip())
        if name == self.peer.drips:
            for _sign in range(300):  # a quarter of a minute stands for ever: who waits so long fails and does not hang
                self.line.sendall(b"*")
                time.sleep(0.05)
            raise _Gone
        does = getattr(self, "do_" + name.decode().lower(), None)
        if does is None:
            self.say(tag + b" BAD unknown command " + name)
            return
        does(tag, words)

    def do_capability(self, tag: bytes, _words: bytes) -> None:
        self.say(b"* CAPABILITY " + self.peer.capabilities.encode())
        self.say(tag + b" OK done")

    def do_login(self, tag: bytes, words: bytes) -> None:
        said = re.fullmatch(rb'(?:"([^"]*)"|(\S+)) "((?:[^"\\]|\\.)*)"', words)
        user, password = ((said[1] or said[2]), re.sub(rb"\\(.)", rb"\1", said[3])) if said else (b"", b"")
        self.let_in(tag, user.decode(), password.decode())

    def do_authenticate(self, tag: bytes, words: bytes) -> None:
        assert words == b"PLAIN"
        self.say(b"+ ")
        _nobody, user, password = base64.b64decode(self.file.readline()).decode().split("\0")
        self.let_in(tag, user, password)

    def let_in(self, tag: bytes, user: str, password: str) -> None:
        if self.peer.said_at_login:
            self.say(tag + b" NO " + self.peer.said_at_login.encode())
        elif (user, password) != (self.peer.user, self.peer.password):
            self.say(tag + b" NO [AUTHENTICATIONFAILED] Authentication failed.")
        else:
            self.inside = True
            self.peer.log_ins += 1
            self.say(tag + b" OK in")

    def do_examine(self, tag: bytes, words: bytes) -> None:
        if not self.inside:
            self.say(tag + b" BAD log in first")
        elif words.strip(b'"') not in {self.peer.folder, *self.peer.others}:
            self.say(tag + b" NO [NONEXISTENT] no such folder")
        else:
            self.opened = True
            self.letters = self.peer.others.get(words.strip(b'"'), self.peer.letters)
            self.say(f"* {len(self.letters)} EXISTS".encode())
            self.say(f"* OK [UIDVALIDITY {self.peer.validity}] ok".encode())
            self.say(f"* OK [UIDNEXT {max(self.letters, default=0) + 1}] ok".encode())
            self.say(tag + b" OK [READ-ONLY] done")

    def do_uid(self, tag: bytes, words: bytes) -> None:
        assert self.opened
        name, rest = words.split(b" ", 1)
        if name == b"SEARCH":
            self.search(rest.decode())
        else:
            self.fetch(rest.decode())
        self.say(tag + b" OK done")

    def search(self, words: str) -> None:
        asked = re.fullmatch(r"UID (\d+):(\d+)(?: SINCE (\d+)-(\w+)-(\d+))?", words)
        assert asked, words
        since = date(int(asked[5]), MONTHS.index(asked[4]) + 1, int(asked[3])) if asked[3] else date.min
        found = [
            str(uid) for uid in sorted(self.letters)
            if int(asked[1]) <= uid <= int(asked[2]) and self.peer.days.get(uid, date.max) >= since
        ]
        self.say(("* SEARCH " + " ".join(found)).encode())

    def fetch(self, words: str) -> None:
        asked = re.fullmatch(r"([\d,]+) \(UID (RFC822\.SIZE|BODY\.PEEK\[\](?:<(\d+)\.(\d+)>)?)\)", words)
        assert asked, words
        order = sorted(self.letters)
        for uid in map(int, asked[1].split(",")):
            if uid not in self.letters:
                continue
            raw, number = self.letters[uid], order.index(uid) + 1
            self.say(f"* {number} FETCH (FLAGS (\\Seen))".encode())  # servers say such things in between
            if asked[2] == "RFC822.SIZE":
                self.say(f"* {number} FETCH (UID {uid} RFC822.SIZE {len(raw)})".encode())
                continue
            if uid in self.peer.never_gives:
                continue
            if self.peer.cut_after is not None and self.peer.given >= self.peer.cut_after:
                self.line.sendall(f"* {number} FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode() + raw[:10])
                raise _Gone
            self.peer.given += 1
            time.sleep(self.peer.slow)
            part = raw[int(asked[3]):int(asked[3]) + int(asked[4])] if asked[3] else raw
            name = f"BODY[]<{asked[3]}>" if asked[3] else "BODY[]"
            before, after = (f"UID {uid} ", "") if uid % 2 else ("", f" UID {uid}")  # both orders are lawful
            head = f"* {number} FETCH ({before}{name} {{{len(part)}}}\r\n".encode()
            self.line.sendall(head + part + f"{after})\r\n".encode())

    def do_idle(self, tag: bytes, _words: bytes) -> None:
        self.peer.news.clear()
        self.say(b"+ idling")
        self.peer.idling.set()
        self.peer.news.wait(10)
        self.say(f"* {len(self.letters)} EXISTS".encode())
        assert self.file.readline() == b"DONE\r\n"
        self.say(tag + b" OK done")

    def do_logout(self, tag: bytes, _words: bytes) -> None:
        self.say(b"* BYE")
        self.say(tag + b" OK done")
        raise _Gone


@contextlib.contextmanager
def imap_on_loopback(peer: Peer, tls: ssl.SSLContext | None = None) -> Iterator[Peer]:
    """Serve the peer on a free port until the end of the block."""
    server = socket.create_server(("127.0.0.1", 0))
    peer.port = server.getsockname()[1]
    stopped = threading.Event()

    def talk(line: socket.socket) -> None:
        with contextlib.suppress(OSError):
            _Talk(peer, tls.wrap_socket(line, server_side=True) if tls else line).run()

    def serve() -> None:
        while not stopped.is_set():
            with contextlib.suppress(OSError):
                line, _where = server.accept()
                threading.Thread(target=talk, args=(line,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield peer
    finally:
        stopped.set()
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()
