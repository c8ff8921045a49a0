"""`otklik mail deliver`: a mail server hands a letter over by a pipe."""

import sys
from typing import TYPE_CHECKING, BinaryIO

import click

from otklik.failures import BadInput, Failure

if TYPE_CHECKING:
    from otklik.channels.models import Account

TEMPORARY = 75  # EX_TEMPFAIL of sysexits.h: the mail server keeps the letter and comes again
_PIECE = 1 << 20


@click.group("mail")
def mail() -> None:
    """Почта: приём писем от своего почтового сервера."""


@mail.command("deliver")
@click.option("--account", "code", default="", help="Код подключения почты; без него подойдёт единственное.")
@click.option("--to", "address", default="", help="Адрес из конверта: подключение найдётся по нему.")
def deliver(code: str, address: str) -> None:
    """Принять письмо со стандартного ввода. Код 0 — письмо сохранено, 75 — повторите позже."""
    try:
        kept = _keep(sys.stdin.buffer, code, address)
    except Failure as error:
        click.echo(f"Письмо не принято, повторите позже: {error}", err=True)
        sys.exit(TEMPORARY)
    except Exception as error:  # noqa: BLE001 - any other code would send the letter back to its author
        click.echo(f"Письмо не принято, повторите позже: {type(error).__name__}", err=True)
        sys.exit(TEMPORARY)
    click.echo("Письмо принято." if kept else "Это письмо уже есть.")


def _keep(source: BinaryIO, code: str, address: str) -> int:
    from otklik.operations.commands.ready import django_ready

    django_ready()
    from django.utils import timezone

    from otklik.acting import System, acting, widened
    from otklik.channels.email.kept import MOST_BYTES, came, oversize
    from otklik.channels.kit import arriving, health

    raw, size = _bounded(source, MOST_BYTES)
    if not raw.strip():
        raise BadInput("На входе нет письма.", "stdin")
    now = timezone.now()
    with acting(System("channels")), widened():
        account = _account(code, address)
        new = arriving.keep(account, [came(raw) if size <= MOST_BYTES else oversize(raw, size)], now)
        health.succeeded(account.pk, now, messages=new > 0)
    return new


def _bounded(source: BinaryIO, most: int) -> tuple[bytes, int]:
    """The letter, or its beginning when it is larger than that; and its size."""
    kept, size = bytearray(), 0
    while piece := source.read(_PIECE):
        size += len(piece)
        if len(kept) <= most:
            kept += piece
    return bytes(kept), size


def _account(code: str, address: str) -> "Account":
    from otklik.channels.email.automatic import own_addresses
    from otklik.channels.models import Account

    rows = list(Account.objects.select_related("setup").filter(channel="email", active=True).order_by("pk"))
    if code:
        rows = [row for row in rows if row.code == code]
    if address:
        local, _at, host = address.strip("<> ").lower().partition("@")
        plain = f"{local.partition('+')[0]}@{host}"
        rows = [row for row in rows if {plain, f"{local}@{host}"} & own_addresses(row)]
    if len(rows) != 1:
        raise BadInput("Подключения нет или их несколько: назовите его через --account.", "account")
    return rows[0]
