"""The guest's sheet read from the DOCX they filled in and sent back: cells by our own labels. Pure.

Nothing is lost: what stands where no label of ours says what it is, is given back as it is, to be typed in by a person.
Only words are read; the file is not kept. Its labels are Russian, as all that stands on paper (decision 085).
"""

import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from docx.oxml.ns import qn

from otklik.answers.letter_form import check_document
from otklik.failures import BadInput
from otklik.typed_text import typed

PEOPLE = "Кто примет участие (имя и должность)"
QUESTIONS = "О чём хотите спросить"
WORDS = "Что стоило бы показать иначе"
WHAT, WHO, DUE = "Что берём", "Кто", "Срок"
CODE = "Код встречи"
LABELS = {PEOPLE: "people", QUESTIONS: "questions", WORDS: "words"}
MOST_TAKEN, MOST_UNREAD = 3, 40
MOST_BYTES = 3 * 1024 * 1024
_DAY = re.compile(r"(?<!\d)(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?!\d)", re.ASCII)
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)", re.ASCII)
_SPOKEN = re.compile(r"(?<!\d)(\d{1,2})\s+([а-яё]+)\s+(\d{4})(?!\d)")
_MONTHS = ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября",
           "декабря")  # fmt: skip


@dataclass
class ReadSheet:
    """What a sheet says. `taken`: what, who, day (None: not read, or none). `unread`: what a person has to look at."""

    people: str = ""
    questions: str = ""
    words: str = ""
    code: str = ""
    taken: list[tuple[str, str, date | None]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nobody wrote anything."""
        return not (self.people or self.questions or self.words or self.taken or self.unread)


def read_sheet(content: bytes, known: Collection[str] = ()) -> ReadSheet:
    """The sheet. `known`: texts that we printed on it ourselves. Raises `BadInput` (field `file`) for no such document.
    """
    if len(content) > MOST_BYTES:
        raise BadInput(_("Лист больше 3 МБ. Уберите из него картинки или внесите его руками."), "file")
    check_document(content, may_link=True)  # Word makes a link of every e-mail address that somebody types
    try:
        body = Document(io.BytesIO(content)).element.body
    except Exception as error:  # whatever a foreign file makes the reader stumble over, it is the file's
        raise BadInput(_("Файл не читается как документ Word. Внесите лист руками."), "file") from error
    found, ours = ReadSheet(), {_plain(one) for text in known for one in text.splitlines()}
    under = ""  # the label that the words below it answer
    for block in body.iterchildren(qn("w:p"), qn("w:tbl"), qn("w:sdt")):
        if block.tag == qn("w:tbl"):
            _read_table(found, block, ours)
            under = ""
            continue
        for text in _lines(block):
            label = next((one for one in LABELS if _plain(text) == _plain(one)), "")
            if label:
                under = LABELS[label]
            elif _plain(text).startswith(_plain(CODE)):
                found.code = found.code or text.rpartition(":")[2].strip()
            elif _plain(text) and _plain(text) not in ours:
                _add(found, under, text)
    return found


def _read_table(found: ReadSheet, table: Any, ours: set[str]) -> None:
    columns: dict[str, int] = {}
    for row in _own(table, qn("w:tr"), qn("w:tbl")):
        cells = ["\n".join(_lines(cell)) for cell in _own(row, qn("w:tc"), qn("w:tr"))]
        heads = {one: at for at, text in enumerate(cells) for one in (WHAT, WHO, DUE) if _plain(text) == _plain(one)}
        label = next((one for one in LABELS if cells and _plain(cells[0]).startswith(_plain(one))), "")
        if len(heads) == 3:
            columns = heads
        elif label:
            rest = cells[0][len(label):] if cells[0].startswith(label) else ""  # typed into the label's own cell
            for text in (rest, *cells[1:]):
                if _plain(text):
                    _add(found, LABELS[label], text)
        elif columns:
            _add_taken(found, cells, columns)
        else:
            found.unread += [text for text in cells if _plain(text) and not _is_ours(text, ours)]


def _is_ours(text: str, ours: set[str]) -> bool:
    return all(_plain(one) in ours for one in text.splitlines() if _plain(one))


def _add_taken(found: ReadSheet, cells: list[str], columns: dict[str, int]) -> None:
    what, who, due = (" ".join(cells[columns[one]].split()) if columns[one] < len(cells) else ""
                      for one in (WHAT, WHO, DUE))  # fmt: skip
    spare = [text for at, text in enumerate(cells) if at not in columns.values() and not text.strip(" №.").isdecimal()]
    found.unread += [text for text in spare if _plain(text)]
    if not (what or who or due):
        return
    if len(found.taken) == MOST_TAKEN:
        found.unread.append(" · ".join(one for one in (what, who, due) if one))
        return
    day = day_of(due)
    if due and day is None:
        found.unread.append(f"{what or len(found.taken) + 1}: {due}")
    found.taken.append((what, who, day))


def day_of(text: str) -> date | None:
    """The day that somebody wrote: «1.02.2027», «2027-02-01», «до 1 февраля 2027»; None for anything less."""
    low = text.lower()
    try:
        if told := _ISO.search(low):
            return date(int(told[1]), int(told[2]), int(told[3]))
        if told := _DAY.search(low):
            year = int(told[3])
            return date(year if year > 99 else 2000 + year, int(told[2]), int(told[1]))
        if told := _SPOKEN.search(low):
            return date(int(told[3]), _MONTHS.index(told[2]) + 1, int(told[1]))
    except ValueError:
        pass
    return None


def _add(found: ReadSheet, name: str, text: str) -> None:
    if name:
        before = getattr(found, name)
        setattr(found, name, typed(f"{before}\n{text}"))
    else:
        found.unread.append(text)


def _own(above: Any, tag: str, within: str) -> Iterator[Any]:
    """The parts of a table or row themselves, not those of a table inside it; also inside controls of content."""
    for node in above.iter(tag):
        parent = node.getparent()
        while parent is not above and parent.tag not in (within, tag):
            parent = parent.getparent()
        if parent is above:
            yield node


def _lines(block: Any) -> list[str]:
    """The paragraphs of a block as lines that hold anything but the line drawn to write on."""
    found = []
    for paragraph in block.iter(qn("w:p")):
        text = "".join(
            node.text or "" if node.tag == qn("w:t") else " " if node.tag == qn("w:tab") else "\n"
            for node in paragraph.iter(qn("w:t"), qn("w:tab"), qn("w:br"))
        )
        found += [one for one in (typed(part.replace("_", " ")) for part in text.splitlines()) if one]
    return found


def _plain(text: str) -> str:
    """Letters and digits only: a person who writes into a form changes spaces and stops."""
    return "".join(re.findall(r"\w+", text.replace("_", " ").lower()))
