"""Staff: the list, an invitation, one person with roles, a link for a new password, shutting out."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.acting import Actor
from otklik.faces.settings.access import (
    ADMINISTRATORS,
    WATCHERS,
    Scopes,
    actor_of,
    required,
    scopes_of_roles,
    sections_of,
)
from otklik.faces.settings.addresses import outside_address
from otklik.faces.settings.staff_forms import InviteForm, PersonForm, RoleForm
from otklik.failures import BadInput, Failure, NotYours, Refused
from otklik.insight.definitions import today
from otklik.organisations import invitations, people, second_factor, staffing
from otklik.organisations.models import RoleAssignment, User

PAGE = 50


def show_failure(form: Form, failure: Failure) -> None:
    """Put what a verb refused beside its field, or above the form."""
    field = failure.field if isinstance(failure, BadInput) else ""
    form.add_error(field if field in form.fields else None, str(failure))


@login_required
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The first section that this person may open."""
    sections = sections_of(actor_of(request))
    if not sections:
        raise Refused(_("Настройки для сотрудников с ролью. Попросите её у администратора."))
    return redirect(f"settings:{sections[0].code}")


def _seen(scopes: Scopes) -> QuerySet[User]:
    """Staff whose places all or partly lie in the scopes; who has no role yet belongs to the whole region."""
    users = User.objects.order_by("full_name", "id")
    return users if scopes is None else users.filter(assignments__territory__scope_id__in=scopes).distinct()


def the_person(actor: Actor, user_id: int, roles: frozenset[str] = ADMINISTRATORS) -> User:
    """A member of staff whom this actor administers. Raises `NotYours` for any other."""
    person = _seen(required(actor, roles)).filter(pk=user_id).first()
    if person is None:
        raise NotYours(_("Такого сотрудника нет, или он не в вашем муниципалитете."))
    return person


@login_required
@require_safe
def staff(request: HttpRequest) -> HttpResponse:
    """The list, searched by name, log-in name or position."""
    actor = actor_of(request)
    scopes = required(actor, WATCHERS)
    held = RoleAssignment.objects.select_related("territory").order_by("role", "territory__name_key")
    day = today(timezone.now())
    held = held.filter(since__lte=day).filter(Q(until=None) | Q(until__gte=day))
    found = _seen(scopes).prefetch_related(Prefetch("assignments", held, to_attr="held"))
    if words := request.GET.get("text", "").replace("\x00", "").strip()[:100]:
        found = found.filter(
            Q(full_name__icontains=words) | Q(username__icontains=words) | Q(position__icontains=words)
        )
    if request.GET.get("blocked") == "1":
        found = found.filter(is_active=False)
    administers = scopes_of_roles(actor, ADMINISTRATORS)
    context = {
        "tab": "staff", "text": words, "blocked": request.GET.get("blocked") == "1",
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "may_change": administers is None or bool(administers),
    }
    return render(request, "settings/staff.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Make a person; the answer shows the link to hand over, once."""
    actor, now = actor_of(request), timezone.now()
    scopes = required(actor, ADMINISTRATORS)
    form = InviteForm(request.POST or None, scopes=scopes)
    if request.method == "POST" and form.is_valid():
        person = {name: form.cleaned_data[name] for name in InviteForm.field_order}
        try:
            user, token = invitations.invite(actor, **person, roles=form.roles(), now=now)
        except Failure as failure:
            show_failure(form, failure)
        else:
            return _link_page(request, user, token, first=True)
    status = 422 if form.is_bound else 200
    return render(request, "settings/invite.html", {"tab": "staff", "form": form}, status=status)


def _link_page(request: HttpRequest, user: User, token: str, *, first: bool) -> HttpResponse:
    context = {
        "tab": "staff", "person": user, "first": first, "days": invitations.LIFETIME.days,
        "address": outside_address(request, "invitation", token),
    }
    return render(request, "settings/link.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """One person: how to reach them, their roles, what can be done."""
    actor = actor_of(request)
    who = the_person(actor, user_id)
    fields = {"full_name": who.full_name, "position": who.position, "phone": who.phone, "email": who.email}
    form = PersonForm(request.POST or None, initial=fields)
    if request.method == "POST" and form.is_valid():
        try:
            people.save_person(actor, user_id, **form.cleaned_data)
        except Failure as failure:
            show_failure(form, failure)
        else:
            messages.success(request, _("Сохранено."))
            return redirect("settings:person", user_id)
    return _person_page(request, who, form, None)


def _person_page(request: HttpRequest, who: User, form: PersonForm | None, role_form: RoleForm | None) -> HttpResponse:
    actor, day = actor_of(request), today(timezone.now())
    scopes = required(actor, ADMINISTRATORS)
    fields = {"full_name": who.full_name, "position": who.position, "phone": who.phone, "email": who.email}
    held = list(who.assignments.select_related("territory").order_by("role", "territory__name_key"))
    context = {
        "tab": "staff", "person": who,
        "form": form or PersonForm(initial=fields),
        "role_form": role_form or RoleForm(scopes=scopes, initial={"since": day}),
        "roles": [r for r in held if r.until is None or r.until >= day],
        "former": [r for r in held if r.until is not None and r.until < day],
        "themself": getattr(actor, "user_id", None) == who.pk,
        "second_factor": second_factor.has(who.pk),
    }
    bound = (form and form.is_bound) or (role_form and role_form.is_bound)
    return render(request, "settings/person.html", context, status=422 if bound else 200)


@login_required
@require_POST
def give_role(request: HttpRequest, user_id: int) -> HttpResponse:
    """One more role in a place."""
    actor = actor_of(request)
    who = the_person(actor, user_id)
    form = RoleForm(request.POST, scopes=required(actor, ADMINISTRATORS))
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            staffing.give_role(actor, user_id, chosen["role"], int(chosen["place"]), chosen["since"])
        except Failure as failure:
            show_failure(form, failure)
        else:
            messages.success(request, _("Роль дана. Она действует со следующей страницы этого человека."))
            return redirect("settings:person", user_id)
    return _person_page(request, who, None, form)


@login_required
@require_POST
def take_role(request: HttpRequest, user_id: int, assignment_id: int) -> HttpResponse:
    """End a role: yesterday was its last day."""
    actor = actor_of(request)
    who = the_person(actor, user_id)
    if not who.assignments.filter(pk=assignment_id).exists():
        raise NotYours(_("Такой роли нет."))
    staffing.take_role(actor, assignment_id, today(timezone.now()) - timedelta(days=1))
    messages.success(request, _("Роль снята."))
    return redirect("settings:person", user_id)


@login_required
@never_cache
@require_POST
def reset_password(request: HttpRequest, user_id: int) -> HttpResponse:
    """A link by which the person sets a new password."""
    actor = actor_of(request)
    who = the_person(actor, user_id)
    return _link_page(request, who, invitations.reset_password(actor, user_id, timezone.now()), first=False)


@login_required
@require_POST
def set_active(request: HttpRequest, user_id: int) -> HttpResponse:
    """Shut a person out, or let them in again."""
    actor = actor_of(request)
    the_person(actor, user_id)
    active = request.POST.get("active") == "1"
    staffing.set_active(actor, user_id, active)
    closed = _("Вход закрыт: открытые страницы тоже перестанут работать.")
    messages.success(request, _("Вход открыт.") if active else closed)
    return redirect("settings:person", user_id)
