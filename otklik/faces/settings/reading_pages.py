"""`/settings/reading/`: how well the program understands texts, what it learnt from, and where it may act by itself."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.acting import acting, widened
from otklik.cases import abstaining, learning, learning_jobs, reader_drift
from otklik.cases.models import ReaderVersion
from otklik.faces.settings.access import actor_of, places, required
from otklik.faces.settings.reading_pictures import drawn_curve, drawn_weeks
from otklik.faces.templatetags.reading_tags import growth_words
from otklik.faces.typed_forms import TypedForm
from otklik.failures import Failure, NotYours
from otklik.organisations import region_settings
from otklik.territory.models import Kind, Territory

READERS = frozenset({"administrator", "analyst"})
SHOWN = 12  # versions of each task
MIN_CURVE = 20  # texts above a threshold, for a row of the curve to say anything


class ReadingForm(TypedForm):
    """What one municipality decides about the reader."""

    precision = forms.ChoiceField(
        label=gettext_lazy("Насколько верной должна быть тема"),
        choices=[("0.9", gettext_lazy("не меньше 90 из 100")), ("0.95", gettext_lazy("не меньше 95 из 100"))],
        help_text=gettext_lazy("Где программа уверена меньше, она пишет «не знаю», и тему выбирает человек."),
        error_messages={"invalid_choice": gettext_lazy("Выберите из списка.")},
    )
    by_itself = forms.BooleanField(
        label=gettext_lazy("Выбирать тему без человека, когда программа уверена"), required=False,
        help_text=gettext_lazy(
            "Только для обычных жалоб без опасности для жизни и без брани. Журнал карточки скажет, что тему выбрала "
            "программа; сотрудник отменит это одной клавишей."
        ),
    )


@login_required
@require_safe
def reading(request: HttpRequest) -> HttpResponse:
    """The version in use, earlier ones, the curve, municipalities and the weeks."""
    actor = actor_of(request)
    scopes = required(actor, READERS)
    now = timezone.now()
    mine = [place for place in places(scopes) if place.kind == Kind.MUNICIPALITY]
    rows = list(
        ReaderVersion.objects.defer("content").select_related("made_by").order_by("-pk")[: SHOWN * len(learning.TASKS)]
    )
    kept = set(ReaderVersion.objects.filter(content__isnull=False).values_list("pk", flat=True))
    theme = _in_use(rows, ReaderVersion.Task.THEME)
    weeks = reader_drift.weeks(now, _with_districts(mine) if scopes is not None else None)
    context = {
        "tab": "reading", "theme": _card(theme), "executor": _card(_in_use(rows, ReaderVersion.Task.EXECUTOR)),
        "versions": [_card(row) | {"can_go_back": row.pk in kept and row.state == "replaced"} for row in rows],
        "curve": [point for point in theme.card.get("curve", ()) if point["n"] >= MIN_CURVE] if theme else [],
        "picture": drawn_curve(theme.card.get("curve", ())) if theme else None,
        "places": _places(mine, theme), "weeks": weeks[::-1], "weeks_picture": drawn_weeks(weeks),
        "growth": [growth_words(one) for one in reader_drift.growth(weeks)],
        "may_teach": learning.may_teach(actor),
        "asked": region_settings.get("reader_asked"), "tried": _tried(),
    }
    return render(request, "settings/reading.html", context)


@login_required
@require_POST
def learn(request: HttpRequest) -> HttpResponse:
    """«Обучить сейчас»: the worker begins within a minute."""
    try:
        learning_jobs.ask(actor_of(request), timezone.now())
    except Failure as wrong:
        messages.error(request, str(wrong))
    else:
        messages.success(request, _("Обучение начнётся в течение минуты. Итог появится на этой странице."))
    return redirect("settings:reading")


@login_required
@require_POST
def back(request: HttpRequest) -> HttpResponse:
    """Use an earlier version, or none."""
    chosen, task = request.POST.get("version", ""), request.POST.get("task", "")
    try:
        if task not in ReaderVersion.Task.values or not (chosen == "" or (chosen.isascii() and chosen.isdigit())):
            raise NotYours(_("Такой версии нет."))
        learning.go_back(actor_of(request), task, int(chosen[:15]) if chosen else None, timezone.now())
    except Failure as wrong:
        messages.error(request, str(wrong))
    else:
        messages.success(request, _("Готово. Новые сообщения программа читает уже так."))
    return redirect("settings:reading")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reading_of(request: HttpRequest, territory_id: int) -> HttpResponse:
    """One municipality: the precision it wants, and whether the program may act by itself."""
    actor = actor_of(request)
    with acting(actor, read_only=True):
        found = places(required(actor, READERS))
        place = next((p for p in found if p.pk == territory_id and p.kind == Kind.MUNICIPALITY), None)
        if place is None:
            raise NotYours(_("Такого муниципалитета нет, или он не ваш."))
        present = {
            "precision": f"{abstaining.precision_of(region_settings.get('theme_precision', place.pk)):g}",
            "by_itself": region_settings.get("theme_by_itself", place.pk),
        }
        form = ReadingForm(request.POST if request.method == "POST" else None, initial=present)
        row = ReaderVersion.objects.filter(task=ReaderVersion.Task.THEME, state="in_use").defer("content").first()
        line = _places([place], row)[0]
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with acting(actor), widened():
                region_settings.decide(actor, "theme_precision", float(given["precision"]), place.pk, READERS)
                region_settings.decide(actor, "theme_by_itself", given["by_itself"], place.pk, READERS)
        except Failure as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, _("Сохранено: %(place)s.") % {"place": place.short_name})
            return redirect("settings:reading")
    context = {"tab": "reading", "place": place, "form": form, "line": line}
    with acting(actor, read_only=True):
        return render(request, "settings/reading_of.html", context, status=422 if form.is_bound else 200)


def _in_use(rows: list[ReaderVersion], task: str) -> ReaderVersion | None:
    found = next((row for row in rows if row.task == task and row.state == ReaderVersion.State.IN_USE), None)
    return found or ReaderVersion.objects.filter(task=task, state="in_use").defer("content").first()


def _card(row: ReaderVersion | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {
        "row": row, "card": row.card, "shares": _shares(row.card.get("figures")),
        "was": _shares(row.card.get("before")), "since": _day(row.card.get("from")), "until": _day(row.card.get("to")),
    }  # fmt: skip


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None


def _shares(figures: dict[str, Any] | None) -> dict[str, tuple[int, int, int]]:
    """Shares in whole percents: value, and the ends of its interval."""
    told = figures or {}
    return {
        name: (round(told[name][0] * 100), round(told[name][1] * 100), round(told[name][2] * 100))
        for name in ("top1", "top3") if name in told
    }


def _places(mine: list[Territory], theme: ReaderVersion | None) -> list[dict[str, Any]]:
    card = theme.card if theme else {}
    kept = region_settings.of_places(("theme_precision", "theme_by_itself"), [place.pk for place in mine])
    rows = []
    for place in mine:
        wanted = abstaining.precision_of(kept["theme_precision", place.pk])
        limit = abstaining.threshold_of(card, place.pk, wanted)
        own = (card.get("thresholds") or {}).get("of", {}).get(str(place.pk), {})
        rows.append({
            "place": place, "precision": round(wanted * 100), "limit": limit, "percent": round(limit.p * 100),
            "judged": own.get("n", 0), "by_itself": kept["theme_by_itself", place.pk],
        })  # fmt: skip
    return rows


def _with_districts(mine: list[Territory]) -> list[int]:
    ids = [place.pk for place in mine]
    return [*ids, *Territory.objects.filter(municipality_id__in=ids, kind=Kind.DISTRICT).values_list("pk", flat=True)]


def _tried() -> list[str]:
    """What came of the last learning, as sentences."""
    told = region_settings.get("reader_tried") or {}
    names = {"theme": _("Темы"), "executor": _("Исполнители")}
    said = []
    for task, name in names.items():
        outcome = told.get(task) or {}
        if outcome.get("refused"):
            said.append(f"{name}: {outcome['refused']}")
        elif outcome.get("failed"):
            said.append(_("%(task)s: не получилось, сообщите администратору сервера.") % {"task": name})
        elif outcome.get("state") == ReaderVersion.State.REFUSED:
            said.append(_("%(task)s: новая версия не лучше прежней, поэтому работает прежняя.") % {"task": name})
        elif outcome.get("state"):
            said.append(_("%(task)s: новая версия лучше и уже работает.") % {"task": name})
    return said
