"""An answer as a letter to be signed and sent on paper: DOCX to be edited, PDF to be printed. Pure.

The order of requisites follows ГОСТ Р 7.0.97-2016 (5.5–5.24): the body's name and address, outgoing number and date,
the number it answers, the addressee, the subject, the text, the signer, the executor with a phone at the foot.
"""

import io
import json
from dataclasses import asdict, dataclass

import typst
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

FONT, SIZE = "Times New Roman", 14
BLANK = "____________"


@dataclass(frozen=True, slots=True)
class Letter:
    """What stands in it. Dates as people write them; empty numbers become blanks to be filled in by hand."""

    body: str
    body_contacts: str
    out_number: str
    out_at: str
    in_number: str
    in_at: str
    addressee: str
    subject: str
    text: str
    signer: str
    executor: str
    executor_phone: str
    body_id: int | None = None  # whose form it stands on

    @property
    def numbers(self) -> str:
        """«от … № …»."""
        return _("от %(at)s № %(number)s") % {"at": self.out_at or BLANK, "number": self.out_number or BLANK}

    @property
    def answers_to(self) -> str:
        """«На № … от …»; empty when nothing was registered."""
        if not self.in_number:
            return ""
        return _("На № %(number)s от %(at)s") % {"number": self.in_number, "at": self.in_at or BLANK}

    @property
    def foot(self) -> str:
        """Who prepared it."""
        return ", ".join(filter(None, (self.executor, self.executor_phone)))

    @property
    def paragraphs(self) -> list[str]:
        """The text by paragraphs."""
        return [line.strip() for line in self.text.splitlines() if line.strip()]


def as_docx(letter: Letter) -> bytes:
    """A Word document."""
    page = Document()
    section = page.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(2)
    style = page.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(SIZE)
    style.paragraph_format.space_after = Pt(0)
    head = page.add_table(rows=1, cols=2)
    left, right = head.rows[0].cells
    left.paragraphs[0].add_run(letter.body).bold = True
    for line in (letter.body_contacts, letter.numbers, letter.answers_to):
        if line:
            left.add_paragraph(line)
    right.paragraphs[0].add_run(letter.addressee or BLANK)
    page.add_paragraph()
    page.add_paragraph().add_run(letter.subject).bold = True
    page.add_paragraph()
    for line in letter.paragraphs:
        paragraph = page.add_paragraph(line)
        paragraph.paragraph_format.first_line_indent = Cm(1.25)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    page.add_paragraph()
    page.add_paragraph(f"{letter.signer or BLANK}\t\t\t{BLANK}")
    page.add_paragraph()
    page.add_paragraph().add_run(letter.foot).font.size = Pt(10)
    out = io.BytesIO()
    page.save(out)
    return out.getvalue()


# The words come as data, never as Typst's own markup: nothing that a person wrote can be a command in it.
_TYPST = """
#let it = json(bytes(sys.inputs.letter))
#set document(title: it.subject, author: it.body)
#set page(paper: "a4", margin: (left: 3cm, right: 1.5cm, y: 2cm))
#set text(lang: "ru", size: 13pt)
#set par(justify: true, leading: 0.75em)
#grid(columns: (1fr, 1fr), column-gutter: 1cm,
  [#set par(justify: false); #strong(it.body)\\ #it.body_contacts \\ #it.numbers \\ #it.answers_to],
  align(left, it.addressee))
#v(1em)
#strong(it.subject)
#v(0.5em)
#for line in it.paragraphs { par(first-line-indent: (amount: 1.25cm, all: true), line) }
#v(2em)
#grid(columns: (1fr, auto), it.signer, it.blank)
#v(2em)
#text(size: 10pt, it.foot)
"""


def as_pdf(letter: Letter) -> bytes:
    """A PDF with its text in it."""
    words = {
        **asdict(letter), "numbers": letter.numbers, "answers_to": letter.answers_to, "foot": letter.foot,
        "paragraphs": letter.paragraphs, "blank": BLANK, "addressee": letter.addressee or BLANK,
        "signer": letter.signer or BLANK,
    }
    made = typst.compile(_TYPST.encode(), format="pdf", sys_inputs={"letter": json.dumps(words, ensure_ascii=False)})
    assert isinstance(made, bytes)
    return made
