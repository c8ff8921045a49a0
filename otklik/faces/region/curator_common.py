"""What the curator's pages share: who is here, which places they may choose, files that come with a form."""

from collections.abc import Sequence
from typing import cast

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext as _

from otklik.acting import Staff
from otklik.curating.asking import MOST_FILES, Enclosed
from otklik.curating.people import CURATOR
from otklik.faces.region.access import seen_scopes
from otklik.failures import BadInput
from otklik.files.documents import MAX_BYTES, accept_document
from otklik.files.photos import PhotoRejected, accept_photo
from otklik.organisations.models import Organisation
from otklik.territory.models import Kind, Territory


def staff(request: HttpRequest) -> tuple[Staff, frozenset[int] | None]:
    """Who is here, and the scopes whose figures they see. Refuses who sees none."""
    actor = request.actor  # type: ignore[attr-defined]
    return cast(Staff, actor), seen_scopes(actor)


def scopes_with(actor: Staff, roles: frozenset[str]) -> frozenset[int] | None:
    """The scopes where the actor holds one of these roles; None is the whole region."""
    grants = [grant for grant in actor.grants if grant.role in roles]
    if any(grant.scopes is None for grant in grants):
        return None
    return frozenset().union(*(grant.scopes or frozenset() for grant in grants))


def curates(actor: Staff) -> bool:
    """Whether the actor is a curator anywhere."""
    return CURATOR in actor.roles_at(None)


def places_in(scopes: frozenset[int] | None) -> list[Territory]:
    """Municipalities (and inner districts that are centres of their own) of these scopes, by name."""
    rows = Territory.objects.filter(kind__in=[Kind.MUNICIPALITY, Kind.DISTRICT], active=True)
    if scopes is not None:
        rows = rows.filter(pk__in=scopes)
    chief = Coalesce("municipality__name_key", "name_key")  # a district stands below its city
    return list(rows.select_related("municipality").order_by(chief, "-kind", "name_key", "pk"))


def place_label(place: Territory) -> str:
    """«Камышин»; «Город: Район» for an inner district."""
    if place.kind == Kind.DISTRICT and place.municipality:
        return f"{place.municipality.short_name}: {place.short_name}"
    return place.short_name


def bodies_in(scopes: frozenset[int] | None, *, firms: bool = False) -> list[Organisation]:
    """Organisations of these scopes, by name; without housing companies, unless `firms`."""
    rows = Organisation.objects.filter(active=True).select_related("territory")
    if not firms:
        rows = rows.exclude(kind=Organisation.Kind.HOUSING_COMPANY)
    if scopes is not None:
        rows = rows.filter(Q(territory__scope_id__in=scopes) | Q(territory_id__in=scopes))
    return list(rows.order_by("name_key")[:2000])


def pressed(request: HttpRequest, yes: str, no: str) -> bool:
    """Which of two buttons was pressed: True for `yes`. Raises `BadInput` for any other word."""
    what = request.POST.get("what", "")
    if what not in (yes, no):
        raise BadInput(_("Нажмите одну из кнопок."), "what")
    return what == yes


def enclosed(request: HttpRequest) -> Sequence[Enclosed]:
    """Files of a form: pictures re-encoded, others byte for byte. Raises `BadInput` with the name of a wrong one."""
    given = request.FILES.getlist("files")
    if len(given) > MOST_FILES:
        raise BadInput(_("Не больше %(n)s файлов.") % {"n": MOST_FILES}, "files")
    taken: list[Enclosed] = []
    for one in given:
        if (one.size or 0) > MAX_BYTES:
            raise BadInput(_("Файл больше 25 МБ."), "files")
        content = one.read()
        if not content:
            raise BadInput(_("Файл пустой."), "files")
        if (one.content_type or "").startswith("image/"):
            try:
                taken.append(accept_photo(content, one.name or ""))
            except PhotoRejected as rejected:
                raise BadInput(rejected.message, "files") from rejected
        else:
            taken.append(accept_document(content, one.name or ""))
    return taken
