"""The form (бланк) of a body: a DOCX with placeholders, checked when it comes, filled without an engine. Pure.

What is refused: macros, objects inside, links to anything outside, field codes that fetch, entities of XML, archives
that unpack to much. Placeholders are looked up in a table, so no words of a letter can be a command.
"""

import copy
import io
import re
import xml.etree.ElementTree as XmlTree
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from docx import Document
from docx.oxml.ns import qn

from otklik.answers.letter import BLANK, Letter
from otklik.failures import BadInput

MAX_BYTES = 3 * 1024 * 1024
MAX_UNPACKED = 30 * 1024 * 1024
MAX_PARTS = 400
FIELDS = {
    "организация": _lazy("название организации"),
    "контакты": _lazy("её телефон и почта"),
    "исх. номер": _lazy("исходящий номер, когда он есть; иначе черта, чтобы вписать"),
    "исх. дата": _lazy("дата отправки"),
    "вх. номер": _lazy("номер обращения"),
    "вх. дата": _lazy("дата его регистрации"),
    "адресат": _lazy("кому"),
    "тема": _lazy("о чём письмо"),
    "текст": _lazy("текст ответа; в своём абзаце — по абзацам, с его оформлением"),
    "подписант": _lazy("кто подписывает"),
    "исполнитель": _lazy("кто подготовил"),
    "телефон исполнителя": _lazy("его телефон"),
}
MUST = ("текст", "адресат")
_PLACE = re.compile(r"\{\s*([^{}\n]{1,40}?)\s*\}")
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_FETCHING = re.compile(r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE|MACROBUTTON)\b", re.IGNORECASE)
_FORBIDDEN = ("vbaproject", "/activex/", "/embeddings/", "oleobject", ".bin", ".exe", ".dll")


def check(content: bytes) -> list[str]:
    """The placeholders of a form that may be used. Raises `BadInput` (field «file») that says what is wrong."""
    check_document(content)
    found: list[str] = []
    for paragraph in _paragraphs(_opened(content)):
        found += [" ".join(one.lower().split()) for one in _PLACE.findall(_text(paragraph))]
    if unknown := next((one for one in found if one not in FIELDS), None):
        raise _wrong(
            _("Такой подстановки в бланке нет: «{%(name)s}». Есть: %(known)s.")
            % {"name": unknown, "known": ", ".join(f"{{{one}}}" for one in FIELDS)}
        )
    if missing := [one for one in MUST if one not in found]:
        raise _wrong(_("В бланке не хватает: %(what)s.") % {"what": ", ".join(f"{{{one}}}" for one in missing)})
    return list(dict.fromkeys(found))


def check_document(content: bytes, *, may_link: bool = False) -> None:
    """That a stranger's DOCX holds nothing but a document. Raises `BadInput` (field «file») that says what is wrong.

    `may_link`: links to the outside are let through, where words are only read and the file is not kept.
    """
    parts = _parts(content)
    for name, part in parts.items():
        low = name.lower()
        if any(word in f"/{low}" for word in _FORBIDDEN):
            raise _wrong(_("В файле есть макрос или вложенный объект. Сохраните бланк документом DOCX без них."))
        if low.endswith((".xml", ".rels")):
            _check_xml(low, part, may_link=may_link)
    if _MAIN not in parts["[Content_Types].xml"].decode("utf-8", "replace"):
        raise _wrong(_("Это не обычный документ DOCX: сохраните бланк как «Документ Word (.docx)»."))


def _wrong(words: str) -> BadInput:
    return BadInput(words, "file")


def _parts(content: bytes) -> dict[str, bytes]:
    if len(content) > MAX_BYTES:
        raise _wrong(_("Файл больше 3 МБ. Уменьшите картинки в бланке."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            rows = archive.infolist()
            if len(rows) > MAX_PARTS or sum(row.file_size for row in rows) > MAX_UNPACKED:
                raise _wrong(_("Внутри файла слишком много всего для бланка."))
            # A size in the list may be a lie: no more than it says is read.
            parts = {row.filename: archive.open(row).read(row.file_size + 1) for row in rows if not row.is_dir()}
            if sum(map(len, parts.values())) > MAX_UNPACKED:
                raise _wrong(_("Внутри файла слишком много всего для бланка."))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise _wrong(_("Файл не читается. Нужен документ Word (.docx), без пароля.")) from error
    if len(parts) < sum(not row.is_dir() for row in rows):  # two of one name: what is checked is not what is read
        raise _wrong(_("Файл повреждён. Пересохраните бланк и попробуйте ещё раз."))
    if "word/document.xml" not in parts or "[Content_Types].xml" not in parts:
        raise _wrong(_("Это не документ Word (.docx)."))
    return parts


def _check_xml(name: str, part: bytes, *, may_link: bool) -> None:
    if b"\x00" in part[:200] or b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise _wrong(_("Файл устроен небезопасно. Пересохраните бланк в Word или LibreOffice."))
    try:
        root = XmlTree.fromstring(part)  # noqa: S314 - no document type, so there are no entities
    except (XmlTree.ParseError, ValueError, LookupError) as error:
        raise _wrong(_("Файл повреждён. Пересохраните бланк и попробуйте ещё раз.")) from error
    if name.endswith(".rels"):
        for link in root:
            if str(link.get("TargetMode", "")).lower() == "external" and not may_link:
                raise _wrong(
                    _("В бланке есть ссылка наружу: «%(where)s». Уберите её (правая кнопка, «Удалить гиперссылку»).")
                    % {"where": str(link.get("Target", ""))[:80]}
                )
            if str(link.get("Type", "")).lower().endswith(("/afchunk", "/oleobject", "/package", "/control")):
                raise _wrong(_("В файле есть вложенный объект. Уберите его и сохраните бланк заново."))
        return
    instructions = [node.text or "" for node in root.iter(qn("w:instrText"))]
    instructions += [str(node.get(qn("w:instr"), "")) for node in root.iter(qn("w:fldSimple"))]
    if _FETCHING.search(" ".join(instructions)):
        raise _wrong(_("В бланке есть поле, которое берёт что-то из других файлов. Уберите его."))


def _opened(content: bytes) -> Any:
    try:
        return Document(io.BytesIO(content))
    except Exception as error:  # whatever a foreign file makes the reader stumble over, it is the file's
        raise _wrong(_("Файл не читается как документ Word. Пересохраните бланк.")) from error


def _paragraphs(page: Any) -> Iterator[Any]:
    """Every paragraph element: of the text, of tables, of frames, of headers and footers."""
    roots = [page.element.body]
    for section in page.sections:
        for part in (section.header, section.footer, section.first_page_header, section.first_page_footer):
            if not part.is_linked_to_previous:
                roots.append(part._element)
    for root in roots:
        yield from list(root.iter(qn("w:p")))


def _words(paragraph: Any) -> list[Any]:
    """The text elements of a paragraph itself, not those of a frame inside it."""
    own = []
    for node in paragraph.iter(qn("w:t")):
        above = node.getparent()
        while above is not None and above.tag != qn("w:p"):
            above = above.getparent()
        if above is paragraph:
            own.append(node)
    return own


def _text(paragraph: Any) -> str:
    return "".join(node.text or "" for node in _words(paragraph))


def values_of(letter: Letter) -> dict[str, str]:
    """What a letter has for the placeholders of a form; what a person writes in by hand is a blank."""
    return {
        "организация": letter.body, "контакты": letter.body_contacts, "исх. номер": letter.out_number or BLANK,
        "исх. дата": letter.out_at or BLANK, "вх. номер": letter.in_number or BLANK, "вх. дата": letter.in_at or BLANK,
        "адресат": letter.addressee or BLANK, "тема": letter.subject, "текст": letter.text,
        "подписант": letter.signer or BLANK, "исполнитель": letter.executor,
        "телефон исполнителя": letter.executor_phone,
    }


def fill(content: bytes, letter: Letter) -> bytes:
    """The form with the letter in it, as DOCX. `content` has passed `check`."""
    page = _opened(content)
    values = values_of(letter)
    for paragraph in _paragraphs(page):
        text = _text(paragraph)
        if found := _PLACE.fullmatch(text.strip()):
            _fill_whole(paragraph, values.get(_name(found), text))
        elif _PLACE.search(text):
            _fill_inside(_words(paragraph), values)
    out = io.BytesIO()
    page.save(out)
    return out.getvalue()


def _name(found: re.Match[str]) -> str:
    return " ".join(found[1].lower().split())


def _fill_whole(paragraph: Any, value: str) -> None:
    """A paragraph that is one placeholder: a paragraph of the same look for each line of the value."""
    lines = [line.strip() for line in value.splitlines() if line.strip()] or [""]
    for line in reversed(lines[1:]):
        further = copy.deepcopy(paragraph)
        _set(_words(further), line)
        paragraph.addnext(further)
    _set(_words(paragraph), lines[0])


def _set(nodes: list[Any], text: str) -> None:
    for node in nodes[1:]:
        node.text = ""
    nodes[0].text = text
    nodes[0].set(qn("xml:space"), "preserve")


def _fill_inside(nodes: list[Any], values: Mapping[str, str]) -> None:
    """Placeholders among other words; Word may have cut one into several runs: its value goes into the first."""
    text = "".join(node.text or "" for node in nodes)
    for found in reversed(list(_PLACE.finditer(text))):
        name = _name(found)
        if name not in values:
            continue
        value = " ".join(values[name].split())
        at = 0
        for node in nodes:
            words = node.text or ""
            start, end = max(found.start() - at, 0), min(found.end() - at, len(words))
            if start < end:
                put = value if at + start == found.start() else ""
                node.text = words[:start] + put + words[end:]
                node.set(qn("xml:space"), "preserve")
            at += len(words)
