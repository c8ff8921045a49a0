"""What a municipality shows to everybody, and where its short form may stand: its head or administrator decides."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from otklik.acting import acting
from otklik.cases.actions.public import DECIDERS, switch
from otklik.classifier.loading import current
from otklik.classifier.publicity import never_public
from otklik.faces.settings.access import actor_of, places, required
from otklik.faces.typed_forms import TypedForm
from otklik.failures import BadInput, Failure, NotYours
from otklik.organisations import region_settings
from otklik.territory.models import Kind, Territory

MOST_HOSTS = 20
# A host by its letters, a leading «www.» and a port are as good as another: RFC 1123, section 2.1.
_HOST = re.compile(r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}(?::\d{2,5})?")


class PortalForm(TypedForm):
    """What one municipality switches on."""

    groups = forms.MultipleChoiceField(
        label=gettext_lazy("Проблемы на портале: о чём"), required=False, widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("Выберите группы из списка.")},
        help_text=gettext_lazy(
            "Отмеченное можно показывать; каждую проблему всё равно показывает человек, своими словами. Снятое уходит "
            "с портала сразу."
        ),
    )
    statistics = forms.BooleanField(
        label=gettext_lazy("Показывать статистику"), required=False,
        help_text=gettext_lazy("Сколько поступило и отвечено, по группам тем. Числа меньше 5 скрыты."),
    )
    promises = forms.BooleanField(
        label=gettext_lazy("Показывать «обещано — сделано»"), required=False,
        help_text=gettext_lazy(
            "Только обещания, которым сотрудник дал название своими словами. Обращения по 59-ФЗ не показываются."
        ),
    )
    embed_hosts = forms.CharField(
        label=gettext_lazy("Сайты, на которых может стоять форма"), required=False, max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("По одному в строке, только имя: kamyshin.example.ru. Пусто — форма нигде не видна."),
    )

    def clean_embed_hosts(self) -> list[str]:
        """Names of hosts, without the scheme and path that people paste along."""
        given = self.cleaned_data["embed_hosts"].lower().replace(",", "\n").split()
        hosts = []
        for one in given:
            host = one.removeprefix("https://").removeprefix("http://").split("/")[0]
            try:
                host = host.encode("idna").decode() if not host.isascii() else host
            except UnicodeError:
                host = ""
            if not _HOST.fullmatch(host):
                raise forms.ValidationError(_("«%(host)s» не похоже на имя сайта.") % {"host": one[:80]})
            hosts.append(host)
        if len(hosts) > MOST_HOSTS:
            raise forms.ValidationError(_("Не больше %(n)s сайтов.") % {"n": MOST_HOSTS})
        return list(dict.fromkeys(hosts))


def group_choices() -> list[tuple[str, str]]:
    """The groups that may ever be public."""
    never = never_public().groups
    return [(g.code, g.name) for g in current().groups.order_by("order") if g.code not in never]


@login_required
@require_safe
def portal(request: HttpRequest) -> HttpResponse:
    """The municipalities of this person, each with what it shows."""
    mine = [place for place in places(required(actor_of(request), DECIDERS)) if place.kind == Kind.MUNICIPALITY]
    rows = _rows(mine)
    if len(rows) == 1:
        return redirect("settings:portal_of", territory_id=rows[0]["place"].pk)
    return render(request, "settings/portal.html", {"tab": "portal", "rows": rows})


def _rows(mine: Sequence[Territory]) -> list[dict[str, Any]]:
    kept = region_settings.of_places(
        ("public_groups", "public_statistics", "embed_hosts"), [place.pk for place in mine]
    )
    return [
        {
            "place": place,
            "groups": len(kept["public_groups", place.pk]),
            "statistics": kept["public_statistics", place.pk],
            "hosts": len(kept["embed_hosts", place.pk]),
        }
        for place in mine
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def portal_of(request: HttpRequest, territory_id: int) -> HttpResponse:
    """What one municipality shows, and the ready code of its form."""
    actor = actor_of(request)
    with acting(actor, read_only=True):
        found = places(required(actor, DECIDERS))
        place = next((p for p in found if p.pk == territory_id and p.kind == Kind.MUNICIPALITY), None)
        if place is None:
            raise NotYours(_("Такого муниципалитета нет, или он не ваш."))
        present = {
            "groups": region_settings.get("public_groups", place.pk),
            "statistics": region_settings.get("public_statistics", place.pk),
            "promises": region_settings.get("public_promises", place.pk),
            "embed_hosts": "\n".join(region_settings.get("embed_hosts", place.pk)),
        }
        form = PortalForm(request.POST if request.method == "POST" else None, initial=present)
        form.fields["groups"].choices = group_choices()  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            switch(actor, place.pk, **form.cleaned_data)
        except BadInput as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        except Failure as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, _("Сохранено: %(place)s.") % {"place": place.short_name})
            return redirect("settings:portal_of", territory_id=place.pk)
    with acting(actor, read_only=True):
        context = {
            "tab": "portal", "place": place, "form": form, "hosts": region_settings.get("embed_hosts", place.pk),
            "snippet": snippet(request, place),
            "never": sorted({**never_public().groups, **never_public().themes}.items()),
        }
        return render(request, "settings/portal_of.html", context, status=422 if form.is_bound else 200)


def snippet(request: HttpRequest, place: Territory) -> str:
    """The code that a municipal site puts into its page."""
    base = str(region_settings.get("public_address")).rstrip("/") or request.build_absolute_uri("/").rstrip("/")
    title = _("Сообщить о проблеме")
    return (
        f'<iframe src="{base}/embed/{place.code}/" title="{title}" width="100%" height="760" '
        f'frameborder="0" loading="lazy" referrerpolicy="no-referrer"></iframe>'
    )
