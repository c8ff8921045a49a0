"""Saved views: keep the filter of the page, look after what is kept."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import Staff, acting
from otklik.cases import saved_views
from otklik.faces.desk.access import desk_view, staff_of
from otklik.faces.desk.fields import DeskForm
from otklik.faces.desk.views.queue import without_words
from otklik.failures import BadInput, Failure, NotYours


class ViewForm(DeskForm):
    """A name, and who gets it."""

    panel = "view"
    name = forms.CharField(
        label=gettext_lazy("Название"), max_length=saved_views.LONGEST,
        error_messages={"required": gettext_lazy("Назовите вид: коротко, как вкладку.")},
    )  # fmt: skip
    shared = forms.BooleanField(required=False, label=gettext_lazy("показывать всему центру"))
    first = forms.BooleanField(required=False, label=gettext_lazy("открывать «Сообщения» с него"))


@require_safe
@desk_view
def views(request: HttpRequest) -> HttpResponse:
    """What is kept: rename, delete, choose what opens the desk."""
    return _page(request, staff_of(request))


@require_POST
@desk_view
def save(request: HttpRequest) -> HttpResponse:
    """Keep the filter that stands in the address."""
    actor = staff_of(request)
    form = ViewForm(request.POST)
    query = without_words(request.GET)
    if form.is_valid():
        given = form.cleaned_data
        try:
            view = saved_views.save(
                actor, name=given["name"], query=query, shared=given["shared"], first=given["first"]
            )
        except Failure as failure:
            form.add_error("name", str(failure))
        else:
            messages.success(request, _("Вид «%(name)s» сохранён.") % {"name": view.name})
            return redirect(f"/desk/?{view.query}")
    with acting(actor, read_only=True):
        return _page(request, actor, form, query, 422)


@require_POST
@desk_view
def change(request: HttpRequest, view_id: int) -> HttpResponse:
    """Rename, delete or open with: which, says the button."""
    actor = staff_of(request)
    act = request.POST.get("act", "")
    try:
        if act == "rename":
            saved_views.rename(actor, view_id, name=request.POST.get("name", ""))
        elif act == "delete":
            saved_views.delete(actor, view_id)
        elif act in ("first", "not_first"):
            saved_views.open_with(actor, view_id if act == "first" else None)
        else:
            raise BadInput(_("Выберите, что сделать с видом."))
    except NotYours:
        raise
    except Failure as failure:
        messages.error(request, str(failure))
    else:
        messages.success(request, _("Сохранено."))
    return redirect("desk:views")


def _page(
    request: HttpRequest, actor: Staff, form: ViewForm | None = None, query: str = "", status: int = 200
) -> HttpResponse:
    context = {"saved": list(saved_views.views_of(actor)), "form": form, "query": query}
    return render(request, "desk/views.html", context, status=status)
