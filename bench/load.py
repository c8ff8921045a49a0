"""A closed-loop load: so many clients, each sends a request, reads the answer to its end, and sends the next.

A new TCP connection for each request, as the peer was measured: latency is from connecting to the last byte.
"""

import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

FAILED = (5, 4)  # first digits of statuses that are no answer to a right question


@dataclass(frozen=True)
class Request:
    """One request: `form` makes it a POST. Cookies are one line."""

    path: str
    cookies: str = ""
    form: dict[str, str] | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def bytes(self, host: str) -> bytes:
        """As it goes over the line."""
        body = urlencode(self.form).encode() if self.form is not None else b""
        lines = [f"{'POST' if self.form is not None else 'GET'} {self.path} HTTP/1.1", f"Host: {host}"]
        lines += [f"Cookie: {self.cookies}"] if self.cookies else []
        if self.form is not None:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return ("\r\n".join([*lines, "Connection: close", "", ""])).encode() + body


@dataclass(frozen=True)
class Seen:
    """What a load saw. Times in milliseconds."""

    times: Sequence[float]
    seconds: float
    size: int  # bytes of the last answer

    @property
    def p50(self) -> float:
        """The median time."""
        return round(statistics.median(self.times), 1)

    @property
    def p95(self) -> float:
        """The time that 95 of 100 were within."""
        return round(sorted(self.times)[max(0, -(-len(self.times) * 95 // 100) - 1)], 1)

    @property
    def per_s(self) -> float:
        """Answers a second."""
        return round(len(self.times) / self.seconds, 1)


def load(port: int, make: Callable[[int], Request], count: int, clients: int = 1) -> Seen:
    """Send `count` requests, the n-th made by `make(n)`. Raises AssertionError for an answer that is an error."""
    return asyncio.run(_load(port, make, count, clients))


async def _load(port: int, make: Callable[[int], Request], count: int, clients: int) -> Seen:
    numbers = iter(range(count))
    times: list[float] = []
    size = 0

    async def client() -> None:
        nonlocal size
        for number in numbers:
            request = make(number)
            began = time.perf_counter()
            status, size, text = await ask(port, request)
            times.append((time.perf_counter() - began) * 1000)
            assert status // 100 not in FAILED, f"{status} {request.path}\n{text.decode()[:3000]}"

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return Seen(times, time.perf_counter() - began, size)


async def ask(port: int, request: Request) -> tuple[int, int, bytes]:
    """One request on a connection of its own: status, bytes of the answer, and the answer with its head."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request.bytes(f"127.0.0.1:{port}"))
    answer = await reader.read(-1)
    writer.close()
    return int(answer.split(b" ", 2)[1]), len(answer), answer
