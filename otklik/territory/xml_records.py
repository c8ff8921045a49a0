"""Big XML files read as a stream of flat records: what ГАР and OSM are made of. Pure.

Entities and document types are refused: registers have none, and they are how a small file becomes a big one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from xml.parsers import expat

from otklik.failures import BadInput

CHUNK = 256 * 1024


@dataclass(slots=True)
class Record:
    """One element with its attributes, and the attributes of the elements right inside it."""

    name: str
    attributes: dict[str, str]
    inside: list[tuple[str, dict[str, str]]] = field(default_factory=list)


def records(stream: IO[bytes], names: Collection[str], called: str) -> Iterator[Record]:
    """The elements of these names, one after the other. Raises `BadInput`, naming the file as `called`."""
    done: list[Record] = []
    open_: list[Record] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if open_:
            open_[-1].inside.append((name, attributes))
        elif name in names:
            open_.append(Record(name, attributes))

    def end(name: str) -> None:
        if open_ and open_[-1].name == name:
            done.append(open_.pop())

    def refuse(*_given: Any) -> None:
        raise BadInput(f"{called}: в файле есть описание документа (DOCTYPE), такие файлы не загружаются.")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = refuse
    try:
        while chunk := stream.read(CHUNK):
            parser.Parse(chunk, False)
            yield from done
            done.clear()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise BadInput(f"{called}: это не XML или файл загрузился не целиком (строка {error.lineno}).") from None
    yield from done
