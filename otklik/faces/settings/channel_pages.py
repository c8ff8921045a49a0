"""Channels: what is connected, how it fares, connecting and trying out."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.acting import acting
from otklik.channels.kit import connecting
from otklik.channels.kit.channel import FILTER, Abilities, Asked
from otklik.channels.models import Account
from otklik.channels.registered import CHANNELS, channel
from otklik.faces.settings.access import ADMINISTRATORS, Scopes, actor_of, place_choices, required
from otklik.faces.settings.staff_pages import show_failure
from otklik.faces.typed_forms import TypedForm
from otklik.failures import BadInput, Failure
from otklik.intake.filtering import how_well

NO_SECRET = gettext_lazy("Уже записан; пусто — останется прежний.")


class AccountForm(TypedForm):
    """What every account has; the channel's own fields come after it."""

    name = forms.CharField(
        label=gettext_lazy("Название"), max_length=200, help_text=gettext_lazy("Как его увидят сотрудники.")
    )
    code = forms.CharField(
        label=gettext_lazy("Код"), max_length=60,
        help_text=gettext_lazy("Латинскими буквами, для адреса и команд. Потом не меняется."),
    )
    territory = forms.ChoiceField(label=gettext_lazy("Чьё"), required=False)
    active = forms.BooleanField(label=gettext_lazy("Включено"), required=False)
    ours = forms.BooleanField(
        label=gettext_lazy("Это наша страница: здесь мы отвечаем"), required=False, initial=True,
        help_text=gettext_lazy("Без отметки только слушаем: городские группы, чужие ленты."),
    )
    dry_run = forms.BooleanField(
        label=gettext_lazy("Пробный режим: ничего не отправлять"), required=False,
        help_text=gettext_lazy("Ответы готовятся и показываются, а публикуют их руками."),
    )

    def __init__(
        self, *args: Any, scopes: Scopes, asks: tuple[Asked, ...], kept: frozenset[str], new: bool, can: Abilities,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        region = [("", _("весь регион"))] if scopes is None else []
        self.fields["territory"].choices = [*region, *place_choices(scopes)]  # type: ignore[attr-defined]
        if not new:
            del self.fields["code"]
        if can.sends and not any(one in FILTER for one in asks):
            del self.fields["ours"]  # nobody listens to a mailbox that is not theirs
        if not can.sends:
            del self.fields["dry_run"]
            if not can.listens:
                del self.fields["ours"]
            else:
                self.fields["ours"].label = _("Это наша страница")
                self.fields["ours"].initial = can.ours
        for asked in asks:
            self.fields[f"own_{asked.name}"] = _field(asked, asked.name in kept)


def _field(asked: Asked, has_secret: bool) -> forms.Field:
    words: dict[str, Any] = {"label": asked.label, "help_text": asked.help, "required": asked.required}
    if asked.kind == "flag":
        return forms.BooleanField(**{**words, "required": False}, initial=bool(asked.default))
    if asked.kind == "number":
        return forms.IntegerField(**words, initial=asked.default or None, min_value=0, max_value=10**12)
    if asked.kind == "choice":
        return forms.ChoiceField(**words, choices=list(asked.choices), initial=asked.default)
    if asked.kind == "lines":
        return forms.CharField(**words, widget=forms.Textarea(attrs={"rows": 4}), max_length=10_000)
    if asked.kind == "secret":
        words |= {"help_text": NO_SECRET if has_secret else asked.help, "required": asked.required and not has_secret}
        return forms.CharField(
            **words, max_length=2000, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
        )
    return forms.CharField(**words, initial=asked.default, max_length=500)


@login_required
@require_safe
def channels(request: HttpRequest) -> HttpResponse:
    """What is connected in this person's places, with health; what can be connected."""
    scopes = required(actor_of(request), ADMINISTRATORS)
    rows = Account.objects.filter(channel__in=CHANNELS).select_related("territory", "health")
    if scopes is not None:
        rows = rows.filter(territory_id__in=scopes)
    accounts = list(rows.order_by("channel", "name", "pk"))
    lags = connecting.lags(actor_of(request), accounts)
    for row in accounts:
        row.lag = lags.get(row.pk)  # type: ignore[attr-defined]
    accounts.sort(key=lambda row: not (row.active and getattr(row, "health", None) and row.health.failures))
    offered = [(name, dict(Account.Channel.choices)[name]) for name in CHANNELS]
    return render(request, "settings/channels.html", {"tab": "channels", "accounts": accounts, "offered": offered})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest, account_id: int | None = None, channel_name: str = "") -> HttpResponse:
    """Connect an account, or change one."""
    actor = actor_of(request)
    with acting(actor, read_only=True):
        scopes = required(actor, ADMINISTRATORS)
        row = connecting.of(actor, account_id) if account_id is not None else None
        name = row.channel if row else channel_name
        if name not in CHANNELS:
            raise Http404
        found = channel(name)
        settings, kept = connecting.present(actor, row.pk) if row else ({}, frozenset())
        form = AccountForm(
            request.POST or None, scopes=scopes, asks=tuple(found.asks), new=row is None, can=found.can,
            kept=kept, initial=_initial(row, settings),
        )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        own = {asked: given[f"own_{asked.name}"] for asked in found.asks}
        try:
            saved = connecting.save(
                actor, account_id, channel_name=name, code=given.get("code", ""), name=given["name"],
                territory_id=int(given["territory"]) if given["territory"] else None, active=given["active"],
                ours=given.get("ours", True), dry_run=given.get("dry_run", False),
                settings={asked.name: value for asked, value in own.items() if asked.kind != "secret"},
                secret_values={asked.name: value for asked, value in own.items() if asked.kind == "secret"},
            )
        except Failure as failure:
            field = f"own_{failure.field}" if isinstance(failure, BadInput) else ""
            if field in form.fields:
                form.add_error(field, str(failure))
            else:
                show_failure(form, failure)
        else:
            messages.success(request, _("Подключение «%(name)s» сохранено. Проверьте его.") % {"name": saved.name})
            return redirect("settings:channel", account_id=saved.pk)
    context = {
        "tab": "channels", "form": form, "row": row, "can": found.can, "kind": dict(Account.Channel.choices)[name],
        **(_facts(request, row) if row else {}), "checks_self": hasattr(found, "own_target"),
    }
    return render(request, "settings/channel.html", context, status=422 if form.is_bound else 200)


def _initial(row: Account | None, settings: dict[str, Any]) -> dict[str, Any] | None:
    if row is None:
        return None
    fields: dict[str, Any] = {
        "name": row.name, "territory": row.territory_id or "", "active": row.active, "ours": row.ours,
        "dry_run": row.dry_run,
    }
    return {**fields, **{f"own_{name}": value for name, value in settings.items()}}


def _facts(request: HttpRequest, row: Account) -> dict[str, Any]:
    """Health and counts of one account, and the address that its far side calls."""
    with acting(actor_of(request), read_only=True):
        health = getattr(Account.objects.select_related("health").get(pk=row.pk), "health", None)
        came, went = connecting.counts(actor_of(request), row.pk)
    hook = ""
    if hasattr(channel(row.channel), "hook"):
        hook = request.build_absolute_uri(
            reverse("hook", kwargs={"channel_name": row.channel, "account_code": row.code})
        )
    sifted = None if row.ours else how_well(actor_of(request), row.pk)
    lag = connecting.lags(actor_of(request), [row]).get(row.pk)
    return {"health": health, "lag": lag, "came": came, "went": went, "hook": hook, "sifted": sifted}


@login_required
@require_POST
def check(request: HttpRequest, account_id: int) -> HttpResponse:
    """«Проверить»: the settings against the far side."""
    checked = connecting.check(actor_of(request), account_id)
    (messages.success if checked.fine else messages.error)(request, checked.words)
    for name, value in checked.facts.items():
        messages.info(request, f"{name}: {value}")
    return redirect("settings:channel", account_id=account_id)


@login_required
@require_POST
def send_to_self(request: HttpRequest, account_id: int) -> HttpResponse:
    """«Послать себе»: a trial message to the administrator's own address."""
    try:
        connecting.send_to_self(actor_of(request), account_id, request.POST.get("told", ""))
    except Failure as failure:
        messages.error(request, _("Не отправлено: %(why)s") % {"why": failure})
    else:
        messages.success(request, _("Отправлено. Проверьте, пришло ли."))
    return redirect("settings:channel", account_id=account_id)
