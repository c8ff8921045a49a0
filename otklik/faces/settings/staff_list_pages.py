"""Staff from a sheet: the template, the upload with its preview, and what came of it with links to hand over."""

import io
import zlib
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.acting import acting
from otklik.faces.settings.access import ADMINISTRATORS, actor_of, required
from otklik.faces.settings.addresses import outside_address
from otklik.faces.settings.staff_pages import show_failure
from otklik.failures import BadInput, Failure
from otklik.insight.definitions import today
from otklik.intake.staff_list.applying import apply
from otklik.intake.staff_list.judging import Preview, judge
from otklik.intake.staff_list.reading import MAX_BYTES, ListRow, how_to_fill, read_list, template
from otklik.organisations import invitations

_SALT = "otklik.staff-list"
_HOUR = 3600


class ListForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=gettext_lazy("Список сотрудников"), help_text=gettext_lazy("XLSX, ODS, XLS или CSV по образцу, до 5 МБ."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.ods,.xls,.csv"}),
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def staff_list(request: HttpRequest) -> HttpResponse:
    """Upload a list and see what each row would do. Nothing is changed here."""
    actor = actor_of(request)
    required(actor, ADMINISTRATORS)
    form = ListForm(request.POST or None, request.FILES or None)
    preview: Preview | None = None
    kept = ""
    if request.method == "POST" and form.is_valid():
        uploaded = form.cleaned_data["file"]
        try:
            if (uploaded.size or 0) > MAX_BYTES:
                raise BadInput(_("Файл больше 5 МБ: это не список сотрудников."), "file")
            rows = read_list(io.BytesIO(uploaded.read()), uploaded.name or "")
            with acting(actor, read_only=True):
                preview = judge(actor, rows, today(timezone.now()))
            kept = signing.dumps([row.kept() for row in rows], salt=_SALT, compress=True)
        except Failure as failure:
            show_failure(form, failure)
    context = {"tab": "staff", "form": form, "preview": preview, "kept": kept, "rules": how_to_fill()}
    status = 422 if form.is_bound and preview is None else 200
    with acting(actor, read_only=True):
        return render(request, "settings/staff_list.html", context | _shown(preview), status=status)


@login_required
@never_cache
@require_POST
def apply_staff_list(request: HttpRequest) -> HttpResponse:
    """Apply what was seen; the answer shows the links of the new people, once."""
    actor = actor_of(request)
    required(actor, ADMINISTRATORS)
    try:
        kept = signing.loads(request.POST.get("kept", ""), salt=_SALT, max_age=_HOUR)
        rows = [ListRow(**row) for row in kept]
    except (signing.BadSignature, TypeError, ValueError, zlib.error) as error:
        raise BadInput(_("Список открыт слишком давно. Загрузите файл ещё раз.")) from error
    applied = apply(actor, rows, timezone.now())
    with acting(actor, read_only=True):
        links = [(user, outside_address(request, "invitation", token)) for user, token in applied.invited]
        context = {
            "tab": "staff", "applied": applied, "links": links, "days": invitations.LIFETIME.days,
            "wrong": [one for one in applied.preview.rows if one.verdict == "wrong"],
        }
        return render(request, "settings/staff_list_applied.html", context)


@login_required
@require_safe
def staff_list_template(request: HttpRequest) -> HttpResponse:
    """The empty list to fill in."""
    required(actor_of(request), ADMINISTRATORS)
    response = HttpResponse(
        template(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = 'attachment; filename="staff.xlsx"'
    return response


def _shown(preview: Preview | None) -> dict[str, Any]:
    """Wrong rows first: they need a person; those that change nothing last."""
    if preview is None:
        return {}
    order = {"wrong": 0, "changed": 1, "new": 2, "same": 3}
    rows = sorted(preview.rows, key=lambda one: (order[one.verdict], one.row.number))
    return {"rows": rows[:500], "more": max(0, len(rows) - 500), "counts": preview.counts()}
