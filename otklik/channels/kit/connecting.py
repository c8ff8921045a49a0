"""Accounts as an administrator connects them: saved with their secrets sealed, tried out, switched off."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.channels.kit import health, secrets
from otklik.channels.kit.calling import Caller
from otklik.channels.kit.channel import Asked, Checked
from otklik.channels.kit.health import Lag
from otklik.channels.kit.outgoing import Outgoing, Permanent, Receipt, Retryable, Unsure
from otklik.channels.kit.polling import ports_of
from otklik.channels.models import Account, Arrival, Delivery, Setup
from otklik.channels.registered import CHANNELS, channel
from otklik.failures import BadInput, Failure, NotYours, Refused
from otklik.journal.appending import NewEntry, append
from otklik.typed_text import line

ROLES = frozenset({"administrator"})
CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,59}")
MOST_SETTING = 20_000
TRIAL_WORDS = "Проверка подключения из программы «Отклик». Отвечать не нужно."


def save(
    actor: Actor, account_id: int | None, *, channel_name: str = "", code: str = "", name: str,
    territory_id: int | None, active: bool, ours: bool, dry_run: bool, settings: Mapping[str, Any],
    secret_values: Mapping[str, str], now: datetime | None = None,
) -> Account:
    """Make an account or change one. Secrets left empty stay as they are; the journal names the fields, never values.

    Raises `BadInput` naming the field, `Refused` for who is no administrator of that place.
    """
    now = now or timezone.now()
    name = line(name, 200, "name")
    if not name:
        raise BadInput(_("Назовите подключение: так его увидят сотрудники."), "name")
    _check_place(actor, territory_id)
    with acting(actor), widened():
        if account_id is None:
            row, setup = _new(channel_name, code), Setup()
        else:
            row = Account.objects.select_for_update().get(pk=of(actor, account_id).pk)
            setup = Setup.objects.filter(account=row).first() or Setup()
        wanted = {one.name: one for one in channel(row.channel).asks}
        kept = {k: v for k, v in settings.items() if k in wanted and wanted[k].kind != "secret"}
        if len(repr(kept)) > MOST_SETTING:
            raise BadInput(_("Слишком много слов в настройках."), "settings")
        changed = sorted(k for k, v in kept.items() if setup.settings.get(k) != v)
        _check_secrets_stay(wanted, setup, changed, secret_values)
        changed += sorted(k for k, v in secret_values.items() if v and k in wanted)
        row.name, row.territory_id, row.active, row.ours, row.dry_run = name, territory_id, active, ours, dry_run
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            raise BadInput(_("Такой код уже есть. Выберите другой."), "code") from error
        setup.account, setup.settings = row, {**setup.settings, **kept}
        secrets.keep(setup, {k: v for k, v in secret_values.items() if k in wanted})
        setup.save()
        health.of(row.pk)
        append(
            NewEntry(
                f"account:{row.pk}", "account_saved", actor.reference, now,
                {"channel": row.channel, "fields": changed, "active": active, "ours": ours, "dry_run": dry_run,
                 "territory": territory_id},
            )
        )
        return row


def _check_secrets_stay(
    wanted: Mapping[str, Asked], setup: Setup, changed: Sequence[str], secret_values: Mapping[str, str]
) -> None:
    """A secret is never shown, so it must not be sent to another server by whoever does not know it."""
    led = [wanted[name] for name in changed if wanted[name].leads]
    untyped = [wanted[name] for name in secrets.kept_names(setup) if name in wanted and not secret_values.get(name)]
    # Told by the first of them in the order of the form.
    for one in wanted.values():
        if led and one in untyped:
            words = _("Сменился сервер («%(what)s»). Чтобы секрет не ушёл на чужой, впишите его заново.")
            raise BadInput(words % {"what": led[0].label}, one.name)


def _new(channel_name: str, code: str) -> Account:
    if channel_name not in CHANNELS:
        raise BadInput(_("Выберите канал из списка."), "channel")
    if not CODE.fullmatch(code):
        raise BadInput(_("Код: от 2 до 60 знаков, маленькие латинские буквы, цифры и дефис."), "code")
    return Account(channel=channel_name, code=code)


def of(actor: Actor, account_id: int) -> Account:
    """An account of this administrator's places. Inside `acting`. Raises `NotYours`."""
    row = Account.objects.filter(pk=account_id, channel__in=CHANNELS).first()
    if row is None or not may(actor, row.territory_id):
        raise NotYours(_("Такого подключения нет, или оно не ваше."))
    return row


def present(actor: Actor, account_id: int) -> tuple[dict[str, Any], frozenset[str]]:
    """What an account's page shows: its settings, and which secrets are there (never what they are)."""
    with acting(actor):
        row = of(actor, account_id)
        with widened():
            setup = Setup.objects.filter(account=row).first()
            return (setup.settings, secrets.kept_names(setup)) if setup else ({}, frozenset())


def may(actor: Actor, territory_id: int | None) -> bool:
    """Whether this person connects accounts there; those of the region are the region's administrator's."""
    if not isinstance(actor, Staff):
        return False
    grants = [grant for grant in actor.grants if grant.role in ROLES]
    return any(grant.scopes is None or (territory_id is not None and territory_id in grant.scopes) for grant in grants)


def _check_place(actor: Actor, territory_id: int | None) -> None:
    if not may(actor, territory_id):
        raise Refused(_("Подключения этого места заводит его администратор или администратор региона."))


def counts(actor: Actor, account_id: int) -> tuple[dict[str, int], dict[str, int]]:
    """How much came through an account and how much went, by state: numbers only, whoever may read the words."""
    A, D = Arrival.State, Delivery.State
    with acting(actor):
        of(actor, account_id)
        with widened():
            came = Arrival.objects.filter(account_id=account_id).aggregate(
                all=Count("pk"), waits=Count("pk", filter=Q(state=A.NEW)), asked=Count("pk", filter=Q(state=A.ASKED)),
                quarantined=Count("pk", filter=Q(state=A.QUARANTINED)), ignored=Count("pk", filter=Q(state=A.IGNORED)),
            )
            went = Delivery.objects.filter(message__account_id=account_id).aggregate(
                done=Count("pk", filter=Q(state=D.DONE)),
                waits=Count("pk", filter=Q(state__in=[D.WAITING, D.SENDING])),
                failed=Count("pk", filter=Q(state=D.FAILED)), unknown=Count("pk", filter=Q(state=D.UNKNOWN)),
            )
    return came, went


def lags(actor: Actor, accounts: Sequence[Account]) -> dict[int, Lag]:
    """How far behind these accounts of the actor's are. Inside `acting` the rows were chosen: here only numbers."""
    with acting(actor), widened():
        return health.lags([row.pk for row in accounts])


def check(actor: Actor, account_id: int) -> Checked:
    """Try the account against the far side; sends nothing to anybody. Its health shows the outcome."""
    row = _with_setup(actor, account_id)
    try:
        with Caller(ports=ports_of(row), read_seconds=15.0) as caller:
            checked = channel(row.channel).check(row, caller)
    except (Retryable, Permanent, Unsure, Failure) as error:
        checked = Checked(False, str(error))
    now = timezone.now()
    with acting(actor), widened():
        if checked.fine:
            health.succeeded(row.pk, now)
        else:
            health.failed(row.pk, now, checked.words, after=0)
    return checked


def send_to_self(actor: Actor, account_id: int, told: str, *, now: datetime | None = None) -> Receipt:
    """«Послать себе»: a few words to an address of the administrator's own. Raises `BadInput` with what went wrong."""
    now = now or timezone.now()
    row = _with_setup(actor, account_id)
    found = channel(row.channel)
    if not (found.can.sends and hasattr(found, "own_target")):
        raise Refused(_("Этот канал ничего не отправляет."))
    target = found.own_target(row, line(told, 200, "told"))
    outgoing = Outgoing(TRIAL_WORDS, target, once=f"trial-{now.timestamp():.3f}", subject=_("Проверка подключения"))
    try:
        with Caller(ports=ports_of(row), read_seconds=15.0) as caller:
            receipt: Receipt = found.send(row, outgoing, caller)  # type: ignore[attr-defined]
    except (Retryable, Permanent, Unsure) as error:
        raise BadInput(str(error), "told") from error
    with acting(actor), widened():
        Account.objects.select_for_update().get(pk=row.pk)
        append(NewEntry(f"account:{row.pk}", "account_tried", actor.reference, now, {"receipt": receipt.external_id}))
        health.succeeded(row.pk, now)
    return receipt


def _with_setup(actor: Actor, account_id: int) -> Account:
    with acting(actor), widened():
        return Account.objects.select_related("setup").get(pk=of(actor, account_id).pk)
