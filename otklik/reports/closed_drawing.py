"""A stranger's form filled in a process of its own: `python -m otklik.reports.closed_drawing`, bytes in, bytes out.

Nothing of the program is in here: no settings, no database, no secrets in its environment. Before the form is touched
the process gives up opening files and sockets (no descriptor above those it has), memory, time and writing.
"""

import io
import json
import re
import resource
import signal
import sys
from copy import copy
from typing import Any

CPU_SECONDS = 6  # then the form is told to stop, and two seconds later it is stopped
MEMORY = 1536 * 1024 * 1024
MAX_OUT = 20 * 1024 * 1024
MAX_ROWS = 20_000
_PLACE = re.compile(r"\{\{\s*([^{}]{1,120}?)\s*\}\}")
_OF_TABLE = re.compile(r"таблица\s+(\w+)\s*:\s*(.+)", re.DOTALL)
_OF_FIGURE = re.compile(r"число\s*:\s*(\w+)")


class Shown(str):
    """A text of a form's table with the value itself, and as a link."""

    значение: float | None
    ссылка: Any


class Figure(dict[str, Any]):
    """What a form may name of a figure; named by itself it is its number."""

    def __str__(self) -> str:
        return str(self["число"])


class Wrong(Exception):
    """What is wrong with a form, for whoever made it."""


def main() -> int:
    """Read what to do, close the doors, do it. Exit 3 with one line when the form is wrong."""
    given = sys.stdin.buffer.read()
    size = int.from_bytes(given[:8], "big")
    asked = json.loads(given[8 : 8 + size])
    content, document = given[8 + size :], asked["document"]
    work = {"typ": typst_form, "docx": docx_form, "xlsx": xlsx_form}[asked["form"]]
    try:
        made = work(content, document)
    except MemoryError:
        print("форме не хватило памяти", file=sys.stderr)
        return 3
    except Wrong as error:
        print(str(error)[:300], file=sys.stderr)
        return 3
    except Exception as error:  # whatever a stranger's form stumbles over, it is the form's
        lines = str(error).strip().splitlines() or [type(error).__name__]
        print(lines[0][:300], file=sys.stderr)
        return 3
    if len(made) > MAX_OUT:
        print("получился слишком большой файл", file=sys.stderr)
        return 3
    sys.stdout.buffer.write(made)
    sys.stdout.buffer.flush()
    return 0


def close_doors(*, files: int = 0, written: int = 0) -> None:
    """From here on: no file or socket can be opened, nothing written to disk, little memory and time.

    `files`, `written`: for who must keep sheets beside the memory: so many open files, so many bytes in one.
    """
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 2))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))


def typst_form(content: bytes, document: str) -> bytes:
    """A PDF by a Typst file that reads `sys.inputs.document`."""
    import typst

    from otklik.reports import closed_explaining

    typst.compile(b"warm", format="pdf", ignore_system_fonts=True)  # what is loaded on first use is loaded now
    close_doors()
    try:
        made = typst.compile(content, format="pdf", sys_inputs={"document": document}, ignore_system_fonts=True)
    except typst.TypstError as error:
        raise Wrong(closed_explaining.of_typst(error)) from error
    assert isinstance(made, bytes)
    return made


def docx_form(content: bytes, document: str) -> bytes:
    """A DOCX by docxtpl in jinja2's immutable sandbox."""
    import encodings.unicode_escape  # noqa: F401 - these two are loaded when something goes wrong, which is too late

    import jinja2.debug  # noqa: F401
    from docx import Document as new_document
    from docxtpl import DocxTemplate, RichText
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from otklik.reports import closed_explaining

    part = [""]  # what is being filled, for the words about an error

    class Sandbox(ImmutableSandboxedEnvironment):
        def from_string(self, source: Any, *others: Any, **words: Any) -> Any:
            part[0] = str(source)
            return super().from_string(source, *others, **words)

    def sandbox(**words: Any) -> Any:
        return Sandbox(undefined=StrictUndefined, **words)

    def too_long(_signal: int, _frame: Any) -> None:
        raise closed_explaining.TooLong

    _fill_docx(_empty_docx(new_document), {"место": ""}, DocxTemplate, sandbox)
    told = json.loads(document)
    close_doors()
    form = DocxTemplate(io.BytesIO(content))

    def shown(cell: Any) -> Shown:
        text = cell if isinstance(cell, str) else cell["text"]
        one = Shown(text)
        one.значение = None if isinstance(cell, str) else cell["value"]
        one.ссылка = RichText()
        address = "" if isinstance(cell, str) else cell["link"]
        one.ссылка.add(text, url_id=form.build_url_id(address) if address else None)
        return one

    signal.signal(signal.SIGXCPU, too_long)
    form.init_docx()
    try:
        made = _render(form, words_of(told, shown), sandbox)
        _refuse_lost_words(form.docx.element.body)
        return made
    except Wrong:
        raise
    except Exception as error:
        raise Wrong(closed_explaining.of_docx(error, part[0])) from error


def _refuse_lost_words(body: Any) -> None:
    """Words outside of every run, which Word does not show: `{{r …}}` of what is no link."""
    lost = next((text.strip() for text in body.xpath(".//*[local-name()='p']/text()") if text.strip()), "")
    if lost:
        raise Wrong(f"«{{{{r …}}}}» пишут только со ссылкой: {{{{r числа.….число.ссылка }}}}. Место: «{lost[:80]}»")


def _empty_docx(new_document: Any) -> bytes:
    out = io.BytesIO()
    page = new_document()
    page.add_paragraph("{{ место }}{% for one in [1] %}{{ one }}{% endfor %}")
    page.save(out)
    return out.getvalue()


def _fill_docx(content: bytes, words: dict[str, Any], template: Any, sandbox: Any) -> bytes:
    return _render(template(io.BytesIO(content)), words, sandbox)


def _render(form: Any, words: dict[str, Any], sandbox: Any) -> bytes:
    form.render(words, sandbox(autoescape=True), autoescape=True)
    out = io.BytesIO()
    form.save(out)
    return out.getvalue()


def words_of(told: dict[str, Any], shown: Any) -> dict[str, Any]:
    """What a form may name: Russian names, as the page «Формы» lists them."""
    figures, tables, paragraphs = {}, {}, []
    for block in told["blocks"]:
        if block["is"] == "figures":
            for one in block["items"]:
                figures[one["code"]] = Figure({
                    "число": shown(one["number"]), "название": one["label"], "раньше": one["note"],
                    "стрелка": {"up": "↑", "down": "↓", "same": "="}.get(one["arrow"], ""),
                })
        elif block["is"] == "table":
            tables[block["code"]] = {
                "название": block["title"], "столбцы": block["columns"],
                "строки": [[shown(cell) for cell in row] for row in block["rows"]],
            }
        elif block["is"] == "words":
            paragraphs.append("".join(one if isinstance(one, str) else one["text"] for one in block["runs"]))
    return {
        "название": told["title"], "место": told["place"], "период": told["period"], "посчитано": told["made"],
        "числа": figures, "таблицы": tables, "абзацы": paragraphs,
    }


def xlsx_form(content: bytes, document: str) -> bytes:
    """An XLSX whose cells hold {{ место }}, {{ число: received }}, {{ таблица places: Поступило }}."""
    import openpyxl
    import openpyxl.reader.excel

    from otklik.reports import closed_shifting

    warm = io.BytesIO()
    openpyxl.Workbook().save(warm)
    openpyxl.load_workbook(io.BytesIO(warm.getvalue())).save(io.BytesIO())
    told = json.loads(document)
    close_doors(files=16, written=2 * MAX_OUT)  # no language is in a sheet; the library saves it by way of files
    book = openpyxl.load_workbook(io.BytesIO(content))
    words = words_of(told, lambda cell: cell)
    for sheet in book.worksheets:
        _fill_sheet(sheet, words, closed_shifting)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill_sheet(sheet: Any, words: dict[str, Any], shifting: Any) -> None:
    at = 1
    while at <= sheet.max_row and at <= MAX_ROWS:
        table = next((name for cell in sheet[at] if (name := _table_in(cell.value))), "")
        if table:
            at += _repeat(sheet, at, table, words, shifting)
            continue
        for cell in sheet[at]:
            _fill_placed(cell, cell.value, words, None)
        at += 1


def _table_in(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    for found in _PLACE.finditer(value):
        if of := _OF_TABLE.fullmatch(found[1]):
            return of[1]
    return ""


def _repeat(sheet: Any, at: int, name: str, words: dict[str, Any], shifting: Any) -> int:
    """The row at `at` once for each row of a table; returns how many rows stand there now."""
    if name not in words["таблицы"]:
        known = ", ".join(words["таблицы"])
        raise Wrong(f"таблицы «{name}» в этом отчёте нет; есть: {known}. Место: лист «{sheet.title}», строка {at}")
    table = words["таблицы"][name]
    rows = table["строки"][: MAX_ROWS - at]
    model = [(cell.value, copy(cell._style), cell.coordinate, cell.data_type) for cell in sheet[at]]
    more = max(len(rows) - 1, 0)
    shifting.make_room(sheet, at, more)
    for number, row in enumerate(rows or [None]):
        for column, (value, style, origin, kind) in enumerate(model, 1):
            cell = sheet.cell(at + number, column)
            cell._style = copy(style)
            if not shifting.writable(cell):
                continue
            own = shifting.copied(value, origin, cell.coordinate, at, more) if kind == "f" else value
            _fill_placed(cell, own, words, (table, row))
            if kind == "s" and cell.data_type == "f":
                cell.data_type = "s"
    return max(len(rows), 1)


def _fill_placed(cell: Any, value: Any, words: dict[str, Any], of: tuple[dict[str, Any], Any] | None) -> None:
    """Fill a cell; what is wrong in it is told with its place."""
    try:
        _fill_cell(cell, value, words, of)
    except ValueError as error:
        raise Wrong(f"{error}. Место: лист «{cell.parent.title}», ячейка {cell.coordinate}") from error


def _fill_cell(cell: Any, value: Any, words: dict[str, Any], of: tuple[dict[str, Any], Any] | None) -> None:
    if not isinstance(value, str) or "{{" not in value:
        if of is not None:
            cell.value = value
        return
    whole = _PLACE.fullmatch(value.strip())
    if whole:
        found = _named(whole[1], words, of)
        if not isinstance(found, str) and found["link"]:
            cell.hyperlink = found["link"]
        number = None if isinstance(found, str) else found["value"]
        if number is not None:
            cell.value = number
            return
        text = found if isinstance(found, str) else found["text"]
    else:
        text = _PLACE.sub(lambda one: _text(_named(one[1], words, of)), value)
    cell.value = text
    cell.data_type = "s"  # a text that begins like a formula stays a text


def _text(found: Any) -> str:
    return found if isinstance(found, str) else str(found["text"])


def _named(name: str, words: dict[str, Any], of: tuple[dict[str, Any], Any] | None) -> Any:
    if found := _OF_FIGURE.fullmatch(name):
        if found[1] not in words["числа"]:
            raise ValueError(f"числа «{found[1]}» в этом отчёте нет; есть: {', '.join(words['числа'])}")
        return words["числа"][found[1]]["число"]
    if (found := _OF_TABLE.fullmatch(name)) and of is not None:
        table, row = of
        column = found[2].strip()
        if column not in table["столбцы"]:
            raise ValueError(f"столбца «{column}» в таблице нет; есть: {', '.join(table['столбцы'])}")
        return "" if row is None else row[table["столбцы"].index(column)]
    if name in ("название", "место", "период", "посчитано"):
        return words[name]
    raise ValueError(f"подстановки «{name}» нет")


if __name__ == "__main__":
    sys.exit(main())
