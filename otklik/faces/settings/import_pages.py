"""Loading of sheets by page: upload, say which column is what, watch, accept, mend what was rejected."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.acting import acting
from otklik.faces.settings import column_pages
from otklik.faces.settings.access import IMPORTERS, Scopes, actor_of, place_choices, required
from otklik.faces.settings.staff_pages import show_failure
from otklik.faces.typed_forms import TypedForm
from otklik.failures import BadInput, Failure, NotYours
from otklik.intake import importing
from otklik.intake.conflicts import open_conflicts
from otklik.intake.mirroring import missing_of
from otklik.intake.models import ImportRun, OutsideWord, SheetProfile
from otklik.intake.previewing import look_into
from otklik.intake.report import rejected_file
from otklik.intake.sheets.columns import Field
from otklik.intake.sheets.rows import SheetRejected

PAGE = 25
REJECTED_SHOWN = 100
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class UploadForm(TypedForm):
    """Which file, for which place, from where."""

    file = forms.FileField(
        label=gettext_lazy("Таблица"), max_length=255,
        help_text=gettext_lazy("CSV, XLSX или JSON Lines до 200 МБ, XLS или ODS до 20 МБ. Кодировку определим сами."),
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
    full = forms.BooleanField(
        label=gettext_lazy("Это полная выгрузка"), required=False,
        help_text=gettext_lazy("Тогда покажем, какие открытые карточки из неё пропали. Сами их не тронем."),
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
            run = importing.prepare(actor, given["file"], int(given["into"]), given["profile"].strip(),
                                    full=given["full"])
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
            "waiting_words": _waiting_words(scopes), "profiles": _profile_names(scopes),
            "open_conflicts": open_conflicts(actor).count(),
        }
        return render(request, "settings/imports.html", context, status=422 if form.is_bound else 200)


def _profile_names(scopes: Scopes) -> list[str]:
    """The sources of these places by name, to choose from while typing."""
    found = SheetProfile.objects.exclude(code__startswith="sheet-").order_by("name")
    if scopes is not None:
        found = found.filter(into__scope_id__in=scopes)
    return sorted(set(found.values_list("code", flat=True)[:300]))


def _waiting_words(scopes: Scopes) -> int:
    words = OutsideWord.objects.filter(mapped_at=None, theme=None, organisation=None, territory=None)
    if scopes is not None:
        words = words.filter(profile__into__scope_id__in=scopes)
    return words.count()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One loading, by its state: the columns with a preview, the progress, the result."""
    actor = actor_of(request)
    scopes = required(actor, IMPORTERS)
    failure = ""
    if request.method == "POST":
        with acting(actor, read_only=True):
            the_run(scopes, run_id)
        try:
            importing.set_columns(
                actor, run_id, column_pages.given_meanings(request),
                tab=request.POST.get("tab", "").replace("\x00", "")[:200], full=request.POST.get("full") == "on",
            )
            if request.POST.get("act") != "look":
                importing.start(actor, run_id)
        except Failure as refused:
            failure = str(refused)
        else:
            return redirect(f"{reverse('settings:import', args=[run_id])}#preview")
    with acting(actor, read_only=True):
        return _run_page(request, the_run(scopes, run_id), failure)


def _run_page(request: HttpRequest, run: ImportRun, failure: str) -> HttpResponse:
    context: dict[str, Any] = {"tab": "imports", "run": run, "failure": failure}
    if run.state == ImportRun.State.WAITING:
        try:
            look = look_into(run)
        except (SheetRejected, OSError) as error:
            context["failure"] = failure or getattr(error, "message", "") or _("Файл потерян: загрузите его ещё раз.")
        else:
            given = column_pages.given_meanings(request) if failure else []
            context |= {
                "look": look, "meanings": column_pages.meanings(), "undated": not run.columns.get(Field.CREATED),
                "choices": column_pages.choices(look.columns, run.columns, look.samples, given),
            }
    elif run.state == ImportRun.State.DONE:
        context |= {
            "rejected": list(run.rejected_rows.order_by("row")[:REJECTED_SHOWN]), "shown": REJECTED_SHOWN,
            "waiting_words": OutsideWord.objects.filter(
                profile=run.profile, theme=None, organisation=None, territory=None
            ).count(),
            "missing": missing_of(run)[:REJECTED_SHOWN] if run.full else [],
        }
    return render(request, "settings/import.html", context, status=422 if failure else 200)


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
