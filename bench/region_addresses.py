"""Every page of /region/ that a GET opens, with something real in each place of its address."""

import re
from collections.abc import Iterator
from typing import Any

CITY = "gorod-volgograd"
DAYS = ("/region/", "/region/themes/", "/region/flows/", f"/region/{CITY}/")
# The same pages as people choose them: long periods, one channel, one group or theme, another figure, several places.
CHOSEN = (
    *(f"{page}?days={days}" for page in DAYS for days in (90, 365)),
    "/region/?days=365&channel=vk", "/region/?days=90&about={group}", "/region/?days=365&about={theme}",
    "/region/?since=2024-01-15&until=2026-10-14", "/region/themes/?days=365&tiles=in_time_share",
    "/region/themes/?days=365&about={group}", "/region/themes/?days=90&channel=vk",
    "/region/themes/?since=2024-01-15&until=2026-10-14",
    f"/region/compare/?days=365&place={CITY}&place=gorod-volzhskiy&place=gorod-kamyshin",
    f"/region/{CITY}/?days=365&about={{group}}", "/region/cases/received/?days=365", "/region/cases/failed/?days=365",
    "/region/cases/received/?days=365&at=2-14",
)  # fmt: skip
FILE = re.compile(r"\.ics|\.xlsx|_form>|/(photo|file|pack|signed|events)/$")


def addresses() -> list[str]:
    """The pages, and `CHOSEN`. Read inside `acting`. What is only sent to, a file or a stream is no page."""
    from django.urls import get_resolver

    given = _given()
    found: list[str] = []
    for pattern in get_resolver("otklik.faces.region.urls").url_patterns:
        found += _of(pattern, "", given)
    chosen = [one.format(group=f"g{given['group']}", theme=f"t{given['theme']}") for one in CHOSEN]
    return [*(f"/region/{route}" for route in dict.fromkeys(found)), *chosen]


def _of(pattern: Any, before: str, given: dict[str, str]) -> Iterator[str]:
    route = before + str(getattr(pattern, "pattern", ""))
    if inner := getattr(pattern, "url_patterns", None):
        for each in inner:
            yield from _of(each, route, given)
    elif not FILE.search(route):
        names = re.findall(r"<(?:\w+:)?(\w+)>", route)
        if all(given.get(name) for name in names):
            yield re.sub(r"<(?:\w+:)?(\w+)>", lambda found: given[found[1]], route)


def _given() -> dict[str, str]:
    """A parameter of an address → a value of this set; none where the set has no such thing."""
    from django.apps import apps

    from otklik.classifier.models import Theme

    newest = {
        "burst_id": "insight.Burst", "practice_id": "practice.Practice", "exchange_id": "practice.Exchange",
        "question_id": "practice.CentreQuestion", "page_id": "curating.OfficialPage", "ask_id": "curating.Ask",
        "post_id": "curating.PlannedPost", "sampled_id": "curating.SampledAnswer", "recheck_id": "cases.Recheck",
        "report_id": "reports.Report", "making_id": "reports.Making", "meeting_id": "reports.Meeting",
        "queue_id": "cases.SilentQueue",
    }
    given = {"code": CITY, "figure": "overdue", "field_code": "act", "quarter": "2026-3", "report_kind": "note"}
    for name, label in newest.items():
        row = apps.get_model(label).objects.order_by("-pk").values_list("pk", flat=True).first()
        given |= {name: str(row)} if row else {}
    month = apps.get_model("insight.RatingRun").objects.filter(state="published").order_by("-month").first()
    if month:
        given["month"] = f"{month.month:%Y-%m}"
    theme = Theme.objects.filter(retired=False).order_by("pk").first()
    if theme:
        given |= {"theme": str(theme.pk), "group": str(theme.group_id)}
    flow = apps.get_model("insight.CaseFact").objects.filter(path__isnull=False).values_list("path", flat=True).first()
    if flow:
        given |= {"from_id": str(flow[0]), "to_id": str(flow[1])}
    return given
