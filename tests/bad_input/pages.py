"""The forms of a page as a browser sees them: where each goes, and every control that it would send."""

import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from urllib.parse import urljoin

from django.urls import resolve

TYPED = ("line", "area", "mail", "number", "day", "moment")  # a person types into these


@dataclass(frozen=True)
class Control:
    """One named control. `values` is what it would send as the page stands; a select knows its options."""

    name: str
    column: str
    values: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Form:
    """One form of one page."""

    page: str
    address: str
    controls: tuple[Control, ...] = ()

    @property
    def route(self) -> str:
        return str(resolve(re.sub(r"[?#].*", "", self.address)).route)

    def data(self) -> dict[str, list[str]]:
        """What the browser would send without anybody typing."""
        sent: dict[str, list[str]] = {}
        for one in self.controls:
            if one.column != "file" and one.values:
                sent.setdefault(one.name, []).extend(one.values)
        return sent


@dataclass
class _Open:
    attributes: dict[str, str]
    kind: str
    controls: list[Control] = field(default_factory=list)


COLUMN_OF_TYPE = {
    "number": "number", "date": "day", "datetime-local": "moment", "hidden": "hidden", "email": "mail",
    "password": "password", "checkbox": "choice", "radio": "choice", "file": "file",
}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[tuple[dict[str, str], list[Control]]] = []
        self.apart: list[tuple[str, Control]] = []  # controls that name their form by its id
        self.inside: int | None = None
        self.area: dict[str, str] | None = None
        self.select: tuple[dict[str, str], list[tuple[str, bool]]] | None = None
        self.letters = ""
        self.buttons: set[tuple[int, str]] = set()

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in given}
        if tag == "form":
            self.forms.append((attributes, []))
            self.inside = len(self.forms) - 1
        elif tag == "textarea":
            self.area, self.letters = attributes, ""
        elif tag == "select":
            self.select = attributes, []
        elif tag == "option" and self.select:
            self.select[1].append((attributes.get("value", ""), "selected" in attributes))
        elif tag in ("input", "button") and attributes.get("name"):
            self._input(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        elif tag == "textarea" and self.area is not None:
            text = self.letters.removeprefix("\n")
            self._add(self.area, Control(self.area.get("name", ""), "area", (text,)))
            self.area = None
        elif tag == "select" and self.select:
            attributes, options = self.select
            every = tuple(value for value, _chosen in options)
            chosen = tuple(value for value, is_chosen in options if is_chosen) or every[:1]
            self._add(attributes, Control(attributes.get("name", ""), "choice", chosen, every))
            self.select = None

    def handle_data(self, text: str) -> None:
        if self.area is not None:
            self.letters += text

    def _input(self, tag: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("type", "submit" if tag == "button" else "text")
        value = attributes.get("value", "")
        name = attributes["name"]
        if kind in ("checkbox", "radio"):
            value = value or "on"
            sent = (value,) if "checked" in attributes else ()
            self._add(attributes, Control(name, "choice", sent, (value,)))
        elif kind in ("submit", "button", "image"):
            self._add(attributes, Control(name, "choice", ("\0first", value), (value,)))
        else:
            column = COLUMN_OF_TYPE.get(kind, "line")
            if column == "hidden" and re.fullmatch(r"latitude|longitude", name):
                column = "coordinate"
            elif column == "hidden" and value.isdecimal():
                column = "id"
            self._add(attributes, Control(name, column, () if column == "file" else (value,)))

    def _add(self, attributes: dict[str, str], control: Control) -> None:
        if not control.name or "disabled" in attributes or control.name == "csrfmiddlewaretoken":
            return
        if "form" in attributes:
            self.apart.append((attributes["form"], control))
        elif self.inside is not None:
            self.forms[self.inside][1].append(control)


def forms_of(page: str, html: str) -> list[Form]:
    """The forms of this page that are sent by POST."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    found = []
    for attributes, controls in reader.forms:
        if attributes.get("method", "get").lower() != "post" and "hx-post" not in attributes:
            continue
        apart = [control for form_id, control in reader.apart if form_id == attributes.get("id")]
        address = urljoin(page, attributes.get("action") or attributes.get("hx-post") or page)
        found.append(Form(page, address, tuple(_joined([*controls, *apart]))))
    return found


def _joined(controls: list[Control]) -> list[Control]:
    """Controls of one name become one; of several buttons the first is pressed."""
    by_name: dict[str, Control] = {}
    for one in controls:
        pressed = one.values[:1] == ("\0first",)
        before = by_name.get(one.name)
        if before is None:
            by_name[one.name] = replace(one, values=one.values[1:]) if pressed else one
        else:
            more = () if pressed else one.values
            by_name[one.name] = replace(
                before, values=before.values + more, options=before.options + one.options
            )
    return [
        replace(one, column="tick") if one.column == "choice" and one.options in (("on",), ("1",), ("yes",)) else one
        for one in by_name.values()
    ]
