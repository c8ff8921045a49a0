"""The responsibility map: which organisation does what where, learnt from assignments and redirects."""

from collections.abc import Collection, Iterable

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.cases.models import Case, Responsibility
from otklik.classifier.models import Theme
from otklik.organisations.models import Organisation

WORKING = ("organisation__territory", "organisation__parent__territory")  # who works, or stands in, and where


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


def forget_assigned(case: Case, organisation_id: int) -> None:
    """An assignment was taken back at once: nothing was learnt by it. Inside a gate."""
    rows = Responsibility.objects.filter(
        theme_id=case.theme_id or 0, group=None, territory_id=case.scope_id, organisation_id=organisation_id
    )
    rows.filter(assigned__gt=0).update(assigned=F("assigned") - 1)


def forget_redirected(case: Case, from_id: int, to_id: int) -> None:
    """A redirect was taken back at once."""
    rows = Responsibility.objects.filter(
        theme_id=case.theme_id or 0, territory_id=case.scope_id, organisation_id=from_id, redirected__gt=0
    )
    rows.update(redirected=F("redirected") - 1)
    forget_assigned(case, to_id)


def suggest(theme: Theme | None, scope_ids: list[int]) -> tuple[Organisation, str] | None:
    """Who should get a theme in these scopes (narrowest first), and why; None when the map is silent."""
    return next(iter(ranked(theme, scope_ids)), None)


def map_question(case: Case, codes: Collection[str], scope_ids: Collection[int]) -> QuerySet[Responsibility]:
    """What the map knows in these scopes for the case's theme and for those that triage proposes."""
    themes = Theme.objects.filter(Q(pk=case.theme_id) | Q(code__in=codes, retired=False))
    wanted = Q(theme__in=themes) | Q(theme=None, group__in=themes.values("group_id"))
    return Responsibility.objects.filter(wanted, territory_id__in=scope_ids).select_related(*WORKING)


def ranked(
    theme: Theme | None, scope_ids: list[int], of_map: Iterable[Responsibility] | None = None
) -> list[tuple[Organisation, str]]:
    """Everybody the map knows for a theme in these scopes (narrowest first), the best first, each once, and why.

    The theme itself goes before its group, a narrower place before a wider one; there what a person entered goes
    before what was learnt, and of the learnt whoever kept more of what was assigned. Who gave up as much as was
    assigned is not proposed. Where an organisation no longer works, the one above it stands in. `of_map`: rows that
    were asked already, perhaps of other themes, too.
    """
    if theme is None:
        return []
    fits = Q(theme=theme) | Q(theme=None, group_id=theme.group_id)
    rows: Iterable[Responsibility] = (
        Responsibility.objects.filter(fits, territory_id__in=scope_ids).select_related(*WORKING)
        if of_map is None
        else [r for r in of_map if r.theme_id == theme.pk or (r.theme_id is None and r.group_id == theme.group_id)]
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
