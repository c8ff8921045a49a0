"""Controls of forms, written without a template where they are plain.

A page of a case has some thirty, and Django draws each by two to ten templates inside each other: a tenth of the page.
What is not plain (radio buttons, a widget with a template of its own) goes the common way. Both ways are equal, letter
by letter (`tests/faces/test_controls.py`).
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.formats import localize
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeData

_FOLDER = "django/forms/widgets/"
_OPTION = f"{_FOLDER}select_option.html"


class Controls(DjangoTemplates):
    """Django's own renderer with a short way for plain controls."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """The control as HTML."""
        draw = _PLAIN.get(template_name)
        drawn = draw(context["widget"]) if draw else None
        return drawn if drawn is not None else super().render(template_name, context, request)


def _input(widget: Mapping[str, Any]) -> str:
    value = widget["value"]
    given = "" if value is None else f' value="{_as_text(value)}"'
    return f'<input type="{_shown(widget["type"])}" name="{_shown(widget["name"])}"{given}{_attributes(widget)}>'


def _textarea(widget: Mapping[str, Any]) -> str:
    words = _shown(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{_shown(widget["name"])}"{_attributes(widget)}>\n{words}</textarea>'


def _select(widget: Mapping[str, Any]) -> str | None:
    parts = [f'<select name="{_shown(widget["name"])}"{_attributes(widget)}>']
    for group, options, _index in widget["optgroups"]:
        if group:
            parts.append(f'\n  <optgroup label="{_shown(group)}">')
        for option in options:
            if option["template_name"] != _OPTION:
                return None
            label = _shown(option["label"])
            parts.append(f'\n  <option value="{_as_text(option["value"])}"{_attributes(option)}>{label}</option>\n')
        if group:
            parts.append("\n  </optgroup>")
    parts.append("\n</select>")
    return "".join(parts)


def _attributes(widget: Mapping[str, Any]) -> str:
    return "".join(
        f" {_shown(name)}" if value is True else f' {_shown(name)}="{_as_text(value)}"'
        for name, value in widget["attrs"].items() if value is not False
    )


def _shown(value: Any) -> str:
    """As `{{ value }}` in a template."""
    return conditional_escape(value if isinstance(value, str) else str(localize(value)))


def _as_text(value: Any) -> str:
    """As `{{ value|stringformat:"s" }}`."""
    return str(value) if isinstance(value, SafeData) else escape(str(value))


_PLAIN: Mapping[str, Callable[[Mapping[str, Any]], str | None]] = {
    f"{_FOLDER}{name}.html": draw
    for draw, names in (
        (_input, ("input", "text", "number", "email", "url", "password", "hidden", "date", "datetime", "time",
                  "checkbox", "file")),
        (_textarea, ("textarea",)),
        (_select, ("select",)),
    )
    for name in names
}  # fmt: skip
