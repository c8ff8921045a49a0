"""What each column of a sheet means: chosen on the page before a loading, remembered by source, corrected later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.faces.settings.access import IMPORTERS, Scopes, actor_of, required
from otklik.faces.settings.column_words import FIELD_WORDS
from otklik.failures import Failure, NotYours
from otklik.intake import layouts
from otklik.intake.models import SheetLayout
from otklik.intake.sheets.columns import Field
from otklik.intake.sheets.layout import MAX_COLUMNS

# Recognised, shown and kept as they came, but read by nothing yet: no choice that would do nothing.
UNREAD = frozenset(
    {Field.THEME_GROUP, Field.KIND, Field.TAGS, Field.CHANNEL, Field.LATITUDE, Field.LONGITUDE}
)
ELSEWHERE: tuple[str, str | Promise] = ("number_elsewhere", gettext_lazy("Номер в другой системе"))


@dataclass(frozen=True)
class ColumnChoice:
    """One column of theirs: its place among the columns, examples of what stands there, and what it means."""

    place: int
    header: str
    samples: Sequence[str]
    chosen: str


def meanings() -> list[tuple[str, str | Promise]]:
    """What a column may mean, in the order of our fields."""
    return [*((str(f), FIELD_WORDS[f]) for f in Field if f not in UNREAD), ELSEWHERE]


def choices(
    headers: Sequence[str], stored: Mapping[str, str], samples: Sequence[Sequence[str]] = (), given: Sequence[str] = ()
) -> list[ColumnChoice]:
    """The columns with their meanings: as they were just sent, else as they are kept."""
    out = []
    for place, header in enumerate(headers):
        chosen = given[place] if place < len(given) else layouts.meaning_of(stored, header)
        out.append(ColumnChoice(place, header, samples[place] if place < len(samples) else (), chosen))
    return out


def given_meanings(request: HttpRequest) -> list[str]:
    """What was chosen for each column, in the sheet's order."""
    out = []
    for place in range(MAX_COLUMNS):
        value = request.POST.get(f"meaning_{place}")
        if value is None:
            break
        out.append(value.replace("\x00", "")[:100])
    return out


def _layouts(scopes: Scopes) -> list[SheetLayout]:
    found = SheetLayout.objects.select_related("profile__into").order_by("profile__name", "-saved_at")
    if scopes is not None:
        found = found.filter(profile__into__scope_id__in=scopes)
    return list(found[:500])


def _layout(scopes: Scopes, layout_id: int) -> SheetLayout:
    found = SheetLayout.objects.select_related("profile__into").filter(pk=layout_id)
    if scopes is not None:
        found = found.filter(profile__into__scope_id__in=scopes)
    if (layout := found.first()) is None:
        raise NotYours(_("Такого профиля нет, или он не вашего центра."))
    return layout


@login_required
@require_safe
def profiles(request: HttpRequest) -> HttpResponse:
    """The sources of this centre, and how their sheets are read."""
    found = _layouts(required(actor_of(request), IMPORTERS))
    return render(request, "settings/profiles.html", {"tab": "imports", "layouts": found})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest, layout_id: int) -> HttpResponse:
    """How sheets with one header are read; corrected here without loading anything."""
    actor = actor_of(request)
    layout = _layout(required(actor, IMPORTERS), layout_id)
    failure, given = "", given_meanings(request)
    if request.method == "POST":
        try:
            layouts.correct(actor, layout_id, given)
        except Failure as refused:
            failure = str(refused)
        else:
            messages.success(request, _("Запомнили. Следующая такая таблица прочтётся так."))
            return redirect("settings:profiles")
    context = {
        "tab": "imports", "layout": layout, "failure": failure, "meanings": meanings(),
        "choices": choices(layout.headers, layout.columns, given=given),
    }
    return render(request, "settings/profile.html", context, status=422 if failure else 200)


@login_required
@require_POST
def profile_forget(request: HttpRequest, layout_id: int) -> HttpResponse:
    """Forget how such sheets are read."""
    actor = actor_of(request)
    _layout(required(actor, IMPORTERS), layout_id)
    layouts.forget(actor, layout_id)
    messages.success(request, _("Забыли. Следующую такую таблицу узнаем по названиям столбцов."))
    return redirect("settings:profiles")
