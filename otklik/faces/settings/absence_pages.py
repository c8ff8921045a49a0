"""Leave and substitution: one's own, one's centre's; entered in a minute, ended by itself."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from otklik.acting import Actor, Staff, acting
from otklik.cases import noticing
from otklik.faces.settings.access import actor_of, scopes_of_roles
from otklik.faces.settings.staff_pages import show_failure
from otklik.faces.typed_forms import TypedForm
from otklik.failures import Failure, Refused
from otklik.insight.definitions import today
from otklik.organisations import absences
from otklik.organisations.models import Absence, RoleAssignment, User
from otklik.territory.models import Kind

ENTERERS = frozenset({"administrator", "coordinator"})


class AbsenceForm(TypedForm):
    """Who, from when till when, and who stands in."""

    user = forms.TypedChoiceField(label=gettext_lazy("Кто уходит"), coerce=int)
    since = forms.DateField(
        label=gettext_lazy("Первый день"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("Последний день"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    substitute = forms.TypedChoiceField(
        label=gettext_lazy("Кто замещает"), coerce=int, required=False, empty_value=None,
        help_text=gettext_lazy("На эти дни он получит роли уходящего и увидит его карточки в «Мои»."),
    )

    def __init__(self, *args: object, people: list[User], colleagues: list[User], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["user"].choices = [(u.pk, u.full_name) for u in people]  # type: ignore[attr-defined]
        named = [(u.pk, f"{u.full_name}, {u.position}" if u.position else u.full_name) for u in colleagues]
        self.fields["substitute"].choices = [("", _("никто")), *named]  # type: ignore[attr-defined]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Who is away and will be; a form."""
    actor, day = actor_of(request), today(timezone.now())
    if not isinstance(actor, Staff) or not actor.grants:
        raise Refused(_("Отпуска — для сотрудников с ролью. Попросите её у администратора."))
    with acting(actor, read_only=True):
        people = list(_about(actor))
        colleagues = _colleagues(people)
        form = AbsenceForm(
            request.POST or None, people=people, colleagues=colleagues, initial={"user": actor.user_id, "since": day}
        )
        valid = form.is_bound and form.is_valid()
    if valid:
        given = form.cleaned_data
        try:
            row = absences.enter(
                actor, user_id=given["user"], substitute_id=given["substitute"], since=given["since"],
                until=given["until"], today=day,
            )
        except Failure as failure:
            show_failure(form, failure)
        else:
            noticing.tell_substitute(actor, row, timezone.now())
            messages.success(request, _("Отпуск записан. Он закончится сам."))
            with acting(actor, read_only=True):
                alone = absences.left_alone(row)
            for one in alone:
                messages.warning(
                    request,
                    _("%(who)s с %(since)s по %(until)s остаётся без замещающего: замещал тот, кто уходит. Отмените "
                      "тот отпуск и запишите с другим замещающим.")
                    % {"who": one.user.short_name, "since": f"{max(one.since, row.since):%d.%m}",
                       "until": f"{min(one.until, row.until):%d.%m}"},
                )
            return redirect("settings:leave")
    with acting(actor, read_only=True):
        rows = Absence.objects.filter(cancelled_at=None, until__gte=day).select_related("user", "substitute")
        ids = [u.pk for u in people]
        seen = rows.filter(Q(user_id__in=ids) | Q(substitute_id=actor.user_id)).order_by("since", "pk")
        context = {"tab": "leave", "form": form, "rows": list(seen), "today": day, "mine": set(ids)}
        return render(request, "settings/leave.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def end_leave(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Вышел раньше, or not going at all."""
    absences.end(actor_of(request), absence_id, today=today(timezone.now()))
    messages.success(request, _("Замещение закончено."))
    return redirect("settings:leave")


def _about(actor: Staff) -> QuerySet[User]:
    """Whose leave this person may note: their own, and everybody's all of whose places they coordinate."""
    scopes = scopes_of_roles(_own(actor), ENTERERS)
    everybody = User.objects.filter(is_active=True).order_by("full_name")
    if scopes is None:
        return everybody
    inside = RoleAssignment.objects.filter(territory__scope_id__in=scopes)
    outside = RoleAssignment.objects.exclude(territory__scope_id__in=scopes)
    theirs = Q(pk__in=inside.values("user")) & ~Q(pk__in=outside.values("user"))
    return everybody.filter(Q(pk=actor.user_id) | theirs)


def _own(actor: Staff) -> Actor:
    """The actor without what they hold for others: a substitute enters nobody's leave."""
    return Staff(actor.user_id, actor.name, tuple(g for g in actor.grants if g.of is None), actor.sees)


def _colleagues(people: list[User]) -> list[User]:
    """Everybody who works in a place of these people or over the whole region; the gate looks at the pair."""
    places = RoleAssignment.objects.filter(user__in=people).values("territory__scope_id")
    near = Q(assignments__territory__scope_id__in=places) | Q(assignments__territory__kind=Kind.REGION)
    return list(User.objects.filter(near, is_active=True).distinct().order_by("full_name"))
