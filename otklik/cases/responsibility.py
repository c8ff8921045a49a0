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
    return next(iter(ranked(theme, scope_ids)), None)


def ranked(theme: Theme | None, scope_ids: list[int]) -> list[tuple[Organisation, str]]:
    """Everybody the map knows for a theme in these scopes (narrowest first), the best first, each once, and why.

    The theme itself goes before its group, a narrower place before a wider one; there what a person entered goes
    before what was learnt, and of the learnt whoever kept more of what was assigned. Who gave up as much as was
    assigned is not proposed. Where an organisation no longer works, the one above it stands in.
    """
    if theme is None:
        return []
    rows = (
        Responsibility.objects.filter(territory_id__in=scope_ids)
        .filter(Q(theme=theme) | Q(theme=None, group_id=theme.group_id))
        .select_related("organisation__parent")
    )
    known = sorted(
        (r for r in rows if r.confirmed or r.assigned > r.redirected),
        key=lambda r: (
            r.theme_id is None, scope_ids.index(r.territory_id), not r.confirmed, r.redirected - r.assigned, r.pk
        ),
    )  # fmt: skip
    found: dict[int, tuple[Organisation, str]] = {}
    for row in known:
        working, why = row.organisation, _why(row)
        if not working.active:
            if working.parent is None or not working.parent.active:
                continue
            working, why = working.parent, _("вместо «%(was)s»") % {"was": row.organisation.short_name}
        found.setdefault(working.pk, (working, why))
    return list(found.values())


def _why(row: Responsibility) -> str:
    if row.confirmed:
        return _("по карте ответственности")
    often = ngettext("назначали %(n)s раз по этой теме", "назначали %(n)s раз по этой теме", row.assigned)
    said = often % {"n": row.assigned}
    return _("%(often)s, передавали %(m)s") % {"often": said, "m": row.redirected} if row.redirected else said
