"""Connections to mail servers: the address checked and pinned, time bounded, the certificate looked at."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.utils.translation import gettext as _

from otklik.channels.kit.calling import CONNECT_SECONDS, allowed_address, inner_hosts
from otklik.channels.kit.outgoing import Permanent, Retryable

MAIL_PORTS: Final = frozenset({25, 143, 465, 587, 993, 2525})
TLS, STARTTLS, PLAIN = "tls", "starttls", "plain"


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
