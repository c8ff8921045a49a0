"""What the pages of appeals share: the period and law asked for, their tabs, files as answers."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from django import forms
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from otklik.acting import Staff
from otklik.cases.appeal_figures import Asked, asked_by
from otklik.faces.desk.fields import Day, DeskForm
from otklik.failures import BadInput
from otklik.organisations.models import Organisation
from otklik.territory.models import Kind, Territory

LAWS = [("law59", _("59-ФЗ, обращения")), ("law8", _("8-ФЗ, запросы"))]
TABS: tuple[tuple[str, str | Promise, str], ...] = (
    ("appeals", _("Журнал"), "list"), ("analysis", _("Анализ"), "chart-bar"),
    ("reception", _("Личный приём"), "users"), ("inquiries", _("Письма в органы"), "mail"),
    ("post", _("Почта и подтверждения"), "send"),
)
BODIES = (
    Organisation.Kind.ADMINISTRATION, Organisation.Kind.SETTLEMENT_ADMINISTRATION, Organisation.Kind.REGIONAL_BODY,
    Organisation.Kind.REGIONAL_CENTRE, Organisation.Kind.MUNICIPAL_CENTRE, Organisation.Kind.DEPARTMENT,
)
KEEPERS = frozenset({"operator", "coordinator", "head"})  # who may take names out in a file


class PeriodForm(DeskForm):
    """Of which law, from which day to which, of which centre."""

    panel = "period"
    regime = forms.ChoiceField(label=_("Закон"), choices=LAWS, required=False)
    since = Day(label=_("С"), required=False)
    until = Day(label=_("По"), required=False)
    scope = forms.IntegerField(label=_("Муниципалитет"), required=False)

    def __init__(self, data: QueryDict, actor: Staff) -> None:
        super().__init__(data)
        self.places = scopes_of(actor)
        names = [("", _("все")), *((one.pk, one.short_name) for one in self.places)]
        self.fields["scope"].widget = forms.Select(choices=names)

    def clean_scope(self) -> int | None:
        """A centre of this person, or all of theirs."""
        scope: int | None = self.cleaned_data.get("scope")
        return scope if scope in {one.pk for one in self.places} else None


class Period(NamedTuple):
    """What is counted, the form that asked for it, and in words where."""

    asked: Asked
    form: PeriodForm
    place: str


def period_of(given: QueryDict, actor: Staff) -> Period:
    """The period asked for; without one, or with a wrong one, this quarter so far, and the form says what is wrong."""
    today = timezone.localdate()
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    query = given.copy()
    if not given.get("since") and not given.get("until"):
        query["since"], query["until"] = quarter.isoformat(), today.isoformat()
    query.setdefault("regime", "law59")
    form = PeriodForm(query, actor)
    known = form.cleaned_data if form.is_valid() else {}
    until: date = known.get("until") or today
    since: date = known.get("since") or min(quarter, until - timedelta(days=1))
    scope: int | None = known.get("scope")
    regime: str = known.get("regime") or "law59"
    try:
        asked = asked_by(actor, regime=regime, since=since, until=until, scope_id=scope)
    except BadInput as wrong:
        form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        asked = asked_by(actor, regime="law59", since=quarter, until=today, scope_id=scope)
    place = next((one.name for one in form.places if one.pk == scope), "")
    return Period(asked, form, place or ", ".join(one.name for one in form.places[:5]))


def scopes_of(actor: Staff) -> list[Territory]:
    """The centres of this person that have cases of their own; the whole region's in a list."""
    rows = Territory.objects.filter(active=True).exclude(kind=Kind.SETTLEMENT)
    if actor.sees is not None:
        rows = rows.filter(pk__in=actor.sees)
    else:
        rows = rows.filter(scope=None) | rows.filter(kind=Kind.MUNICIPALITY)
    return list(rows.order_by("name_key")[:100])


def bodies_of(actor: Staff) -> list[Organisation]:
    """Whose reception this person may write down."""
    rows = Organisation.objects.filter(active=True, kind__in=BODIES).select_related("territory")
    if actor.sees is not None:
        rows = rows.filter(territory__scope_id__in=actor.sees) | rows.filter(territory_id__in=actor.sees)
    return list(rows.order_by("name_key")[:300])


def as_file(content: bytes, content_type: str, name: str) -> HttpResponse:
    """A file to keep; no cache holds it."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def may_take_names(actor: Staff) -> bool:
    """Whether a file with names of residents is given to this person."""
    return bool(actor.roles_at(None) & KEEPERS)


def base_context(tab: str) -> dict[str, Any]:
    """The tabs, and which of them is open."""
    return {"appeal_tab": tab, "appeal_tabs": [(name, label, icon) for name, label, icon in TABS]}
