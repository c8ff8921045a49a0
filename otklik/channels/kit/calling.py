"""Calls to the outside: allowed schemes, hosts and ports only, the resolved address pinned, time and size bounded."""

import ipaddress
import logging
import os
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import httpcore
import httpx
from django.utils.translation import gettext as _

from otklik.channels.kit.outgoing import Permanent, Retryable, Unsure

CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0
WHOLE_SECONDS = 120.0  # one call with its answer, however slowly that drips: less than the kit's leases
MOST_BYTES = 10 * 1024 * 1024
PORTS = frozenset({80, 443})
AGENT = "Otklik (citizen feedback)"
log = logging.getLogger(__name__)
# RFC 6052: the IPv4 address stands in the last four bytes. RFC 4291: all that is given out as public lies in 2000::/3.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_UNICAST = ipaddress.IPv6Network("2000::/3")


class NotAllowed(Permanent):
    """The address leads where we do not call: another scheme or port, or inside our own network."""


def inner_hosts() -> frozenset[str]:
    """`OTKLIK_INNER_HOSTS`: comma-separated `host` or `host:port` inside the closed network that may be called."""
    return frozenset(filter(None, (one.strip().lower() for one in os.environ.get("OTKLIK_INNER_HOSTS", "").split(","))))


def trusted() -> ssl.SSLContext:
    """The usual authorities, and those of the PEM file `OTKLIK_CA_FILE`: some far sides bear certificates of Минцифры.

    A file that cannot be read stops nobody who needs it not: the log says it, and those that do have no connection.
    """
    file = os.environ.get("OTKLIK_CA_FILE", "").strip()
    usual = [os.environ.get(name, "") for name in ("SSL_CERT_FILE", "SSL_CERT_DIR")]  # httpx reads these
    if file:
        try:
            return _authorities(file, *map(_as_it_is, (*usual, file)))
        except (OSError, ssl.SSLError):
            log.exception("OTKLIK_CA_FILE cannot be read")
    return _authorities("", *map(_as_it_is, usual))


def _as_it_is(path: str) -> tuple[object, ...]:
    with suppress(OSError):
        seen = os.stat(path)
        return path, seen.st_mtime_ns, seen.st_size, seen.st_ino
    return (path,)


@lru_cache(maxsize=4)
def _authorities(file: str, *_as_they_are: tuple[object, ...]) -> ssl.SSLContext:
    """Some 140 certificates are read once, not at every question to a messenger; anew when a file has changed."""
    context = httpx.create_ssl_context()
    if file:
        context.load_verify_locations(file)
    return context


def allowed_address(host: str, port: int, *, ports: Iterable[int] = PORTS) -> str:
    """The IP address to connect to, after every check. Raises `NotAllowed`, or `Retryable` when the name is unknown.

    A name is resolved once and its address pinned, so that it cannot lead elsewhere between check and call (DNS
    rebinding). All its addresses must be public, unless the host is named in `OTKLIK_INNER_HOSTS`.
    """
    host = host.strip("[]").rstrip(".").lower()
    inner = inner_hosts()
    if host in inner or f"{host}:{port}" in inner:
        return _resolved(host, port)[0]
    if port not in ports:
        raise NotAllowed(_("Порт %(port)s не из разрешённых.") % {"port": port})
    found = _resolved(host, port)
    for address in found:
        if not _public(address):
            raise NotAllowed(_("Адрес «%(host)s» ведёт во внутреннюю сеть.") % {"host": host[:100]})
    return found[0]


def _public(address: str) -> bool:
    one = ipaddress.ip_address(address)
    if isinstance(one, ipaddress.IPv6Address):
        inner = one.ipv4_mapped or one.sixtofour
        if one in _NAT64:
            inner = ipaddress.IPv4Address(int(one) & 0xFFFFFFFF)
        if inner is None:
            return one in _UNICAST and one.is_global
        one = inner
    return one.is_global and not one.is_multicast


def _resolved(host: str, port: int) -> list[str]:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Retryable(_("Имя «%(host)s» не находится.") % {"host": host[:100]}) from error
    return [str(row[4][0]).split("%")[0] for row in rows]


class _Deadline:
    """When the call that is under way has to be over, by the monotonic clock."""

    def __init__(self) -> None:
        self.at = time.monotonic() + WHOLE_SECONDS

    def left(self, timeout: float | None) -> float:
        """Seconds that one step may take. Raises `httpcore.ReadTimeout` when the whole call has taken too long."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if timeout is None else min(timeout, left)


class _Timed(httpcore.NetworkStream):
    """A connection on which an answer that drips for ever ends, too: a time-out of each reading alone never comes."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Timed(self._inner.start_tls(ssl_context, server_hostname, self._deadline.left(timeout)), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Pinned(httpcore.NetworkBackend):
    """Connects to the address that was checked; TLS still asks for the host by its name."""

    def __init__(self, ports: frozenset[int], deadline: _Deadline) -> None:
        self._ports, self._deadline = ports, deadline
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        address = allowed_address(host, port, ports=self._ports)
        found = self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
        return _Timed(found, self._deadline)

    def connect_unix_socket(self, *_args: Any, **_words: Any) -> httpcore.NetworkStream:
        raise NotAllowed("unix socket")


@dataclass(frozen=True, slots=True)
class Said:
    """What the far side answered: status, headers (names in small letters), body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str = ""

    def json(self) -> Any:
        """The body as JSON. Raises `Retryable` when it is none: a proxy's page, a cut answer."""
        try:
            return httpx.Response(200, content=self.body).json()
        except ValueError as error:
            raise Retryable(_("В ответе не JSON (%(status)s).") % {"status": self.status}) from error


class _Closes(Protocol):
    def close(self) -> object:
        """End it."""


class Caller:
    """Makes calls for one account. `ports`: those that the account's own settings name, beside 80 and 443."""

    def __init__(self, *, ports: Iterable[int] = (), read_seconds: float = READ_SECONDS) -> None:
        self.ports, self.read_seconds = PORTS | frozenset(ports), read_seconds
        self._lasting: dict[str, _Closes] = {}
        self._deadline, authorities = _Deadline(), trusted()
        transport = httpx.HTTPTransport(verify=authorities, trust_env=False, retries=0)
        transport._pool = httpcore.ConnectionPool(  # noqa: SLF001 - httpx has no other door for a network backend
            ssl_context=authorities, network_backend=_Pinned(self.ports, self._deadline),
            max_connections=4, keepalive_expiry=15.0,
        )
        self._client = httpx.Client(
            transport=transport, follow_redirects=False, trust_env=False, headers={"User-Agent": AGENT},
            timeout=httpx.Timeout(read_seconds, connect=CONNECT_SECONDS),
        )

    def __enter__(self) -> "Caller":
        return self

    def __exit__(self, *_what: object) -> None:
        self._client.close()
        for one in self._lasting.values():
            with suppress(Exception):  # it is thrown away: whatever its far side says to that
                one.close()

    def lasting(self, name: str, make: Callable[[], _Closes]) -> Any:
        """A connection that is not HTTP, kept while this caller is: made when first asked for, closed at the end."""
        if name not in self._lasting:
            self._lasting[name] = make()
        return self._lasting[name]

    def drop(self, name: str) -> None:
        """Close a lasting connection that failed; the next asks anew."""
        one = self._lasting.pop(name, None)
        if one is not None:
            with suppress(Exception):
                one.close()

    def call(
        self, method: str, url: str, *, params: Mapping[str, Any] | None = None, form: Mapping[str, Any] | None = None,
        json: Any = None, content: bytes | None = None, files: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None, limit: int = MOST_BYTES, sends: bool = False, hops: int = 0,
    ) -> Said:
        """One call. `sends`: a cut answer raises `Unsure`, since the far side may have taken it.

        Raises `NotAllowed`, `Retryable` (network; 429 and 5xx are the channel's to judge). `hops`: redirects that may
        be followed, each checked like the first.
        """
        parts = _address(url)
        if parts.scheme not in ("https", "http") or not parts.host or parts.userinfo:
            raise NotAllowed(_("Адрес должен начинаться с https:// или http://."))
        self._deadline.at = time.monotonic() + WHOLE_SECONDS
        try:
            with self._client.stream(
                method, parts, params=params, data=form, json=json, content=content, files=files, headers=headers
            ) as answer:
                body = _bounded(answer, limit)
                heads = {name.lower(): value for name, value in answer.headers.items()}
                said = Said(answer.status_code, heads, body, str(answer.url))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Retryable(_("Нет связи с %(host)s.") % {"host": parts.host[:100]}) from error
        except (httpx.HTTPError, httpcore.ProtocolError) as error:
            words = _("%(host)s не ответил до конца.") % {"host": parts.host[:100]}
            raise (Unsure(words) if sends else Retryable(words)) from error
        if hops and said.status in (301, 302, 303, 307, 308) and said.headers.get("location"):
            target = _address(said.headers["location"], parts)
            return self.call("GET", str(target), headers=headers, limit=limit, hops=hops - 1)
        return said


def _address(url: str, base: httpx.URL | None = None) -> httpx.URL:
    """An address taken to pieces. Raises `NotAllowed` for what is none."""
    try:
        return base.join(url) if base is not None else httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise NotAllowed(_("Это не адрес: «%(url)s».") % {"url": url[:100]}) from error


def _bounded(answer: httpx.Response, limit: int) -> bytes:
    chunks, size = [], 0
    for chunk in answer.iter_bytes():
        size += len(chunk)
        if size > limit:
            raise Permanent(_("Ответ больше %(mb)s МБ.") % {"mb": limit // 1_048_576})
        chunks.append(chunk)
    return b"".join(chunks)
