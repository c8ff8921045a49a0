"""Sheets in which each column in turn carries each kind of bad value: a row is taken or refused with its reason."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from django.utils import timezone

from otklik.acting import acting
from otklik.cases.models import Case
from otklik.failures import Failure
from otklik.intake import importing, taking
from otklik.intake.editions.sheet import read_edition
from otklik.intake.sheets.columns import Field
from otklik.intake.staff_list.applying import apply
from otklik.intake.staff_list.reading import COLUMNS, read_list
from otklik.organisations.models import User
from otklik.territory.boundaries import import_boundaries
from otklik.territory.street_import import import_streets
from tests.bad_input.table import Kind, kinds_for
from tests.bad_input.trying import UNSEEN, changed, digest
from tests.making import SYSTEM, place

pytestmark = pytest.mark.django_db
HOME = "gorod-kamyshin"
RIGHT = {
    "text": "Яма у дома", "created": "01.03.2026 10:00", "municipality": "Камышин", "latitude": "50.08",
    "longitude": "45.40",
}  # fmt: skip
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def cells() -> list[Kind]:
    return kinds_for("cell")


def rows_of_messages() -> list[dict[str, str]]:
    """Each column with each kind of bad value, and a right row after each column."""
    made: list[dict[str, str]] = []
    for field in Field:
        for n, kind in enumerate([*cells(), None]):
            row = {one.value: "" for one in Field} | RIGHT | {"id": f"{field.value}-{n}"}
            made.append(row if kind is None else row | {field.value: kind.value})
    return made


def as_csv(rows: list[dict[str, str]], path: Path) -> Path:
    written = io.StringIO()
    table = csv.DictWriter(written, list(rows[0]), delimiter=";")
    table.writeheader()
    table.writerows(rows)
    path.write_bytes(written.getvalue().replace("\0", "").encode("utf-8", "surrogatepass"))
    return path


def as_lines(rows: list[dict[str, str]], path: Path) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="ascii")  # half a pair is «\ud83d» there
    return path


def as_book(rows: list[dict[str, str]], path: Path) -> Path:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for n, name in enumerate(rows[0]):
            sheet.write_string(0, n, name)
        for number, row in enumerate(rows, 1):
            for n, value in enumerate(row.values()):
                sheet.write_string(number, n, NOT_IN_XML.sub("", value)[:32000])
    return path


WRITERS: dict[str, Callable[[list[dict[str, str]], Path], Path]] = {
    "csv": as_csv, "jsonl": as_lines, "xlsx": as_book,
}  # fmt: skip


@pytest.mark.parametrize("kind", WRITERS)
def test_each_column_of_a_sheet_with_each_bad_value(kind: str, tmp_path: Path) -> None:
    rows = rows_of_messages()
    path = WRITERS[kind](rows, tmp_path / f"sheet.{kind}")
    written_map = ",".join(f"{field.value}={field.value}" for field in Field)
    run = importing.begin(SYSTEM, path, into=place(HOME), written_map=written_map)
    run = taking.run(run.pk, path=path)
    print(f"\n{kind}: {run.rows} rows, {run.created} taken, {run.existing} known, {run.rejected} refused")
    assert run.rows == len(rows) == run.created + run.existing + run.rejected
    with acting(SYSTEM, read_only=True):
        refused = list(run.rejected_rows.all())
        assert len(refused) == run.rejected
        assert all(one.reason and one.row for one in refused)
        for words in Case.objects.filter(scope=place(HOME)).values_list("text", "title", "street", "house"):
            assert not UNSEEN.search("".join(words)), words
    right_ones = len(list(Field))
    assert run.created >= right_ones  # the right row after each column is taken


def test_each_column_of_the_staff_list_with_each_bad_value() -> None:
    right = {"username": "proba", "full_name": "Проба Ия Львовна", "position": "", "phone": "", "email": "",
             "role": "оператор", "place": "Камышин"}  # fmt: skip
    written, count = io.StringIO(), 0
    table = csv.writer(written, delimiter=";")
    table.writerow([heading for heading, _others in COLUMNS.values()])
    for column in COLUMNS:
        for n, kind in enumerate(cells()):
            row = right | {"username": f"{column.replace('_', '')}{n}"} | {column: kind.value}
            table.writerow([row[name] for name in COLUMNS])
            count += 1
    packed = written.getvalue().replace("\0", "").encode("utf-8", "surrogatepass")
    rows = read_list(io.BytesIO(packed), "list.csv")
    preview = apply(SYSTEM, rows, timezone.now()).preview
    wrong = [one for one in preview.rows if one.verdict == "wrong"]
    assert all(one.why and one.row.number for one in wrong)
    assert len(wrong) + sum(one.verdict != "wrong" for one in preview.rows) == len(rows)
    print(f"\n{count} rows, {len(rows)} read, {len(wrong)} refused")
    for user in User.objects.filter(is_active=True):
        for words in (user.username, user.full_name, user.position, user.phone, user.email):
            assert words is None or not UNSEEN.search(words), words


def broken_files() -> dict[str, bytes]:
    """A file of each wrong sort."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("[Content_Types].xml", "<Types/>")
        bomb.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    truncated = io.BytesIO()
    with xlsxwriter.Workbook(truncated) as book:
        book.add_worksheet().write_row(0, 0, ["id", "text"])
    return {
        "empty": b"", "only a mark of order": b"\xef\xbb\xbf", "zeros": b"\0" * 4096,
        "half a book": truncated.getvalue()[:900],
        "a bomb": packed.getvalue(), "a picture": b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "HTML": b"<html><table></table>",
        "one endless line": "я".encode() * 300_000, "JSON of another shape": b'[[[[{"a": null}]]]]',
        "deep JSON": b"[" * 100_000, "deep XML": b"<a>" * 50_000,
        "an entity": b'<!DOCTYPE a [<!ENTITY b "c">]><osm>&b;</osm>',
        "not a number": b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"x"},'
        b'"geometry":{"type":"Polygon","coordinates":[[[NaN,1],[2,3],[4,5],[NaN,1]]]}}]}',
        "a geometry of nothing": b'{"type":"FeatureCollection","features":[null,7,{"type":"Feature","properties":null,'
        b'"geometry":{"type":"Polygon","coordinates":null}}]}',
    }  # fmt: skip


def _edition(path: Path) -> object:
    from otklik.classifier import loading, storing

    with acting(SYSTEM, read_only=True):
        known = storing.edition(loading.current())
        return read_edition(path, valid_from=timezone.localdate(), known=known, title="")


def _boundaries(path: Path) -> object:
    with acting(SYSTEM):
        return import_boundaries(path.read_bytes(), file_name=path.name)


def _streets(path: Path) -> object:
    with acting(SYSTEM):
        return import_streets(path)


READERS: dict[str, tuple[tuple[str, ...], Callable[[Path], object]]] = {
    "messages": (("csv", "xlsx", "xls", "ods", "jsonl"), lambda path: importing.begin(SYSTEM, path, into=place(HOME))),
    "staff": (("csv", "xlsx", "ods"), lambda path: read_list(io.BytesIO(path.read_bytes()), path.name)),
    "themes": (("csv", "xlsx"), _edition),
    "boundaries": (("geojson",), _boundaries),
    "streets": (("osm", "geojson", "zip", "xml"), _streets),
}


@pytest.mark.parametrize("what", READERS)
def test_a_file_that_is_none_is_refused_in_words(what: str, tmp_path: Path) -> None:
    endings, read = READERS[what]
    before, holes = digest(), []
    for name, content in broken_files().items():
        for ending in endings:
            path = tmp_path / f"{len(name)}-file.{ending}"
            path.write_bytes(content)
            try:
                read(path)
                holes.append(f"{what} · {name} · .{ending}: is taken")
            except Failure as failure:
                if not any("а" <= sign <= "я" for sign in str(failure).lower()):
                    holes.append(f"{what} · {name} · .{ending}: {failure}")
            except Exception as error:
                holes.append(f"{what} · {name} · .{ending}: {type(error).__name__}: {str(error)[:120]}")
    assert not holes, "\n" + "\n".join(holes)
    assert not changed(before)
