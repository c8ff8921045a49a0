"""Answers of the standard in XML and JSON, and its errors.

JSON is the XML without its root and its lists' element names (the «Spark convention» of GeoReport v2).
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpResponse

TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
ITEMS = {  # a list → the name of its items
    "services": "service", "service_requests": "request", "attributes": "attribute", "values": "value",
    "errors": "error", "endpoints": "endpoint", "formats": "format", "notes": "note", "photos": "photo",
    "service_request_updates": "request_update",
}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: the name of its root and what is in it."""

    root: str
    content: Any
    status: int = 200


class Wrong(Exception):
    """The request cannot be fulfilled: 400, 403 for the key, 404 for what does not exist (GeoReport v2, «Errors»)."""

    def __init__(self, status: int, *descriptions: str) -> None:
        super().__init__(*descriptions)
        self.status, self.descriptions = status, descriptions

    def told(self) -> Told:
        """The errors as an answer."""
        errors = [{"code": str(self.status), "description": one} for one in self.descriptions]
        return Told("errors", errors, self.status)


def answer(told: Told, kind: str) -> HttpResponse:
    """The answer in the format that was asked for: `xml` or `json`."""
    if kind == "json":
        body = json.dumps(told.content, ensure_ascii=False).encode(errors="replace")
    else:
        body = tostring(_element(told.root, told.content), encoding="utf-8", xml_declaration=True)
    return HttpResponse(body, status=told.status, content_type=TYPES[kind])


def _element(name: str, content: Any) -> Element:
    root = Element(name)
    _fill(root, content)
    return root


def _fill(element: Element, content: Any) -> None:
    if isinstance(content, Mapping):
        for name, value in content.items():
            _fill(SubElement(element, name), value)
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for one in content:
            _fill(SubElement(element, ITEMS[element.tag]), one)
    elif isinstance(content, bool):
        element.text = "true" if content else "false"
    elif content is not None:
        element.text = _NOT_XML.sub("", str(content))
