"""The public twin of a problem as it was, so that a joining that took it off can be taken back whole.

Only public words are kept here, and ids of photos that a person chose. Gates call this (widened).
"""

from datetime import date, datetime
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime

from otklik.cases.models import Evidence
from otklik.cases.problem_models import Problem, PublicNews, PublicPhoto, PublicProblem
from otklik.cases.public_twin import follow, hindrance, public_cases
from otklik.channels.models import Attachment, Message
from otklik.files.models import StoredFile
from otklik.journal.appending import NewEntry, append

_PHOTO = ("file_id", "moment", "sha256", "content_type", "width", "height")


def snapshot(problem: Problem) -> dict[str, Any] | None:
    """The twin, its news and photos as plain values; None when there is no twin."""
    twin = PublicProblem.objects.filter(pk=problem.pk).first()
    if twin is None:
        return None
    fields = {field.attname: getattr(twin, field.attname) for field in PublicProblem._meta.concrete_fields}
    return {
        "twin": {name: _plain(value) for name, value in fields.items()},
        "news": [[one.text, one.at.isoformat()] for one in twin.news.order_by("pk")],
        "photos": [{name: getattr(one, name) for name in _PHOTO} for one in twin.photos.order_by("pk")],
    }


def bring_back(problem: Problem, kept: dict[str, Any] | None, who: str, now: datetime) -> None:
    """Put back what went off: the whole twin, or the photos of the case that has come back.

    Nothing is put back that the rules of today forbid, and a twin that a person released meanwhile stays theirs.
    """
    if not kept:
        return
    twin = PublicProblem.objects.filter(pk=problem.pk).first()
    if twin is None:
        if hindrance(problem):
            return
        fields = {name: _read(name, value) for name, value in kept["twin"].items()}
        twin = PublicProblem.objects.create(**fields | {"changed_at": now})
        PublicNews.objects.bulk_create(
            [PublicNews(public=twin, text=text, at=parse_datetime(at) or now) for text, at in kept["news"]]
        )
        append(NewEntry(f"problem:{problem.pk}", "released", who, now, {"back": True}))
    _photos_back(problem, twin, kept["photos"])
    follow(problem, now)


def _photos_back(problem: Problem, twin: PublicProblem, photos: list[dict[str, Any]]) -> None:
    wanted = {one["file_id"] for one in photos} - set(twin.photos.values_list("file_id", flat=True))
    cases = public_cases(problem)
    sent = Attachment.objects.filter(message__in_case__case__in=cases, message__direction=Message.Direction.IN)
    theirs = set(sent.values_list("file_id", flat=True))
    theirs |= set(Evidence.objects.filter(case__in=cases).values_list("file_id", flat=True))
    there = set(StoredFile.objects.filter(pk__in=wanted & theirs).values_list("pk", flat=True))
    PublicPhoto.objects.bulk_create([PublicPhoto(public=twin, **one) for one in photos if one["file_id"] in there])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _read(name: str, value: Any) -> Any:
    if not isinstance(value, str) or name not in ("planned_for", "since", "fixed_on", "released_at", "changed_at"):
        return value
    return parse_datetime(value) if name.endswith("_at") else parse_date(value)
