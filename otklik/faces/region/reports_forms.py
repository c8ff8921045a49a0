"""Forms of reports that places upload: Typst, DOCX, XLSX; what may be named in them; versions."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.acting import acting
from otklik.faces.region.reports import as_file, staff_of
from otklik.faces.typed_forms import TypedForm
from otklik.failures import BadInput, Failure, NotYours
from otklik.reports import kinds, own_forms
from otklik.reports.access import ROLES
from otklik.reports.document import Figures, Table
from otklik.territory.models import Kind, Territory


class UploadForm(TypedForm):
    """Of which report and place, and the file."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Для какого отчёта"), choices=[(one.code, one.name) for one in kinds.KINDS.values()],
        initial="tsur", widget=forms.Select(attrs={"lang": "ru"}),
        error_messages={
            "required": gettext_lazy("Выберите отчёт."), "invalid_choice": gettext_lazy("Выберите отчёт из списка."),
        },
    )
    place = forms.TypedChoiceField(
        label=gettext_lazy("Для кого"), coerce=int, widget=forms.Select(attrs={"lang": "ru"}),
        error_messages={
            "required": gettext_lazy("Выберите место."), "invalid_choice": gettext_lazy("Выберите место из списка."),
        },
    )
    file = forms.FileField(
        label=gettext_lazy("Файл: .docx, .xlsx или .typ"), max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": ".docx,.xlsx,.typ"}),
        error_messages={
            "required": gettext_lazy("Выберите файл."), "empty": gettext_lazy("Файл пустой."),
            "max_length": gettext_lazy("Слишком длинное имя файла: переименуйте его."),
        },
    )

    def __init__(self, places: list[Territory], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"label_suffix": ""}))
        names = [(one.pk, _("Вся сеть") if one.kind == Kind.REGION else one.short_name) for one in places]
        self.fields["place"].choices = names  # type: ignore[attr-defined]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def forms_page(request: HttpRequest) -> HttpResponse:
    """The forms there are, an upload, and what a form may name."""
    actor = staff_of(request)
    with acting(actor, read_only=True):
        rows = own_forms.templates_of(actor)
        places = own_forms.formed_places(actor)
        form = UploadForm(
            places, request.POST if request.method == "POST" else None, request.FILES or None,
            initial={"place": places[0].pk if places else None},
        )
        valid = request.method == "POST" and form.is_valid()
    if valid:
        sent = form.cleaned_data["file"]
        try:
            content = sent.read(own_forms.MAX_BYTES + 1)
            row = own_forms.upload(actor, form.cleaned_data["kind"], form.cleaned_data["place"], content, sent.name)
            told = {"name": row.name, "n": row.version}
            messages.success(request, _("Форма принята: %(name)s, версия %(n)s.") % told)
            return redirect("region:report_forms")
        except NotYours:
            raise
        except BadInput as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        except Failure as failure:
            form.add_error(None, str(failure))
    with acting(actor, read_only=True):
        context = {
            "form": form if places else None, "rows": rows, "mine": {one.pk for one in places},
            "names": {code: one.name for code, one in kinds.KINDS.items()}, "known": _known(request),
            "shown": request.GET.get("known", "tsur"), "kinds": kinds.KINDS.values(),
            "reads": bool(ROLES & actor.roles_at(None)),
        }
        return render(request, "region/reports/forms.html", context, status=422 if form.is_bound else 200)


def _known(request: HttpRequest) -> dict[str, Any] | None:
    """What a form of a kind may name, read off the newest report of it."""
    kind = request.GET.get("known", "tsur")
    document = own_forms.newest_made(staff_of(request), kind) if kind in kinds.KINDS else None
    if document is None:
        return None
    return {
        "figures": [one for block in document.blocks if isinstance(block, Figures) for one in block.items],
        "tables": [block for block in document.blocks if isinstance(block, Table)],
    }


@login_required
@require_POST
def remove(request: HttpRequest, form_id: int) -> HttpResponse:
    """Reports stand on our own form again."""
    try:
        own_forms.remove(staff_of(request), form_id)
    except NotYours:
        raise
    except Failure as failure:
        messages.error(request, str(failure))
    else:
        messages.success(request, _("Форма убрана: отчёты снова на общей."))
    return redirect("region:report_forms")


@login_required
@require_safe
def form_file(request: HttpRequest, form_id: int) -> HttpResponse:
    """The form as it was uploaded."""
    actor = staff_of(request)
    row = next((one for one in own_forms.templates_of(actor) if one.pk == form_id), None)
    if row is None:
        raise NotYours(_("Такой формы нет."))
    return as_file(bytes(row.content), row.form, row.name)
