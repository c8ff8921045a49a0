"""The form of a body: what is refused, and a letter on it."""

import io
import zipfile

import pytest
from docx import Document
from docx.shared import Cm
from PIL import Image

from otklik.answers.letter_form import check, fill
from otklik.answers.letter_form_pdf import as_pdf
from otklik.failures import BadInput
from tests.answers.test_letter import TRICKS, WORDS, text_of


def form(*paragraphs: str, table: tuple[str, ...] = (), picture: bool = False) -> bytes:
    page = Document()
    if picture:
        drawn = io.BytesIO()
        Image.new("RGB", (20, 20), "navy").save(drawn, "PNG")
        drawn.seek(0)
        page.add_paragraph().add_run().add_picture(drawn, width=Cm(1))
    for text in paragraphs:
        page.add_paragraph(text)
    if table:
        row = page.add_table(1, len(table)).rows[0]
        for cell, text in zip(row.cells, table, strict=True):
            cell.text = text
    page.sections[0].footer.paragraphs[0].text = "Исп. {исполнитель}"
    out = io.BytesIO()
    page.save(out)
    return out.getvalue()


PLAIN = form("{адресат}", "{текст}", picture=True, table=("от {исх. дата} № {исх. номер}", "{контакты}"))


def with_part(content: bytes, name: str, put: bytes, *, instead: tuple[bytes, bytes] | None = None) -> bytes:
    """The file with one part more, or with words of one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for row in before.infolist():
            held = before.read(row)
            if instead and row.filename == name:
                assert instead[0] in held
                held = held.replace(*instead)
            after.writestr(row.filename, held)
        if not instead:
            after.writestr(name, put)
    return out.getvalue()


def bomb() -> bytes:
    return with_part(PLAIN, "word/media/big.png", b"0" * 40_000_000)


RELS = "word/_rels/document.xml.rels"
OUTSIDE = (
    b'<Relationship Id="rIdX" Type="http://x/attachedTemplate" Target="http://far/x.dotm" TargetMode="External"/>'
    b"</Relationships>"
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda: b"", "не читается"),
        (lambda: b"PK\x03\x04 broken", "не читается"),
        (lambda: PLAIN[: len(PLAIN) // 2], "не читается"),
        (lambda: b"0" * (3 * 1024 * 1024 + 1), "3 МБ"),
        (bomb, "слишком много"),
        (lambda: with_part(PLAIN, "word/vbaProject.bin", b"x"), "макрос"),
        (lambda: with_part(PLAIN, "word/embeddings/one.xlsx", b"x"), "вложенный"),
        (lambda: with_part(PLAIN, RELS, b"", instead=(b"</Relationships>", OUTSIDE)), "ссылка наружу"),
        (lambda: with_part(PLAIN, "word/document.xml", b"", instead=(
            b"<w:body>", b'<w:body><w:p><w:fldSimple w:instr="INCLUDETEXT far.docx"/></w:p>')), "других файлов"),
        (lambda: with_part(PLAIN, "word/document.xml", b"", instead=(
            b"<w:document", b'<!DOCTYPE x [<!ENTITY a "b">]><w:document')), "небезопасно"),
        (lambda: with_part(PLAIN, "[Content_Types].xml", b"", instead=(
            b"wordprocessingml.document.main+xml", b"x.document.macroEnabled.main+xml")), "обычный"),
        (lambda: form("{текст}"), "адресат"),
        (lambda: form("{текст}", "{адресат}", "{фамилия}"), "фамилия"),
    ],
)
def test_what_is_no_harmless_form_is_refused_in_words(content, said):
    with pytest.raises(BadInput, match=said) as told:
        check(content())
    assert told.value.field == "file"


def test_a_letter_stands_on_the_form_each_paragraph_by_itself():
    assert check(PLAIN) == ["адресат", "текст", "исх. дата", "исх. номер", "контакты", "исполнитель"]
    filled = fill(PLAIN, WORDS)
    text = text_of(filled)
    for words in ("Уважаемая Анна!", "Фонарь починили.", "от 5 января 2026 г. № 12-п", "Ковыльной А. П."):
        assert words in text
    assert "{" not in text
    assert [one.text for one in Document(io.BytesIO(filled)).paragraphs].count("Фонарь починили.") == 1
    made = as_pdf(filled, "Письмо")
    assert made.startswith(b"%PDF") and len(made) > 5_000


def test_a_placeholder_that_word_cut_into_runs_is_still_one():
    page = Document()
    paragraph = page.add_paragraph("Кому: {адре")
    paragraph.add_run("сат")
    paragraph.add_run("}, здравствуйте")
    page.add_paragraph("{текст}")
    out = io.BytesIO()
    page.save(out)
    assert "Кому: Ковыльной А. П., здравствуйте" in text_of(fill(out.getvalue(), WORDS))


def test_words_of_a_letter_are_never_commands():
    tricky = type(WORDS)(*(TRICKS + " {тема}",) * 12)
    filled = fill(PLAIN, tricky)
    assert TRICKS in text_of(filled)
    assert as_pdf(filled, TRICKS).startswith(b"%PDF")
