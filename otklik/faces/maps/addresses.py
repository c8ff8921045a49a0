"""Suggestions of the address field: streets of a place, houses of a street. Public: they name no person."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from otklik.territory.places_typed import settlement_typed
from otklik.territory.streets import offered_houses, offered_streets

KEPT_SECONDS = 300


@require_safe
def streets(request: HttpRequest) -> JsonResponse:
    """`/map/streets/?territory=&settlement=&q=`: streets whose name begins so."""
    place, settlement = _place(request)
    offers = offered_streets(place, _typed(request, "q"), settlement) if place else []
    return _answer([{"value": one.written, "label": one.settlement} for one in offers])


@require_safe
def houses(request: HttpRequest) -> JsonResponse:
    """`/map/houses/?territory=&settlement=&street=&q=`: known house numbers that begin so."""
    place, settlement = _place(request)
    offers = offered_houses(place, _typed(request, "street"), _typed(request, "q"), settlement) if place else []
    return _answer([{"value": one, "label": ""} for one in offers])


def _place(request: HttpRequest) -> tuple[int | None, int | None]:
    """The chosen place, and the settlement typed beside it, when there is exactly one of that name in it."""
    given = request.GET.get("territory", "")
    if not (given.isascii() and given.isdecimal() and len(given) < 12):
        return None, None
    written = _typed(request, "settlement")
    found = settlement_typed(int(given), written) if written else None
    return int(given), found.pk if found else None


def _typed(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "")[:100].strip()


def _answer(offers: list[dict[str, str]]) -> JsonResponse:
    response = JsonResponse({"offers": offers}, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return response
