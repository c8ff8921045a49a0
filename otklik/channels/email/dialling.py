"""Connections to mail servers: the address checked and pinned, time bounded, the certificate looked at."""

import os
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from django.utils.translation import gettext as _

from otklik.channels.kit.calling import CONNECT_SECONDS, allowed_address, inner_hosts
from otklik.channels.kit.outgoing import Permanent, Retryable

MAIL_PORTS: Final = frozenset({25, 143, 465, 587, 993, 2525})
TLS, STARTTLS, PLAIN = "tls", "starttls", "plain"
GREETED: Final = 40.0  # seconds from the server's greeting to our log-in, however slowly it drips
WHOLE: Final = 130.0  # and for all that follows: both together are less than the kit's leases


def dial(host: str, port: int, security: str, *, seconds: float, ports: frozenset[int]) -> socket.socket:
    """A connected socket, already in TLS where `security` is `tls`. Raises `Permanent`, `Retryable` in plain words."""
    if not host:
        raise Permanent(_("Не вписан почтовый сервер."))
    if security == PLAIN and not (inner_hosts() & {host.lower(), f"{host.lower()}:{port}"}):
        raise Permanent(_("Без шифрования можно только внутри своей сети (OTKLIK_INNER_HOSTS). Выберите TLS."))
    address = allowed_address(host, port, ports=MAIL_PORTS | ports)
    with plain_words(host):
        line = socket.create_connection((address, port), timeout=min(CONNECT_SECONDS, seconds))
        line.settimeout(seconds)
        if security != TLS:
            return line
        try:
            return context().wrap_socket(line, server_hostname=host)
        except BaseException:
            line.close()
            raise


@contextmanager
def cut_after(line: socket.socket, seconds: float) -> Iterator[None]:
    """After so many seconds the line is cut from our side: a time-out of each reading alone never comes where a server
    drips a sign at a time. Whoever reads meets the end of the line.
    """
    same = socket.socket(fileno=os.dup(line.fileno()))  # below TLS, also where that begins later

    def cut() -> None:
        with suppress(OSError):
            same.shutdown(socket.SHUT_RDWR)

    watch = threading.Timer(seconds, cut)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()
        watch.join()
        same.close()


def context() -> ssl.SSLContext:
    """TLS as the system trusts it; the authorities of a closed network come by SSL_CERT_FILE."""
    return ssl.create_default_context()


@contextmanager
def plain_words(host: str) -> Iterator[None]:
    """Errors of the network as `Permanent` or `Retryable`, in words for the administrator."""
    try:
        yield
    except smtplib.SMTPException:  # counts as an OSError, and says more: its caller judges it
        raise
    except ssl.SSLCertVerificationError as error:
        words = _("Сертификат сервера «%(host)s» не подходит: %(why)s.")
        raise Permanent(words % {"host": host[:100], "why": error.verify_message or "?"}) from error
    except ssl.SSLError as error:
        words = _("С «%(host)s» не вышло шифрования. Проверьте порт и вид шифрования.")
        raise Retryable(words % {"host": host[:100]}) from error
    except TimeoutError as error:
        raise Retryable(_("«%(host)s» не отвечает.") % {"host": host[:100]}) from error
    except ConnectionRefusedError as error:
        raise Retryable(_("«%(host)s» не принимает соединений на этом порту.") % {"host": host[:100]}) from error
    except OSError as error:
        raise Retryable(_("Связь с «%(host)s» прервалась.") % {"host": host[:100]}) from error
