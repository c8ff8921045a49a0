"""A document as PDF by Typst: on our own form, or on a place's own (then in a closed process, `sandbox`).

The words come as data, never as Typst's own markup: nothing that a person wrote can be a command in it. Typst gets no
folder to read from but one with the form alone.
"""

import base64
import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import typst

from otklik.reports.document import Chart, Document, Number, Run, source_runs, to_json
from otklik.reports.drawing.links import whole
from otklik.reports.drawing.pictures import chart_png, photo_of

SHIPPED = Path(__file__).parents[1] / "shipped"


def as_pdf(document: Document, base: str = "") -> bytes:
    """The PDF on our own form, with its words in it. `base`: the public address for links, "" for none."""
    form = "morning" if document.kind == "morning" else "report"
    return compile_closed(form_text(form), told(document, base))


@cache
def form_text(name: str) -> str:
    """One of our own forms."""
    return (SHIPPED / f"{name}.typ").read_text(encoding="utf-8")


def told(document: Document, base: str) -> str:
    """What a form is told, as JSON: the document with whole links, charts and the photo as SVG that holds them."""
    kept = to_json(document)
    kept["table"] = {}
    for block, shown in zip(document.blocks, kept["blocks"], strict=True):
        if isinstance(block, Chart):
            shown["svg"] = "" if block.empty else _wrapped(chart_png(block), "image/png")
            del shown["rows"]
    photo = photo_of(str(document.extra.get("photo") or ""))
    kept["photo_svg"] = _wrapped(photo.content, "image/jpeg") if photo else ""
    kept["photo_ratio"] = photo.ratio if photo else 1
    kept["source_runs"] = [[_told(one) for one in source_runs(text)] for text in document.sources]
    return json.dumps(_linked(kept, base), ensure_ascii=False)


def _told(one: Run) -> Any:
    return [one.text, one.address, one.value] if isinstance(one, Number) else one


def _wrapped(content: bytes, content_type: str) -> str:
    """A picture inside an SVG of its size: Typst takes pictures as text only so."""
    import io

    from PIL import Image

    with Image.open(io.BytesIO(content)) as image:
        width, height = image.size
    inside = base64.b64encode(content).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}"'
        f' height="{height}" viewBox="0 0 {width} {height}"><image width="{width}" height="{height}"'
        f' xlink:href="data:{content_type};base64,{inside}"/></svg>'
    )


def _linked(part: Any, base: str) -> Any:
    """Every [text, address, value] with its whole address."""
    if isinstance(part, dict):
        return {key: _linked(value, base) for key, value in part.items()}
    if isinstance(part, list):
        two_words = len(part) == 3 and isinstance(part[0], str) and isinstance(part[1], str)
        if two_words and not isinstance(part[2], str | list):  # a row of three cells looks alike
            return {"text": part[0], "link": whole(part[1], base), "value": part[2]}
        return [_linked(one, base) for one in part]
    return part


def compile_closed(form: str, document: str) -> bytes:
    """Typst on a form in a folder where nothing else lies. Raises `typst.TypstError`."""
    with tempfile.TemporaryDirectory(prefix="otklik-report-") as folder:
        file = Path(folder) / "report.typ"
        file.write_text(form, encoding="utf-8")
        made = typst.compile(
            str(file), root=folder, format="pdf", sys_inputs={"document": document}, ignore_system_fonts=True
        )
    assert isinstance(made, bytes)
    return made
