"""What the pickers of the desk offer: organisations, themes and places, each found by a few letters."""

from collections.abc import Sequence

from django.db.models import Case as SqlCase
from django.db.models import IntegerField, Q, QuerySet, Value, When

from otklik.acting import Staff
from otklik.cases.models import Case
from otklik.classifier.loading import current
from otklik.classifier.models import Theme
from otklik.organisations.models import Organisation
from otklik.territory.models import Kind, Territory
from otklik.territory.naming import name_key
from otklik.together import asked

OFFERED = 8
MAX_ASKED = 100
MAX_LISTED = 300


def _may_get(case: Case) -> QuerySet[Organisation]:
    """Organisations that may get this case: of its municipality, and regional bodies. The ЦУР gives to anybody."""
    scope = case.scope
    own = [one for one in (scope.pk, scope.municipality_id) if one]
    within = (
        Q(territory_id__in=own)
        | Q(territory__scope_id__in=own)
        | Q(territory__municipality_id__in=own)
        | Q(territory__kind=Kind.REGION)
    )
    found = Organisation.objects.filter(active=True).exclude(
        kind__in=[Organisation.Kind.REGIONAL_CENTRE, Organisation.Kind.MUNICIPAL_CENTRE]
    )
    return found if scope.kind == Kind.REGION else found.filter(within)


def all_organisations_for(case: Case) -> list[Organisation]:
    """All of them for a plain list, the municipality's own first, then regional bodies."""
    regional = SqlCase(
        When(territory__kind=Kind.REGION, then=Value(1)), default=Value(0), output_field=IntegerField()
    )
    rows = _may_get(case).select_related("territory").annotate(regional=regional)
    return list(rows.order_by("regional", "name_key")[:MAX_LISTED])


def organisations_for(case: Case, text: str, suggested: Organisation | None = None) -> list[Organisation]:
    """Organisations that may get this case: of its municipality, and regional bodies.

    A municipal matter goes to whichever level owns it; organisations of other municipalities are not offered.
    """
    if not text:
        rows = asked(case, "organisations", nearest_question)
        if suggested is None:
            return rows
        return [suggested, *(row for row in rows if row.pk != suggested.pk)][:OFFERED]
    return list(nearest_question(case, text))


def nearest_question(case: Case, text: str = "") -> QuerySet[Organisation]:
    """Those that may get the case and whose names hold all the words, the nearest first."""
    scope = case.scope
    found = _may_get(case)
    for word in name_key(text[:MAX_ASKED]).split():
        found = found.filter(Q(name_key__contains=word) | Q(short_name__icontains=word))
    nearest = SqlCase(
        When(territory_id=scope.pk, then=Value(0)),
        When(territory__scope_id=scope.pk, then=Value(1)),
        When(territory__kind=Kind.REGION, then=Value(3)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return found.select_related("territory").annotate(nearest=nearest).order_by("nearest", "name_key")[:OFFERED]


def themes_for(text: str) -> list[Theme]:
    """Themes of the current edition whose name, group, help or residents' words contain every word asked for."""
    asked = name_key(text[:MAX_ASKED]).split()
    themes = (
        Theme.objects.filter(version=current(), retired=False)
        .select_related("group")
        .order_by("group__order", "order")
    )
    if not asked:
        return list(themes[:OFFERED])
    ranked: list[tuple[int, int, Theme]] = []
    for place, theme in enumerate(themes):
        name = name_key(theme.name)
        everything = name_key(" ".join([theme.name, theme.group.name, theme.help, *theme.synonyms]))
        if all(word in everything for word in asked):
            ranked.append((0 if all(word in name for word in asked) else 1, place, theme))
    return [theme for _rank, _place, theme in sorted(ranked, key=lambda r: r[:2])[:OFFERED]]


def places_for(scopes: Sequence[int] | None, text: str, within: int | None = None) -> list[Territory]:
    """Places by the beginning of their name, in these scopes (None: the whole region); the bigger ones first."""
    asked = name_key(text[:MAX_ASKED])
    places: QuerySet[Territory] = Territory.objects.filter(active=True).exclude(kind=Kind.REGION)
    if within is not None:
        places = places.filter(Q(municipality_id=within) | Q(scope_id=within) | Q(pk=within))
    elif scopes is not None:
        places = places.filter(Q(scope_id__in=scopes) | Q(municipality_id__in=scopes) | Q(pk__in=scopes))
    if asked:
        places = places.filter(Q(name_key__startswith=asked) | Q(name_key__contains=f" {asked}"))
    level = SqlCase(
        When(kind=Kind.MUNICIPALITY, then=Value(0)),
        When(kind=Kind.DISTRICT, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return list(places.select_related("municipality").annotate(level=level).order_by("level", "name_key")[:OFFERED])


def places_of_call(actor: Staff, text: str) -> list[Territory]:
    """Places in which this person may write down a call."""
    return places_for(None if actor.sees is None else sorted(actor.sees), text)
