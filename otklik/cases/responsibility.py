"""The responsibility map: which organisation does what where, learnt from assignments and redirects."""

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.cases.models import Case, Responsibility
from otklik.classifier.models import Theme
from otklik.organisations.models import Organisation


def remember_assigned(case: Case, organisation_id: int) -> None:
    """One more assignment of this theme here. Inside a gate."""
    if case.theme_id:
        row, _new = Responsibility.objects.get_or_create(
            theme_id=case.theme_id, group=None, territory_id=case.scope_id, organisation_id=organisation_id
        )
        Responsibility.objects.filter(pk=row.pk).update(assigned=F("assigned") + 1)


def remember_redirected(case: Case, from_id: int, to_id: int) -> None:
    """One organisation gave it up, another got it."""
    if case.theme_id:
        Responsibility.objects.filter(
            theme_id=case.theme_id, territory_id=case.scope_id, organisation_id=from_id
        ).update(redirected=F("redirected") + 1)
        remember_assigned(case, to_id)


def suggest(theme: Theme | None, scope_ids: list[int]) -> tuple[Organisation, str] | None:
    """Who should get a theme in these scopes (narrowest first), and why; None when the map is silent."""
    if theme is None:
        return None
    rows = (
        Responsibility.objects.filter(territory_id__in=scope_ids, organisation__active=True)
        .filter(Q(theme=theme) | Q(theme=None, group_id=theme.group_id))
        .select_related("organisation")
    )
    ranked = sorted(
        (r for r in rows if r.confirmed or r.assigned > r.redirected),
        key=lambda r: (r.theme_id is None, scope_ids.index(r.territory_id), not r.confirmed, r.redirected - r.assigned),
    )
    if not ranked:
        return None
    best = ranked[0]
    often = ngettext("назначали %(n)s раз по этой теме", "назначали %(n)s раз по этой теме", best.assigned)
    why = _("по карте ответственности") if best.confirmed else often % {"n": best.assigned}
    return best.organisation, why
