"""Disputes: a centre says which case is not its own doing, the curator decides."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from otklik.acting import Staff, acting
from otklik.cases import numbers
from otklik.faces.region.access import actor_of, seen_scopes
from otklik.faces.region.rating import head_of, the_run
from otklik.faces.typed_forms import TypedForm
from otklik.failures import BadInput, NotYours, Refused
from otklik.insight.models import RatingDispute
from otklik.insight.rating_disputes import dispute, disputes_of, settle, words_of

MOST_WORDS = 2000


class DisputeForm(TypedForm):
    """Which case, and why it should not count."""

    number = forms.CharField(label=gettext_lazy("Номер карточки"), max_length=40)
    words = forms.CharField(
        label=gettext_lazy("Почему её не надо считать"), max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Например: ждали ответа областной организации, письмо №…"),
    )

    def clean_number(self) -> int:
        """The number as it is kept."""
        number = numbers.parse(self.cleaned_data["number"])
        if number is None:
            raise forms.ValidationError(_("Это не номер карточки: он как %(n)s.") % {"n": numbers.shown(123)})
        return number


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def disputes(request: HttpRequest, month: str) -> HttpResponse:
    """The disputes of a month that this person sees; a new one is made here."""
    actor = actor_of(request)
    seen_scopes(actor)
    with acting(actor, read_only=True):
        run = the_run(month)
    sent = request.POST if request.method == "POST" else None
    form = DisputeForm(sent, initial={"number": request.GET.get("case", "")})
    if request.method == "POST" and isinstance(actor, Staff) and form.is_valid():
        try:
            dispute(actor, run.pk, form.cleaned_data["number"], words=form.cleaned_data["words"])
        except BadInput as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        except Refused as refused:
            return _page(request, month, form, alert=str(refused), status=409)
        else:
            messages.success(request, _("Передано куратору. Решение придёт уведомлением."))
            return redirect("region:rating_disputes", month)
    return _page(request, month, form, status=422 if form.is_bound else 200)


@login_required
@require_POST
def decide(request: HttpRequest, dispute_id: int) -> HttpResponse:
    """The curator's decision."""
    actor = actor_of(request)
    seen_scopes(actor)
    with acting(actor, read_only=True):
        row = RatingDispute.objects.select_related("run").filter(pk=dispute_id).first()
    if row is None or not isinstance(actor, Staff):
        raise NotYours(_("Такого спора нет, или он не в ваших муниципалитетах."))
    month = f"{row.run.month:%Y-%m}"
    given = {name: request.POST.get(name, "").replace("\x00", "")[: MOST_WORDS + 1] for name in ("words", "how")}
    if given["how"] not in ("accept", "refuse"):
        return _page(request, month, DisputeForm(), wrong=(dispute_id, _("Выберите: исключить или оставить."), given),
                     status=422)
    try:
        settle(actor, dispute_id, accept=given["how"] == "accept", words=given["words"])
    except BadInput as wrong:
        return _page(request, month, DisputeForm(), wrong=(dispute_id, str(wrong), given), status=422)
    except Refused as refused:
        return _page(request, month, DisputeForm(), alert=str(refused), status=409)
    messages.success(request, _("Решение записано, черновик пересчитан."))
    return redirect("region:rating_disputes", month)


def _page(
    request: HttpRequest, month: str, form: DisputeForm, *, alert: str = "",
    wrong: tuple[int, str, dict[str, str]] | None = None, status: int = 200,
) -> HttpResponse:
    actor = actor_of(request)
    with acting(actor, read_only=True):
        run = the_run(month)
        rows = list(disputes_of(run))
        said = words_of(rows)
        lines: list[dict[str, Any]] = [
            {"row": row, "asked": said[row.pk][0], "answered": said[row.pk][1], "may_decide": _decides(actor, row),
             "wrong": wrong[1] if wrong and wrong[0] == row.pk else "",
             "given": wrong[2] if wrong and wrong[0] == row.pk else {}}
            for row in rows
        ]
        context = {**head_of(actor, run), "form": form, "lines": lines, "alert": alert}
        return render(request, "region/rating/disputes.html", context, status=status)


def _decides(actor: object, row: RatingDispute) -> bool:
    return (
        isinstance(actor, Staff) and row.state == RatingDispute.State.WAITING
        and "curator" in actor.roles_at(row.scope_id) and row.made_by_id != actor.user_id
    )
