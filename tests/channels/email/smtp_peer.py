"""A mail server on loopback (aiosmtpd) that says what real ones say.

Reply codes by RFC 5321 (4.2, 4.3.2) and RFC 3463, log-in by RFC 4954; read on 2026-11-25. It refuses bare line feeds
and lines over 998 octets (RFC 5321, 4.5.3.1.6), which many servers let pass.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.ports import free_port


@dataclass
class Post:
    """What came, and how the server misbehaves: `says` is the answer to a command (`MAIL`, `RCPT`, `DATA`)."""

    port: int = 0
    user: str = "priem@example.org"
    password: str = "a pass-word of the box"
    says: dict[str, str] = field(default_factory=dict)
    cut: str = ""  # cut the line after the letter's end: "kept" or "lost"
    log_in_says: str = ""
    drips: str = ""  # after this command (`MAIL`, `DATA`) it says a sign at a time, for ever
    taken: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)

    @property
    def letters(self) -> list[EmailMessage]:
        """The letters, parsed."""
        return [message_from_bytes(raw, policy=default) for raw in self.taken]  # type: ignore[misc]


class _Handler:
    def __init__(self, post: Post) -> None:
        self.post = post

    async def _drip(self, server: SMTP, command: str) -> None:
        for _sign in range(300):  # a quarter of a minute stands for ever: who waits so long fails and does not hang
            if self.post.drips != command or server.transport is None or server.transport.is_closing():
                return
            server.transport.write(b"2")
            await asyncio.sleep(0.05)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._drip(server, "MAIL")
        if "MAIL" in self.post.says:
            return self.post.says["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" in self.post.says:
            return self.post.says["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw: Any = envelope.original_content
        if self.post.cut != "lost" and "DATA" not in self.post.says:
            self.post.taken.append(raw)
            self.post.envelopes.append((envelope.mail_from or "", list(envelope.rcpt_tos)))
        await self._drip(server, "DATA")
        if self.post.cut:
            assert server.transport
            server.transport.abort()
            return "451 never heard"
        lines = raw.split(b"\r\n")
        if any(b"\n" in line or len(line) > 998 for line in lines):
            return "500 5.5.2 bare line feed or long line"
        return self.post.says.get("DATA", "250 2.0.0 queued")


@contextlib.contextmanager
def smtp_on_loopback(post: Post, tls: ssl.SSLContext | None = None) -> Iterator[Post]:
    """Serve it on a free port until the end of the block; log-in is asked for."""

    def authenticate(_server: Any, _session: Any, _envelope: Any, mechanism: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        if post.log_in_says:
            return AuthResult(success=False, handled=False, message=post.log_in_says)
        right = (given.login.decode(), given.password.decode()) == (post.user, post.password)
        return AuthResult(success=right, handled=False)

    # Port 0 and a free one read back: two tests must not want the same.
    controller = Controller(
        _Handler(post), hostname="127.0.0.1", port=free_port(), ssl_context=None, require_starttls=tls is not None,
        tls_context=tls, auth_require_tls=False, auth_required=True, authenticator=authenticate, ready_timeout=15,
    )
    controller.start()
    post.port = controller.port
    try:
        yield post
    finally:
        controller.stop()
