"""Books made to harm: entities that grow, and files of this machine."""

import io
import time
import zipfile

import pytest

from otklik.intake.sheets.reading import open_sheet
from otklik.intake.sheets.rows import SheetRejected

LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPES = (
    f'<!DOCTYPE x [<!ENTITY a0 "ха">{LAUGHS}]>', '<!DOCTYPE x [<!ENTITY a9 SYSTEM "file:///etc/hostname">]>',
    '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
)


def ods(doctype: str) -> io.BytesIO:
    names = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    names += 'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    names += 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    row = f"<table:table-row>{cell.format('&a9;')}{cell.format('Текст')}</table:table-row>"
    content = (
        f'<?xml version="1.0"?>{doctype}<office:document-content {names}><office:body><office:spreadsheet>'
        f'<table:table table:name="Лист">{row}{row}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    return book({
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": "<manifest/>", "content.xml": content,
    })  # fmt: skip


def xlsx(doctype: str) -> io.BytesIO:
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    of = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return book({
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{of}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{of}"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{of}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/sharedStrings.xml": f"{doctype}<sst {main}><si><t>&a9;</t></si><si><t>Текст</t></si></sst>",
        "xl/worksheets/sheet1.xml": f'<worksheet {main}><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c>'
        '<c r="B1" t="s"><v>1</v></c></row></sheetData></worksheet>',
    })  # fmt: skip


def book(parts: dict[str, str]) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    out.seek(0)
    return out


@pytest.mark.parametrize("doctype", DOCTYPES)
@pytest.mark.parametrize("made", [ods, xlsx])
def test_entities_neither_grow_nor_read_anything(made, doctype: str) -> None:
    began = time.process_time()
    try:
        with open_sheet(made(doctype), "x") as sheet:
            shown = str(sheet.columns) + str(list(sheet.rows()))
    except SheetRejected:
        shown = ""
    assert time.process_time() - began < 5 and len(shown) < 10_000
    with open("/etc/hostname", encoding="utf-8") as host:  # noqa: PTH123
        name = host.read().strip()
    assert not name or name not in shown


def test_an_ods_with_a_document_type_is_refused() -> None:
    with pytest.raises(SheetRejected):
        open_sheet(ods(DOCTYPES[0]), "x.ods")
