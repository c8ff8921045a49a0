"""Loading of sheets by page: upload, say which column is what, watch, accept, mend what was rejected."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.acting import acting
from otklik.faces.settings.access import IMPORTERS, Scopes, actor_of, place_choices, required
from otklik.faces.settings.column_words import FIELD_WORDS
from otklik.faces.settings.staff_pages import show_failure
from otklik.failures import BadInput, Failure, NotYours
from otklik.intake import importing
from otklik.intake.models import ImportRun, OutsideWord
from otklik.intake.report import rejected_file
from otklik.intake.sheets.columns import REQUIRED, Field
from otklik.intake.sheets.reading import open_sheet
from otklik.intake.sheets.rows import Row, SheetRejected

PAGE = 25
REJECTED_SHOWN = 100
SAMPLE_ROWS = 3
MANY = 60  # characters of a sample that are shown
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class UploadForm(forms.Form):
    """Which file, for which place, from where."""

    file = forms.FileField(
        label=gettext_lazy("Таблица"), max_length=255,
        help_text=gettext_lazy("CSV, XLSX или JSON Lines, до 200 МБ. Кодировку определим сами."),
    )
    into = forms.ChoiceField(
        label=gettext_lazy("Куда загрузить"),
        help_text=gettext_lazy("Строки без муниципалитета попадут сюда."),
    )
    profile = forms.CharField(
        label=gettext_lazy("Откуда таблица"), max_length=60, required=False,
        help_text=gettext_lazy(
            "Название системы, например «Инцидент». Номера не повторяются внутри одной системы: по ним повторная "
            "загрузка узнаёт своё. Пусто — общая таблица этого места."
        ),
    )

    def __init__(self, *args: Any, scopes: Scopes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = place_choices(scopes)
        # Whoever works in one municipality loads into it: it stands first, before its inner districts.
        own = scopes is not None and places and all(name.startswith("—") for _key, name in places[1:])
        self.fields["into"].choices = places if own else [("", "—"), *places]  # type: ignore[attr-defined]


def the_run(scopes: Scopes, run_id: int) -> ImportRun:
    """A run by id, if it goes into one of these places. Inside `acting`."""
    found = ImportRun.objects.select_related("profile__into", "scope").filter(pk=run_id)
    if scopes is not None:
        found = found.filter(scope_id__in=scopes)
    if (run := found.first()) is None:
        raise NotYours(_("Такой загрузки нет, или она не в вашем муниципалитете."))
    return run


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """The list of loadings, and the form for a new one."""
    actor = actor_of(request)
    scopes = required(actor, IMPORTERS)
    form = UploadForm(request.POST or None, request.FILES or None, scopes=scopes)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            run = importing.prepare(actor, given["file"], int(given["into"]), given["profile"].strip())
        except Failure as failure:
            show_failure(form, failure)
        else:
            return redirect("settings:import", run.pk)
    with acting(actor, read_only=True):
        runs = ImportRun.objects.select_related("profile", "scope").order_by("-id")
        if scopes is not None:
            runs = runs.filter(scope_id__in=scopes)
        context = {
            "tab": "imports", "form": form, "page": Paginator(runs, PAGE).get_page(request.GET.get("page")),
            "waiting_words": _waiting_words(scopes),
        }
        return render(request, "settings/imports.html", context, status=422 if form.is_bound else 200)


def _waiting_words(scopes: Scopes) -> int:
    words = OutsideWord.objects.filter(mapped_at=None, theme=None, organisation=None, territory=None)
    if scopes is not None:
        words = words.filter(profile__into__scope_id__in=scopes)
    return words.count()


@dataclass(frozen=True)
class ColumnChoice:
    """One of our fields with the column chosen for it, and what stands there."""

    field: str
    label: str
    required: bool
    chosen: str
    samples: Sequence[str]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One loading, by its state: the columns, the progress, the result."""
    actor = actor_of(request)
    scopes = required(actor, IMPORTERS)
    failure = ""
    if request.method == "POST":
        with acting(actor, read_only=True):
            the_run(scopes, run_id)
        try:
            importing.set_columns(actor, run_id, _columns_given(request))
            importing.start(actor, run_id)
        except Failure as refused:
            failure = str(refused)
        else:
            return redirect("settings:import", run_id)
    with acting(actor, read_only=True):
        return _run_page(request, the_run(scopes, run_id), failure)


def _columns_given(request: HttpRequest) -> dict[str, str]:
    return {str(f): value for f in Field if (value := request.POST.get(f"column_{f}", "").replace("\x00", ""))}


def _run_page(request: HttpRequest, run: ImportRun, failure: str) -> HttpResponse:
    context: dict[str, Any] = {"tab": "imports", "run": run, "failure": failure}
    if run.state == ImportRun.State.WAITING:
        chosen = _columns_given(request) if request.method == "POST" else run.columns
        try:
            columns, rows = _look_into(run)
        except (SheetRejected, OSError) as error:
            context["failure"] = failure or getattr(error, "message", "") or _("Файл потерян: загрузите его ещё раз.")
            columns, rows = [], []
        context |= {"columns": columns, "choices": _choices(chosen, rows), "rows": rows}
    elif run.state == ImportRun.State.DONE:
        context |= {
            "rejected": list(run.rejected_rows.order_by("row")[:REJECTED_SHOWN]), "shown": REJECTED_SHOWN,
            "waiting_words": OutsideWord.objects.filter(
                profile=run.profile, theme=None, organisation=None, territory=None
            ).count(),
        }
    return render(request, "settings/import.html", context, status=422 if failure else 200)


def _look_into(run: ImportRun) -> tuple[list[str], list[Row]]:
    """The columns of the kept sheet and its first good rows."""
    rows: list[Row] = []
    with open_sheet(Path(run.stored_at), run.file_name) as sheet:
        for row in sheet.rows():
            if isinstance(row, Row):
                rows.append(row)
            if len(rows) == SAMPLE_ROWS or row.number > SAMPLE_ROWS * 10:
                break
        return sheet.columns, rows


def _choices(chosen: dict[str, str], rows: Sequence[Row]) -> list[ColumnChoice]:
    """What is found first, then what could still be found; each in the order of our fields."""
    out = []
    for field in Field:
        column = chosen.get(str(field), "")
        samples = [text for row in rows if column and (text := str(row.values.get(column, "")).strip()[:MANY])]
        out.append(ColumnChoice(str(field), str(FIELD_WORDS[field]), field in REQUIRED, column, samples))
    return sorted(out, key=lambda one: not (one.required or one.chosen))


@login_required
@require_safe
def import_progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """The moving part of a running loading; when it has ended the whole page comes anew."""
    run = the_run(required(actor_of(request), IMPORTERS), run_id)
    answer = render(request, "settings/parts/import_progress.html", {"run": run})
    if run.state != ImportRun.State.RUNNING:
        answer["HX-Refresh"] = "true"
    return answer


@login_required
@require_POST
def import_again(request: HttpRequest, run_id: int) -> HttpResponse:
    """Go on with a loading that stopped; what was taken stays."""
    actor = actor_of(request)
    with acting(actor, read_only=True):
        the_run(required(actor, IMPORTERS), run_id)
    importing.start(actor, run_id)
    return redirect("settings:import", run_id)


@login_required
@require_POST
def import_accept(request: HttpRequest, run_id: int) -> HttpResponse:
    """«Открыто N, просрочено M — принять?»: yes."""
    actor = actor_of(request)
    with acting(actor, read_only=True):
        the_run(required(actor, IMPORTERS), run_id)
    importing.accept_result(actor, run_id, timezone.now())
    messages.success(request, _("Результат принят. Открытые карточки стоят в очереди."))
    return redirect("settings:import", run_id)


@login_required
@require_safe
def import_rejected(request: HttpRequest, run_id: int, kind: str) -> HttpResponse:
    """The rejected rows as a sheet with reasons, to mend and load again."""
    run = the_run(required(actor_of(request), IMPORTERS), run_id)
    if kind not in CONTENT_TYPES:
        raise BadInput(_("Скачать можно CSV или XLSX."))
    answer = HttpResponse(rejected_file(run, kind), content_type=CONTENT_TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="rejected-{run.pk}.{kind}"'
    answer["Cache-Control"] = "no-store"
    return answer
