"""Room for more rows in a sheet of a stranger's form, with everything below moved as Excel itself moves it.

The library moves cells alone. Here go along: merged cells, heights of rows, formulas of the whole book, conditional
formats, checks of input, filters, tables, the print area, page breaks, names, links, pictures and charts. What ends in
the row that is repeated grows with it, so a total under one model row counts all that came of it. No Django here: this
runs in the closed process (`closed_drawing`).
"""

import re
from copy import copy
from typing import Any

from openpyxl.cell.cell import MergedCell
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError
from openpyxl.formula.translate import Translator
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.formula import ArrayFormula

_CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)(\d+)")
_LINE = re.compile(r"(\$?)()(\$?)(\d+)")
OF_MANY = frozenset({"SUM(", "COUNT(", "COUNTA(", "AVERAGE(", "MIN(", "MAX("})


def make_room(sheet: Any, at: int, more: int) -> None:
    """`more` empty rows under row `at`, which is the model of all of them."""
    if more <= 0:
        return
    own = [one for one in sheet.merged_cells.ranges if one.min_row == at == one.max_row]
    sheet.insert_rows(at + 1, more)
    _heights(sheet, at, more)
    _merged(sheet, at, more, own)
    _ranges(sheet, at, more)
    _drawings(sheet, at, more)
    _formulas(sheet, at, more)
    for row in sheet.iter_rows(min_row=at + 1):
        for cell in row:
            if getattr(cell, "hyperlink", None):
                cell.hyperlink.ref = cell.coordinate


def writable(cell: Any) -> bool:
    """Whether a value can stand in a cell: of merged ones only in the first."""
    return not isinstance(cell, MergedCell)


def copied(value: Any, origin: str, to: str, at: int, more: int) -> Any:
    """A formula of the model row `at` as it stands in one of its copies, `more` rows having come in."""
    if not isinstance(value, str) or not value.startswith("="):
        return value
    try:
        return Translator(moved_formula(value, at, more, grows=False), origin=origin).translate_formula(to)
    except TokenizerError:
        return value


def _heights(sheet: Any, at: int, more: int) -> None:
    known = sheet.row_dimensions
    for index in sorted((one for one in known if one > at), reverse=True):
        moved = known.pop(index)
        moved.index = index + more
        known[index + more] = moved
    if at in known:
        for index in range(at + 1, at + more + 1):
            known[index] = copy(known[at])
            known[index].index = index


def _merged(sheet: Any, at: int, more: int, own: list[Any]) -> None:
    """Merged cells: those below go down, those across grow, those of the model row stand in each copy."""
    for one in list(sheet.merged_cells.ranges):
        if one.min_row > at:
            one.shift(row_shift=more)
        elif one.min_row <= at < one.max_row:
            sheet.merged_cells.remove(one)
            sheet.merge_cells(CellRange(
                min_col=one.min_col, max_col=one.max_col, min_row=one.min_row, max_row=one.max_row + more
            ).coord)
    for one in own:
        for row in range(at + 1, at + more + 1):
            sheet.merge_cells(
                start_row=row, end_row=row, start_column=one.min_col, end_column=one.max_col
            )


def _row(number: int, at: int, more: int, *, last: bool) -> int:
    """Where a row stands now; the last of a range that ends with the model row goes to its last copy."""
    return number + more if number > at or last and number == at else number


def _grown(one: CellRange, at: int, more: int) -> CellRange:
    return CellRange(
        min_col=one.min_col, max_col=one.max_col, min_row=_row(one.min_row, at, more, last=False),
        max_row=_row(one.max_row, at, more, last=True),
    )


def _text(ref: str, at: int, more: int) -> str:
    """«A1:D9» as it stands now."""
    return str(_grown(CellRange(ref), at, more).coord)


def _many(given: MultiCellRange, at: int, more: int) -> MultiCellRange:
    return MultiCellRange([_grown(one, at, more) for one in given.ranges])


def _ranges(sheet: Any, at: int, more: int) -> None:
    """What the sheet says about ranges of itself."""
    def formula(text: Any) -> Any:
        return moved_formula(text, at, more) if isinstance(text, str) else text

    formats = ConditionalFormattingList()
    for one in sheet.conditional_formatting:
        for rule in one.rules:
            rule.formula = [formula(text) for text in rule.formula]
            formats.add(str(_many(one.sqref, at, more)), rule)
    sheet.conditional_formatting = formats
    for check in sheet.data_validations.dataValidation:
        check.sqref = _many(check.sqref, at, more)
        check.formula1, check.formula2 = formula(check.formula1), formula(check.formula2)
    if sheet.auto_filter.ref:
        sheet.auto_filter.ref = _text(sheet.auto_filter.ref, at, more)
    for table in sheet.tables.values():
        table.ref = _text(table.ref, at, more)
        if table.autoFilter is not None and table.autoFilter.ref:
            table.autoFilter.ref = _text(table.autoFilter.ref, at, more)
    if sheet.print_area:
        areas = [one.rpartition("!")[2].replace("$", "") for one in _areas(sheet.print_area)]
        sheet.print_area = ",".join(_text(one, at, more) for one in areas)
    for page_break in sheet.row_breaks.brk:
        if page_break.id > at:
            page_break.id += more


def _areas(text: str) -> list[str]:
    """The areas of «'Лист, 1'!$A$1:$B$2,'Лист, 1'!$D$1:$E$2»: a comma inside a name is none between areas."""
    return re.findall(r"(?:'(?:[^']|'')*'!)?[^,']+", text)


def _drawings(sheet: Any, at: int, more: int) -> None:
    for one in (*sheet._images, *sheet._charts):
        for corner in (getattr(one.anchor, "_from", None), getattr(one.anchor, "to", None)):
            if corner is not None and corner.row >= at:  # theirs count from nought
                corner.row += more


def _formulas(sheet: Any, at: int, more: int) -> None:
    """Formulas and names of the whole book that look at the rows that moved."""
    book = sheet.parent
    for other in book.worksheets:
        here = other is sheet
        for row in other.iter_rows():
            for cell in row:
                if cell.data_type != "f" or here and cell.row == at:
                    continue
                value = cell.value
                if isinstance(value, ArrayFormula):
                    value.text = moved_formula(value.text, at, more, None if here else sheet.title)
                    if here:
                        value.ref = _text(value.ref, at, more)
                elif isinstance(value, str):
                    cell.value = moved_formula(value, at, more, None if here else sheet.title)
    for names in (book.defined_names, *(one.defined_names for one in book.worksheets)):
        for name in names.values():
            if name.attr_text:
                name.attr_text = moved_formula(f"={name.attr_text}", at, more, sheet.title)[1:]


def moved_formula(text: str, at: int, more: int, of_sheet: str | None = None, *, grows: bool = True) -> str:
    """A formula after rows came in. `of_sheet`: only references that name this sheet; None: only those without a name.

    `grows`: whether ranges that end with the model row take in its copies. What cannot be read stays as it is.
    """
    equals = "" if text.startswith("=") else "="
    try:
        tokens = Tokenizer(equals + text).items
    except TokenizerError:
        return text
    out = []
    for n, token in enumerate(tokens):
        value = token.value
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            alone = n > 0 and tokens[n - 1].value.upper() in OF_MANY
            value = _reference(value, at, more, of_sheet, grows=grows, alone=alone)
        out.append(value)
    return ("" if equals else "=") + "".join(out)


def _reference(text: str, at: int, more: int, of_sheet: str | None, *, grows: bool, alone: bool) -> str:
    sheet, sign, ref = text.rpartition("!")
    named = sheet.strip("'").replace("''", "'")
    if of_sheet is not None and named != of_sheet or of_sheet is None and sheet:
        return text
    first, colon, last = ref.partition(":")

    def moved(piece: str, is_last: bool) -> str | None:
        found = _CELL.fullmatch(piece) or (_LINE.fullmatch(piece) if colon else None)
        if found is None:
            return None
        return f"{found[1]}{found[2]}{found[3]}{_row(int(found[4]), at, more, last=is_last and grows)}"

    one, other = moved(first, False), moved(last, True) if colon else None
    if one is None or colon and other is None:
        return text
    if not colon and alone and (end := moved(first, True)) != one:
        colon, other = ":", end
    return f"{sheet}{sign}{one}{colon}{other or ''}"

