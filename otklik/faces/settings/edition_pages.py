"""Another edition of the classifier on the page: upload, see the difference, say what themes become, adopt."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.acting import acting, widened
from otklik.classifier.loading import current
from otklik.classifier.models import ClassifierDraft, ClassifierVersion
from otklik.classifier.storing import edition
from otklik.faces.settings.access import actor_of, whole_region
from otklik.faces.settings.import_pages import CONTENT_TYPES
from otklik.faces.settings.staff_pages import show_failure
from otklik.faces.typed_forms import TypedForm
from otklik.failures import BadInput, Failure
from otklik.intake.editions import adopting
from otklik.intake.editions.sheet import NOWHERE, read_mapping, write_edition, write_mapping

MAX_UPLOAD = 20 * 1024 * 1024
FRESH_SHOWN = 200


class EditionForm(TypedForm):
    """A sheet of themes, its day, and what old themes become."""

    file = forms.FileField(
        label=gettext_lazy("Таблица тем"), max_length=255,
        help_text=gettext_lazy("CSV, XLSX, XLS или ODS. Нужны столбцы «Группа» и «Тема», остальные по желанию."),
    )
    mapping = forms.FileField(
        label=gettext_lazy("Таблица соответствий"), max_length=255, required=False,
        help_text=gettext_lazy("«Старый код» и «Новый код». Можно и без неё: сопоставите на следующей странице."),
    )
    valid_from = forms.DateField(
        label=gettext_lazy("С какого дня действует"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    title = forms.CharField(label=gettext_lazy("Как назвать"), max_length=200, required=False)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def editions(request: HttpRequest) -> HttpResponse:
    """The editions there are, those that wait, and the form for another one."""
    actor = actor_of(request)
    whole_region(actor)
    form = EditionForm(request.POST or None, request.FILES or None, initial={"valid_from": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            draft = adopting.upload(
                actor, _small(given["file"]), file_name=given["file"].name or "", valid_from=given["valid_from"],
                title=given["title"].strip(), mapping=_mapping(given["mapping"]),
            )
        except Failure as failure:
            show_failure(form, failure)
        else:
            return redirect("settings:edition", draft.pk)
    with acting(actor, read_only=True):
        context = {
            "tab": "themes", "form": form, "versions": list(ClassifierVersion.objects.order_by("-valid_from", "-pk")),
            "current": current(), "drafts": list(ClassifierDraft.objects.filter(adopted=None, dropped_at=None)),
        }
        return render(request, "settings/editions.html", context, status=422 if form.is_bound else 200)


def _small(uploaded: "UploadedFile[Any]") -> Any:
    if (uploaded.size or 0) > MAX_UPLOAD:
        raise BadInput(_("Файл больше 20 МБ: это не перечень тем."), "file")
    return uploaded.file


def _mapping(uploaded: "UploadedFile[Any] | None") -> dict[str, list[str]]:
    return read_mapping(_small(uploaded), name=uploaded.name or "") if uploaded else {}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edition_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """One uploaded edition: what it changes, what it has no place for; themes are mapped here one by one."""
    actor = actor_of(request)
    whole_region(actor)
    failure = ""
    if request.method == "POST":
        try:
            given = _mapping(request.FILES.get("mapping")) or _said(request)
            adopting.set_mapping(actor, draft_id, given)
        except Failure as refused:
            failure = str(refused)
        else:
            messages.success(request, _("Записали, чем стали темы."))
            return redirect("settings:edition", draft_id)
    with acting(actor, read_only=True), widened():  # only counts of cases are read here
        draft = adopting.waiting(draft_id)
        spec, difference = adopting.comparison(draft)
        context = {
            "tab": "themes", "draft": draft, "spec": spec, "difference": difference, "failure": failure,
            "nowhere": NOWHERE, "fresh": [spec.by_code[code] for code in difference.fresh[:FRESH_SHOWN]],
            "mapped": sum(line.is_mapped for line in difference.lines),
            "offered": [(theme.code, f"{theme.name} · {theme.code}") for theme in spec.themes],
        }
        return render(request, "settings/edition.html", context, status=422 if failure else 200)


def _said(request: HttpRequest) -> dict[str, list[str]]:
    """What was chosen beside each theme: a code, several by «|», or that a person will decide."""
    out: dict[str, list[str]] = {}
    for name, value in request.POST.items():
        text = str(value).replace("\x00", "").strip()[:500]
        if not name.startswith("becomes_") or not text:
            continue
        codes = [piece.rpartition("·")[2].strip() for piece in text.split("|") if piece.strip()]
        out[name.removeprefix("becomes_")] = [] if text.casefold() == NOWHERE else codes
    if not out:
        raise BadInput(_("Впишите хотя бы одно соответствие."))
    return out


@login_required
@require_POST
def edition_adopt(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Принять."""
    actor = actor_of(request)
    whole_region(actor)
    try:
        version = adopting.adopt(actor, draft_id)
    except Failure as failure:
        messages.error(request, str(failure))
        return redirect("settings:edition", draft_id)
    messages.success(
        request, _("Принято: «%(name)s». Открытые карточки переходят на новые темы.") % {"name": version.name}
    )
    return redirect("settings:editions")


@login_required
@require_POST
def edition_drop(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Отложить: nothing changes."""
    actor = actor_of(request)
    whole_region(actor)
    adopting.drop(actor, draft_id)
    messages.success(request, _("Отложено: классификатор прежний."))
    return redirect("settings:editions")


@login_required
@require_safe
def edition_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The edition in force as a sheet."""
    whole_region(actor_of(request))
    if kind not in CONTENT_TYPES:
        raise BadInput(_("Скачать можно CSV или XLSX."))
    return _download(write_edition(edition(current()), kind), f"themes.{kind}", kind)


@login_required
@require_safe
def edition_unmapped(request: HttpRequest, draft_id: int, kind: str) -> HttpResponse:
    """What could not be mapped, as a mapping table to be filled in."""
    actor = actor_of(request)
    whole_region(actor)
    if kind not in CONTENT_TYPES:
        raise BadInput(_("Скачать можно CSV или XLSX."))
    with widened():
        _spec, difference = adopting.comparison(adopting.waiting(draft_id))
    rows = ([line.theme.code, line.theme.name, ""] for line in difference.unmapped)
    return _download(write_mapping(rows, kind), f"mapping-{draft_id}.{kind}", kind)


def _download(content: bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=CONTENT_TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
