"""`otklik understand`: texts in, understandings out, without a database; for programs and for the curious."""

import json
import sys
import time
from typing import TYPE_CHECKING, Any

import click

from otklik.failures import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from otklik.triage import Knowledge

MOST_OF_A_LINE = 4_000_000  # characters of a line that are taken in
MOST_JOBS = 64


@click.command()
@click.option("--no-places", is_flag=True, help="Не искать места (быстрее начинает).")
@click.option(
    "--jobs",
    type=click.IntRange(1, MOST_JOBS),
    metavar="N",
    help="Сколько текстов читать сразу; обычно по числу ядер. Порядок строк сохраняется.",
)
def understand(no_places: bool, jobs: int | None) -> None:
    """Прочитать тексты: на входе по строке JSON на текст («"нет воды"»), на выходе по объекту JSON на строку.

    Работает без базы: по классификатору, засеянным фразам и местам, которые идут с программой.
    """
    from otklik.operations.side_by_side import cores, in_order

    known = _knowledge(places=not no_places)
    understood("Нет света", known)  # what is read when first needed is read once, before there are several processes
    for answer in in_order(lambda text: _told(text, known), _texts(), min(jobs or cores(), MOST_JOBS)):
        click.echo(answer)


def _texts() -> "Iterator[str]":
    for number, line in enumerate(sys.stdin.buffer, start=1):
        written = line.decode("utf-8", "replace").strip("\r\n\ufeff \t")
        if written:
            yield _text(written, number)


def _told(text: str, known: "Knowledge") -> str:
    halves = any("\ud800" <= sign <= "\udfff" for sign in text)  # half a character cannot be printed as it is
    return json.dumps(understood(text, known), ensure_ascii=halves)


def understood(text: str, known: "Knowledge") -> dict[str, Any]:
    """One text as the command prints it; offsets count characters of the text as given, `ms` is the time spent."""
    from otklik.triage import Hints
    from otklik.triage import understand as read
    from otklik.triage.personal import personal_spans, redact

    began = time.perf_counter()
    found = read(text, Hints(), known)
    # A very long text is read in part for its matter, but whole for what must be hidden in it.
    spans = personal_spans(text) if found.is_cut else found.personal
    told = {
        "themes": [
            {"code": one.code, "name": one.name, "p": one.p, "words": [[w.start, w.end] for w in one.words]}
            for one in found.themes
        ],
        "abstains": found.abstains,
        "importance": found.importance,
        "importance_reason": found.importance_reason,
        "kind": found.kind,
        "tone": sorted(found.tone),
        "place": _place(found.where),
        "personal": [{"start": one.start, "end": one.end, "kind": one.kind} for one in spans],
        "redacted": redact(text, spans),
    }
    return {**told, "ms": round((time.perf_counter() - began) * 1000, 2)}


def _place(where: Any) -> dict[str, Any] | None:
    if where.place is None and where.address is None and not where.settlement and where.landmark is None:
        return None
    place, address = where.place, where.address
    return {
        "name": place.name if place is not None else where.settlement or None,
        "municipality": where.municipality or None,
        "settlement": where.settlement or None,
        "street": address.street if address else None,
        "house": address.house or None if address else None,
        "landmark": where.landmark.name if where.landmark else None,
        "point": list(where.point) if where.point else None,
        "confidence": round(where.confidence, 2),
        "span": list(where.span) if where.span else None,
        "candidates": [hit.name for hit in where.candidates],
    }


def _knowledge(*, places: bool) -> "Knowledge":
    from pathlib import Path

    from otklik import regions
    from otklik.embedded.home import home_folder
    from otklik.territory.region_gazetteer import gazetteer_of
    from otklik.triage.model.shipped import shipped_knowledge

    finder = None
    if places:
        shipped = Path(regions.__file__).parent / regions.DEFAULT
        finder = gazetteer_of(shipped) if shipped.is_dir() else None
    return shipped_knowledge(home_folder(), finder)


def _text(written: str, number: int) -> str:
    if len(written) > MOST_OF_A_LINE:
        raise BadInput(f"Строка {number} длиннее {MOST_OF_A_LINE} знаков.", "stdin")
    try:
        text = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"Строка {number} — не JSON: нужна строка в кавычках, «\"нет воды\"».", "stdin") from error
    if not isinstance(text, str):
        raise BadInput(f"Строка {number}: нужна строка JSON, а не {type(text).__name__}.", "stdin")
    return text
