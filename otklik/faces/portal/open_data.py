"""Open data for everybody, where the region switched them on: a page, and files for programs. Prepared texts only."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.faces.portal.open_data_described import described
from otklik.failures import NotYours
from otklik.insight.open_data import Listed, cases_are_on, editions, file_of, is_on
from otklik.insight.open_data_making import digest_of
from otklik.insight.open_data_words import LICENCE_NAME, LICENCE_URL, dictionary, formulas, licence, rules
from otklik.insight.rating_running import formulas as rating_formulas
from otklik.organisations import region_settings
from otklik.territory.tree import region

KINDS = {"csv": "text/csv; charset=utf-8", "json": "application/json", "txt": "text/plain; charset=utf-8"}
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
LASTS = 3600  # seconds that somebody else may keep an answer


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """`/data/`: what there is, month by month, how it is counted, under which terms."""
    return render(request, "portal/open_data.html", {
        "on": is_on(), "cases_on": cases_are_on(), "editions": editions(), "rules": rules(), "region": region(),
        "licence_name": LICENCE_NAME, "licence_url": LICENCE_URL,
    })  # fmt: skip


@require_safe
def month_file(request: HttpRequest, open_month: str, open_file: str, open_form: str) -> HttpResponse:
    """`/data/2026-10/figures.csv`: one file of one month."""
    found = MONTH.fullmatch(open_month)
    kept = file_of(date(int(found[1]), int(found[2]), 1), open_file, open_form) if found else None
    if kept is None:
        raise _absent()
    return _handed(request, kept.text, open_form, f"{open_file}-{open_month}.{open_form}", kept.digest)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """`/data/index.json`: all that there is, for programs."""
    _must_be_on()
    whole = _whole(request)
    return _open(JsonResponse(
        {
            "region": region().name, "licence": {"name": LICENCE_NAME, "url": LICENCE_URL},
            "licence_text": whole("portal:open_data_paper", "licence", "txt"),
            "dictionary": whole("portal:open_data_paper", "dictionary", "csv"),
            "formulas": whole("portal:open_data_paper", "formulas", "csv"),
            "description": whole("portal:open_data_description"),
            "editions": [_listed(one, whole) for one in editions()],
        },
        json_dumps_params={"ensure_ascii": False},
    ))  # fmt: skip


def _listed(one: Listed, whole: Callable[..., str]) -> dict[str, Any]:
    return {
        "month": one.word, "made_at": one.made_at.isoformat(), "municipalities": one.places, "told": one.told,
        "files": {
            name: {"rows": rows} | {
                form: whole("portal:open_data_file", one.word, name, form) for form in ("csv", "json")
            }
            for name, rows in one.rows.items()
        },
    }


@require_safe
def paper(request: HttpRequest, open_paper: str, open_form: str) -> HttpResponse:
    """`/data/dictionary.csv`, `/data/formulas.csv`, `/data/licence.txt`: what goes with the figures."""
    _must_be_on()
    wanted = f"{open_paper}.{open_form}"
    if wanted == "dictionary.csv":
        text = dictionary()
    elif wanted == "formulas.csv":
        text = formulas(rating_formulas())
    elif wanted == "licence.txt":
        text = licence(region().name, _whole(request)("portal:open_data"))
    else:
        raise _absent()
    return _handed(request, text, open_form, wanted, digest_of(text))


@require_safe
def description(request: HttpRequest) -> HttpResponse:
    """`/data/openapi.json`: the same addresses as OpenAPI 3.1."""
    _must_be_on()
    base = _whole(request)("portal:open_data").rstrip("/")
    return _open(JsonResponse(described(base, region().name), json_dumps_params={"ensure_ascii": False}))


def _must_be_on() -> None:
    if not is_on():
        raise _absent()


def _absent() -> NotYours:
    return NotYours(_("Таких открытых данных нет."))


def _whole(request: HttpRequest) -> Callable[..., str]:
    """From the name of an address to the whole address, by which the region is known outside."""
    base = str(region_settings.get("public_address")).rstrip("/") or request.build_absolute_uri("/").rstrip("/")
    return lambda name, *args: base + reverse(name, args=args)


def _handed(request: HttpRequest, text: str, form: str, name: str, digest: str) -> HttpResponse:
    """A file, or «nothing has changed» for who has it already. CSV has the mark by which Excel knows the letters."""
    tag = f'"{digest[:32]}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:  # weak: as it was sent compressed
        same: HttpResponse = HttpResponseNotModified()
        same["ETag"] = tag
        return _open(same)
    body = ("\ufeff" if form == "csv" else "") + text
    response = HttpResponse(body, content_type=KINDS[form])
    response["ETag"] = tag
    if form == "csv":
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    return _open(response)


def _open(response: HttpResponse) -> HttpResponse:
    """Pages of other sites may read it: there is nothing in it that is not for everybody."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = f"public, max-age={LASTS}"
    return response
