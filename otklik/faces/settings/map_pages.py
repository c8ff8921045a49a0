"""Maps: the tile server, the boundaries that are loaded, and their loading from a file."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from otklik.acting import Actor, acting
from otklik.faces.maps.part import map_part
from otklik.faces.settings.access import actor_of, whole_region
from otklik.faces.typed_forms import TypedForm
from otklik.failures import BadInput
from otklik.organisations import map_settings, region_settings
from otklik.territory.boundaries import BoundaryImport
from otklik.territory.boundary_file import MAX_BYTES
from otklik.territory.models import Boundary, BoundaryEdition, Kind, Street, Territory


class TilesForm(TypedForm):
    """Where the picture below the map comes from."""

    tiles = forms.CharField(
        label=gettext_lazy("Адрес подложки"), required=False, max_length=300,
        help_text=gettext_lazy(
            "Например https://tiles.example.ru/{z}/{x}/{y}.png. Пусто — карта без подложки: границы и населённые "
            "пункты. Браузеры сотрудников и жителей будут запрашивать картинки у этого сервера, и ни у какого другого."
        ),
    )
    attribution = forms.CharField(
        label=gettext_lazy("Подпись подложки"), required=False, max_length=200,
        help_text=gettext_lazy("Её требует владелец, например «© участники OpenStreetMap»."),
    )


class BoundariesForm(TypedForm):
    """A file of boundaries."""

    file = forms.FileField(
        label=gettext_lazy("Файл GeoJSON"),
        error_messages={
            "required": gettext_lazy("Выберите файл."), "empty": gettext_lazy("Файл пустой."),
            "missing": gettext_lazy("Файл не дошёл. Отправьте ещё раз."),
        },
        help_text=gettext_lazy(
            "Границы муниципалитетов или внутригородских районов, WGS 84. Прежние заменятся целиком."
        ),
    )
    source = forms.CharField(label=gettext_lazy("Откуда файл"), required=False, max_length=300)
    fewer = forms.BooleanField(
        label=gettext_lazy("Загрузить, даже если границ меньше, чем сейчас"), required=False
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def maps(request: HttpRequest) -> HttpResponse:
    """`/settings/map/`: what maps are made of; sent, keeps the tile server."""
    actor = actor_of(request)
    whole_region(actor)
    if request.method != "POST":
        return _page(request, actor, tiles=TilesForm(initial=_present()))
    form = TilesForm(request.POST)
    if form.is_valid():
        try:
            map_settings.put_tiles(actor, form.cleaned_data["tiles"], form.cleaned_data["attribution"])
        except BadInput as wrong:
            form.add_error(wrong.field, str(wrong))
        else:
            cache.delete("map-tiles")
            messages.success(request, _("Сохранено. Через минуту это увидят все."))
            return redirect("settings:map")
    return _page(request, actor, tiles=form, status=422)


@login_required
@require_POST
def load_boundaries(request: HttpRequest) -> HttpResponse:
    """`/settings/map/boundaries/`: take a file of boundaries and say what became of it."""
    actor = actor_of(request)
    whole_region(actor)
    form = BoundariesForm(request.POST, request.FILES)
    report: BoundaryImport | None = None
    if form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            if sent.size > MAX_BYTES:
                raise BadInput(_("Файл слишком большой. Упростите границы и загрузите снова."), "file")
            report = map_settings.load_boundaries(
                actor, sent.read(), sent.name or "", source=form.cleaned_data["source"],
                fewer=form.cleaned_data["fewer"],
            )
        except BadInput as wrong:
            form.add_error("file", str(wrong))
    with acting(actor, read_only=True):
        fresh = BoundariesForm() if report else form
        return _page(request, actor, boundaries=fresh, report=report, status=200 if report else 422)


def _present() -> dict[str, Any]:
    return {"tiles": region_settings.get("map_tiles"), "attribution": region_settings.get("map_tiles_attribution")}


def _page(
    request: HttpRequest, actor: Actor, *, tiles: TilesForm | None = None, boundaries: BoundariesForm | None = None,
    report: BoundaryImport | None = None, status: int = 200,
) -> HttpResponse:
    municipalities = Territory.objects.filter(kind=Kind.MUNICIPALITY, active=True)
    bounded = Boundary.objects.values("territory_id")
    context = {
        "tab": "map",
        "tiles": tiles or TilesForm(initial=_present()),
        "boundaries": boundaries or BoundariesForm(),
        "report": report,
        "editions": [
            {"edition": edition, "count": edition.boundaries.count()} for edition in BoundaryEdition.objects.all()
        ],
        "of": municipalities.count(),
        "without": list(municipalities.exclude(pk__in=bounded).values_list("short_name", flat=True)),
        "streets": Street.objects.filter(active=True).count(),
        "street_places": Street.objects.filter(active=True).values("territory").distinct().count(),
        "map": map_part(request, "settings-map", listed=False),
    }
    return render(request, "settings/map.html", context, status=status)
