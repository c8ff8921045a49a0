"""The region's own signing key, and the keys of other regions that we trust."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from otklik.acting import acting
from otklik.faces.settings.access import actor_of, whole_region
from otklik.faces.settings.staff_pages import show_failure
from otklik.faces.typed_forms import TypedForm
from otklik.failures import Failure
from otklik.practice import region_keys
from otklik.practice.models import TrustedRegion


class TrustForm(TypedForm):
    """Another region's key, and its fingerprint as that region's administrator read it out."""

    name = forms.CharField(label=gettext_lazy("Какая область"), max_length=200)
    code = forms.CharField(
        label=gettext_lazy("Её код"), max_length=40, help_text=gettext_lazy("Латиницей, как у неё в программе.")
    )
    key = forms.CharField(
        label=gettext_lazy("Её открытый ключ"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("64 знака с такой же страницы её программы."),
    )
    compared = forms.CharField(
        label=gettext_lazy("Отпечаток, который вам прочли по телефону"), max_length=100,
        help_text=gettext_lazy("Позвоните администратору той области сами и запишите с его слов, не из письма."),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def exchange_keys(request: HttpRequest) -> HttpResponse:
    """Our key with its fingerprint, theirs, and a form for another one."""
    actor = actor_of(request)
    whole_region(actor)
    form = TrustForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            region_keys.trust(actor, **form.cleaned_data)
        except Failure as failure:
            show_failure(form, failure)
        else:
            messages.success(request, _("Файлы этой области теперь принимаем."))
            return redirect("settings:exchange_keys")
    key = region_keys.own_key()
    with acting(actor, read_only=True):
        code, name = region_keys.own_region()
        rows = TrustedRegion.objects.select_related("added_by").order_by("ended_at", "name")
        context = {
            "tab": "exchange_keys", "form": form, "key": key, "fingerprint": region_keys.fingerprint(key),
            "code": code, "name": name,
            "rows": [{"row": one, "fingerprint": region_keys.fingerprint(one.key)} for one in rows],
        }
        return render(request, "settings/exchange_keys.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def distrust(request: HttpRequest, region_id: int) -> HttpResponse:
    """Take nothing from it any more."""
    region_keys.distrust(actor_of(request), region_id)
    messages.success(request, _("Файлы этой области больше не принимаем."))
    return redirect("settings:exchange_keys")
