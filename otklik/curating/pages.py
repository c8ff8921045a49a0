"""The registry of official pages: adding, changing, closing; who must have one by a person's decision."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, acting, widened
from otklik.channels.models import Account
from otklik.curating.models import Network, OfficialPage, PageDuty
from otklik.curating.people import entry, require_curator, require_keeper, user_id
from otklik.failures import BadInput, NotYours
from otklik.organisations.models import Organisation
from otklik.territory.models import Kind, Territory
from otklik.typed_text import line

HOSTS: Mapping[str, tuple[str, ...]] = {
    Network.VK: ("vk.com", "vk.ru", "m.vk.com"), Network.OK: ("ok.ru", "m.ok.ru", "odnoklassniki.ru"),
    Network.MAX: ("max.ru", "web.max.ru"),
}
_PATH = re.compile(r"/[A-Za-z0-9._~%/-]{1,200}")
EARLIEST = date(2006, 10, 1)  # before it there was no such network


@dataclass(frozen=True)
class PageSaid:
    """What a person or a sheet says of a page."""

    body_id: int
    address: str
    name: str = ""
    responsible: str = ""
    phone: str = ""
    act: str = ""
    mark: str = ""
    mark_seen_on: date | None = None
    seen_post_on: date | None = None
    account_id: int | None = None


def plain_address(text: str) -> tuple[str, str]:
    """(address as the registry keeps it, network). Raises `BadInput` for anything that is no page of a known network.
    """
    given = line(text, 300, "address")
    try:
        parts = urlsplit(given if "//" in given else f"https://{given}")
        host, path = (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/")
    except ValueError:  # brackets of an address of the sixth version that are none
        host, path = "", ""
    network = next((name for name, hosts in HOSTS.items() if host in hosts), "")
    if not network or not _PATH.fullmatch(path):
        raise BadInput(_("Нужен адрес страницы: vk.com/…, ok.ru/… или max.ru/…"), "address")
    return f"https://{HOSTS[network][0]}{path if network == Network.MAX else path.lower()}", network


def visible_pages(scopes: frozenset[int] | None) -> QuerySet[OfficialPage]:
    """The pages of these scopes (None: of the region and of its own bodies), open and closed."""
    rows = OfficialPage.objects.select_related("body", "place", "account")
    if scopes is None:
        return rows
    return rows.filter(Q(body__territory__scope_id__in=scopes) | Q(body__territory_id__in=scopes))


def scope_of(body: Organisation) -> Territory:
    """The scope that a body's page belongs to."""
    return body.territory.scope or body.territory


def place_of(body: Organisation) -> Territory:
    """The municipality of a body; the region for regional bodies."""
    scope = scope_of(body)
    if scope.kind == Kind.DISTRICT and scope.municipality:
        return scope.municipality
    return scope


def save_page(actor: Actor, said: PageSaid, *, page_id: int | None = None, now: datetime | None = None) -> OfficialPage:
    """Put a page into the registry or change it. Raises `BadInput`, `NotYours`, `Refused`."""
    now = now or timezone.now()
    address, network = plain_address(said.address)
    words = {
        "name": line(said.name, 200, "name"), "responsible": line(said.responsible, 200, "responsible"),
        "phone": line(said.phone, 40, "phone"), "act": line(said.act, 200, "act"),
    }
    if said.mark not in OfficialPage.Mark.values:
        raise BadInput(_("Выберите, есть ли отметка."), "mark")
    today = timezone.localdate(now)
    for field in ("mark_seen_on", "seen_post_on"):
        day = getattr(said, field)
        if day is not None and not EARLIEST <= day <= today:
            raise BadInput(_("Проверьте день: он не позже сегодняшнего."), field)
    with acting(actor), widened():
        body = Organisation.objects.select_related("territory__scope__municipality").filter(
            pk=said.body_id, active=True
        ).first()
        if body is None:
            raise BadInput(_("Выберите орган из списка."), "body")
        require_keeper(actor, scope_of(body).pk)
        page = _locked(actor, page_id) if page_id else OfficialPage(made_at=now)
        account = _account(said.account_id, network)
        before = {name: str(getattr(page, name)) for name in (*words, "address", "mark", "account_id", "body_id")}
        page.body, page.place, page.address, page.network = body, place_of(body), address, network
        page.mark, page.account, page.mark_seen_on = said.mark, account, said.mark_seen_on
        for name, value in words.items():
            setattr(page, name, value)
        if said.seen_post_on != page.seen_post_on:
            page.seen_post_on, page.seen_post_by_id = said.seen_post_on, user_id(actor)
        try:
            with transaction.atomic():
                page.save()
        except IntegrityError as error:
            field = "account" if "account" in str(error) else "address"
            raise BadInput(_("Эта страница уже есть в реестре."), field) from error
        changed = sorted(name for name, value in before.items() if str(getattr(page, name)) != value)
        entry(actor, f"page:{page.pk}", "page_changed" if page_id else "page_added", now, body=body.pk, fields=changed)
        return page


def close_page(actor: Actor, page_id: int, *, now: datetime | None = None) -> None:
    """The body keeps this page no more; it stays in the registry with its day. Opened again by the same act."""
    now = now or timezone.now()
    with acting(actor), widened():
        page = _locked(actor, page_id)
        page.closed_on = None if page.closed_on else timezone.localdate(now)
        page.save(update_fields=["closed_on"])
        entry(actor, f"page:{page.pk}", "page_closed" if page.closed_on else "page_opened", now)


def decide_duty(
    actor: Actor, body_id: int, *, must: bool | None, reason: str, now: datetime | None = None
) -> None:
    """Whether this body must have a page, in spite of the rules; None takes the decision back. A curator's to say."""
    now = now or timezone.now()
    reason = line(reason, 300, "reason")
    with acting(actor), widened():
        body = Organisation.objects.select_for_update(of=("self",)).select_related("territory").filter(
            pk=body_id
        ).first()
        if body is None:
            raise NotYours(_("Такой организации нет."))
        require_curator(actor, body.territory.scope_id or body.territory_id)
        if must is not None and not reason:
            raise BadInput(_("Назовите решение: чьё, номер и дата."), "reason")
        if must is None:
            PageDuty.objects.filter(body=body).delete()
        else:
            PageDuty.objects.update_or_create(
                body=body,
                defaults={"must": must, "reason": reason, "decided_by_id": user_id(actor), "decided_at": now},
            )
        entry(actor, f"page-duty:{body.pk}", "page_duty_decided", now, must=must)


def _locked(actor: Actor, page_id: int) -> OfficialPage:
    page = OfficialPage.objects.select_for_update(of=("self",)).select_related("body__territory__scope").filter(
        pk=page_id
    ).first()
    if page is None:
        raise NotYours(_("Такой страницы в реестре нет."))
    require_keeper(actor, scope_of(page.body).pk)
    return page


def _account(account_id: int | None, network: str) -> Account | None:
    if account_id is None:
        return None
    account = Account.objects.filter(pk=account_id, channel=network).first()
    if account is None:
        raise BadInput(_("Этот канал — другой сети: выберите канал той же."), "account")
    return account
