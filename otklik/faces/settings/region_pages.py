"""What the region and its centres decide: the public address, the go-live date, centres of one person."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.faces.settings.access import ADMINISTRATORS, actor_of, places, required, whole_region
from otklik.faces.typed_forms import TypedForm
from otklik.failures import BadInput, NotYours
from otklik.organisations import region_settings
from otklik.organisations.models import Setting
from otklik.territory.models import Kind
from otklik.typed_text import line, typed

MOST_PHONE = 40  # letters
FEWEST_DAYS, MOST_DAYS = 7, 1825
MOST_SAMPLED, MOST_WAIT, MOST_SILENT = 30, 30, 90
NUMBERS = ("arrivals_kept_days", "samples_each", "remark_days", "page_silent_days")


class RegionForm(TypedForm):
    """Decisions of the region."""

    public_address = forms.URLField(
        label=gettext_lazy("Адрес сайта"), required=False, max_length=200, assume_scheme="https",
        help_text=gettext_lazy(
            "По нему жители и исполнители откроют ссылки, например https://otklik.example.ru. Пусто — тот адрес, по "
            "которому открыта страница."
        ),
    )
    task_address = forms.URLField(
        label=gettext_lazy("Адрес страниц исполнителей"), required=False, max_length=200, assume_scheme="https",
        help_text=gettext_lazy(
            "Если поручения открываются на отдельном сайте, видном с телефона. Пусто — адрес сайта."
        ),
    )
    arrivals_kept_days = forms.IntegerField(
        label=gettext_lazy("Сколько дней хранить то, что не стало карточкой"), required=False, min_value=FEWEST_DAYS,
        max_value=MOST_DAYS,
        help_text=gettext_lazy(
            "Отсеянные комментарии, служебные письма, прочтённые события. Потом остаётся только отметка, что они были. "
            "Непрочитанное хранится, пока его не разберут."
        ),
    )
    samples_each = forms.IntegerField(
        label=gettext_lazy("Сколько ответов каждого центра смотрит куратор за неделю"), required=False, min_value=0,
        max_value=MOST_SAMPLED, help_text=gettext_lazy("0 — не отбирать. Куратор может решить иначе для центра."),
    )
    remark_days = forms.IntegerField(
        label=gettext_lazy("Сколько рабочих дней ждать ответа на замечание куратора"), required=False, min_value=1,
        max_value=MOST_WAIT,
    )
    page_silent_days = forms.IntegerField(
        label=gettext_lazy("Через сколько дней без публикаций официальная страница считается молчащей"),
        required=False, min_value=1, max_value=MOST_SILENT,
    )
    go_live = forms.DateField(
        label=gettext_lazy("Начало работы"), required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy(
            "Карточки из таблиц с датой раньше этого дня — история: о них не напоминаем, в цифрах не считаем."
        ),
    )


def _present() -> dict[str, Any]:
    day = region_settings.get("go_live")
    return {
        "public_address": region_settings.get("public_address"),
        "task_address": region_settings.get("task_address"),
        **{name: region_settings.get(name) for name in NUMBERS},
        "go_live": date.fromisoformat(day) if day else None,
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def region(request: HttpRequest) -> HttpResponse:
    """Decisions of the region, for its administrator."""
    actor = actor_of(request)
    whole_region(actor)
    present = _present()
    form = RegionForm(request.POST or None, initial=present)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        for name in ("public_address", "task_address"):
            if given[name].rstrip("/") != present[name]:
                region_settings.put(actor, name, given[name].rstrip("/"))
        for name in NUMBERS:
            if given[name] not in (None, present[name]):
                region_settings.put(actor, name, given[name])
        if given["go_live"] != present["go_live"]:
            region_settings.put(actor, "go_live", given["go_live"].isoformat() if given["go_live"] else None)
        messages.success(request, _("Сохранено."))
        return redirect("settings:region")
    context = {"tab": "region", "form": form}
    return render(request, "settings/region.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def centres(request: HttpRequest) -> HttpResponse:
    """Each centre with what it decided for itself."""
    return _centres_page(request, {})


OWN = ("one_person", "centre_phone", "spam_by_itself")  # what a centre decides here


def _centres_page(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
    """The centres; `given` is what was typed for one of them and could not be kept."""
    scopes = required(actor_of(request), ADMINISTRATORS)
    own = {
        (row.territory_id, row.name): row.value
        for row in Setting.objects.filter(territory__isnull=False, name__in=OWN)
    }
    rows = [
        {
            "place": place,
            "one_person": bool(own.get((place.pk, "one_person"), False)),
            "spam": bool(own.get((place.pk, "spam_by_itself"), False)),
            "phone": own.get((place.pk, "centre_phone"), ""),
        } | (given if given.get("place") == place.pk else {}) | {"place": place}
        for place in places(scopes) if place.kind != Kind.REGION
    ]
    context = {"tab": "centres", "rows": rows, "most_phone": MOST_PHONE}
    return render(request, "settings/centres.html", context, status=422 if given else 200)


@login_required
@require_POST
def centre(request: HttpRequest, territory_id: int) -> HttpResponse:
    """Keep what a centre decided: whether one person works there, its phone, whether spam needs a person."""
    actor = actor_of(request)
    place = next((p for p in places(required(actor, ADMINISTRATORS)) if p.pk == territory_id), None)
    if place is None or place.kind == Kind.REGION:
        raise NotYours(_("Такого центра нет, или он не ваш."))
    one_person = request.POST.get("one_person") == "1"
    spam = request.POST.get("spam_by_itself") == "1"
    typed_phone = typed(request.POST.get("centre_phone", ""))
    try:
        phone = line(typed_phone, MOST_PHONE, "centre_phone")
    except BadInput as wrong:
        given = {"place": place.pk, "phone": typed_phone, "one_person": one_person, "spam": spam, "wrong": str(wrong)}
        return _centres_page(request, given)
    for name, value in (("one_person", one_person), ("centre_phone", phone), ("spam_by_itself", spam)):
        if region_settings.get(name, place.pk) != value:
            region_settings.put(actor, name, value, place.pk)
    messages.success(request, _("Сохранено: %(place)s.") % {"place": place.short_name})
    return redirect("settings:centres")
