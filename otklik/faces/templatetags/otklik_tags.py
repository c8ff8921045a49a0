"""Tags that every face uses: badges, times in words, numbers, form fields, icons."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zlib import crc32

from django import template
from django.forms import BoundField
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from otklik.faces import wording
from otklik.organisations import browsers

register = template.Library()

STATE_COLOURS = {
    "new": "blue",
    "triaged": "cyan",
    "assigned": "indigo",
    "replied": "purple",
    "answered": "green",
    "closed": "secondary",
    "draft": "secondary",
    "review": "orange",
    "approved": "teal",
    "published": "green",
    "withdrawn": "secondary",
}


@register.simple_tag
@lru_cache(maxsize=2000, typed=True)  # a page of lists has a hundred, of twenty kinds
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite. With a label it is read aloud, without one it is decoration."""
    reading = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon" {} width="24" height="24"><use href="{}#{}"></use></svg>',
        reading,
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def interface_words() -> SafeString:
    """What `js/interface.js` says, in the page's language."""
    return json_script(
        {
            "close": _("Закрыть"),
            "again": _("Ещё раз"),
            "unsent": _("Не отправлено: нет связи с сервером. Всё введённое осталось на странице."),
            "failed": _("Не получилось ({status}). Введённое осталось на странице."),
            "cancel": _("Отмена"),
            "kept": _("Вернули то, что вы не успели отправить {at}."),
            "kept_back": _("Взять то, что на сервере"),
            "kept_mark": _("не отправлено"),
            "copied": _("Скопировано"),
            "not_copied": _("Браузер не дал скопировать: выделите текст и нажмите Ctrl+C."),
        },
        "interface-words",
    )


@register.simple_tag
def time_left(until: datetime | None, now: datetime | None = None) -> SafeString:
    """Time left as words, the date in the title; coloured when it presses. Empty without a limit."""
    if until is None:
        return SafeString("")
    left = wording.left(until, now or timezone.now())
    return format_html(
        '<time class="time-left time-left-{}" datetime="{}" title="{}">{}</time>',
        left.pressure,
        until.isoformat(),
        _("до %(moment)s") % {"moment": date_format(timezone.localtime(until), "j E Y, H:i")},
        left.text,
    )


@register.filter
def local(at: datetime | None) -> str:
    """«12 июня, 08:12» in the region's zone."""
    return wording.moment(at) if at else ""


@register.filter
def for_id(words: str) -> str:
    """Words as a part of an id: an address with blanks and dots is no id that a script can ask for."""
    return f"{crc32(str(words).encode()):08x}"


@register.filter
def browser(agent: str) -> str:
    """«Chrome, Windows» of what a browser says of itself."""
    return browsers.in_words(agent)


@register.filter
def on_paper(at: datetime | None) -> str:
    """«12 июня 2026, 08:12»: what is printed is read on another day, when «сегодня» says nothing."""
    return date_format(timezone.localtime(at), "j E Y, H:i") if at else ""


@register.filter
def local_day(day: date | datetime | None) -> str:
    """«12 июня 2026»."""
    if day is None:
        return ""
    return date_format(timezone.localtime(day) if isinstance(day, datetime) else day, "j E Y")


@register.filter
def case_number(number: int) -> str:
    """«34-000123»."""
    from otklik.cases import numbers

    return numbers.shown(number)


@register.simple_tag
def state_badge(thing: Any) -> SafeString:
    """The state of a case or an answer in its word and colour."""
    return format_html(
        '<span class="badge badge-state bg-{}-lt">{}</span>',
        STATE_COLOURS.get(thing.state, "secondary"),
        thing.get_state_display(),
    )


IMPORTANCES = {
    0: ("secondary", "не инцидент"),
    1: ("secondary", "низкая"),
    2: ("azure", "средняя"),
    3: ("orange", "высокая"),
    4: ("red", "жизнь и здоровье"),
}


def importance_name(importance: int) -> str:
    """The word for an importance from 0 to 4."""
    return {
        0: _("не инцидент"),
        1: _("низкая"),
        2: pgettext("важность", "средняя"),
        3: _("высокая"),
        4: _("жизнь и здоровье"),
    }.get(importance, str(importance))


@register.simple_tag
def importance_badge(importance: int, reason: str = "") -> SafeString:
    """Importance as number and word; the reason is in the title."""
    colour = IMPORTANCES.get(importance, ("secondary", ""))[0]
    solid = f"bg-{colour} text-{colour}-fg" if importance == 4 else f"bg-{colour}-lt"
    return format_html(
        '<span class="badge {}" title="{}">{}</span>',
        solid,
        reason,
        f"{importance} · {importance_name(importance)}",
    )


@register.simple_tag
def counted(n: int, what: str) -> str:
    """A number with its noun in the right form."""
    forms = {
        "case": ngettext("%(n)s карточка", "%(n)s карточек", n),
        "message": ngettext("%(n)s сообщение", "%(n)s сообщений", n),
        "event": ngettext("%(n)s событие", "%(n)s событий", n),
        "day": ngettext("%(n)s день", "%(n)s дней", n),
        "version": ngettext("%(n)s версия", "%(n)s версий", n),
        "photo": ngettext("%(n)s фотография", "%(n)s фотографий", n),
        "column": ngettext("%(n)s столбец", "%(n)s столбцов", n),
        "row": ngettext("%(n)s строка", "%(n)s строк", n),
        "person": ngettext("%(n)s человек", "%(n)s человек", n),
        "organisation": ngettext("%(n)s организация", "%(n)s организаций", n),
        "theme": ngettext("%(n)s тема", "%(n)s тем", n),
    }
    return forms[what] % {"n": n}


@register.filter
def marked(text: str, spans: Iterable[Any] | None) -> SafeString:
    """Text with its spans highlighted, everything escaped.

    A span is `(start, end)` or `(start, end, why)` or a mapping with those keys, in characters of `text`.
    Spans that overlap an earlier one or leave the text are passed over.
    """
    parts: list[str] = []
    done = 0
    for start, end, why in sorted(_span(one) for one in spans or ()):
        if start < done or end > len(text) or end <= start:
            continue
        parts.append(conditional_escape(text[done:start]))
        parts.append(format_html('<mark title="{}">{}</mark>', why, text[start:end]))
        done = end
    parts.append(conditional_escape(text[done:]))
    return SafeString("".join(parts))


def _span(one: Any) -> tuple[int, int, str]:
    if isinstance(one, Mapping):
        return int(one["start"]), int(one["end"]), str(one.get("why", ""))
    start, end, *rest = one
    return int(start), int(end), str(rest[0]) if rest else ""


@register.filter
def get_item(table: Mapping[Any, Any], key: Any) -> Any:
    """One value of a mapping."""
    return table.get(key)


@register.simple_tag
def is_wrong(bound: BoundField, hint: str = "") -> SafeString:
    """Attributes of a control drawn by hand: that its value is wrong, and where it is said why. `hint` is an id."""
    described = " ".join(one for one in (hint, f"{bound.auto_id}_error" if bound.errors else "") if one)
    tied = format_html(' aria-describedby="{}"', described) if described else ""
    return format_html("{}{}", mark_safe(' aria-invalid="true"') if bound.errors else "", tied)


@register.simple_tag
def wrong_words(bound: BoundField) -> SafeString:
    """What is wrong with a field drawn by hand; `is_wrong` stands on its control."""
    words = format_html_join(" ", "{}", ((error,) for error in bound.errors))
    found = '<div class="invalid-feedback d-block" id="{}_error">{}</div>'
    return format_html(found, bound.auto_id, words) if bound.errors else SafeString("")


@register.simple_tag
def field(bound: BoundField, hide_label: bool = False, size: str = "", **attrs: Any) -> SafeString:
    """A form's field: label, control, hint, and its error beside it, tied together for a screen reader.

    `size` is "", "sm" or "lg"; other keyword arguments become attributes of the control (`_` reads as `-`).
    """
    widget = bound.field.widget
    described = [f"{bound.auto_id}_hint"] if bound.help_text else []
    given = {name.replace("_", "-"): value for name, value in attrs.items()}
    css = _control_class(widget)
    if size and css in ("form-control", "form-select"):
        css = f"{css} {css}-{size}"
    if bound.errors:
        described.append(f"{bound.auto_id}_error")
        css += " is-invalid"
        given["aria-invalid"] = "true"
    if described:
        given["aria-describedby"] = " ".join(described)
    given["class"] = f"{css} {given.get('class', '')}".strip()
    control = bound.as_widget(attrs=given)
    hint = (
        format_html('<div class="form-hint" id="{}_hint">{}</div>', bound.auto_id, bound.help_text)
        if bound.help_text
        else ""
    )
    errors = (
        format_html(
            '<div class="invalid-feedback d-block" id="{}_error">{}</div>',
            bound.auto_id,
            format_html_join(" ", "{}", ((error,) for error in bound.errors)),
        )
        if bound.errors
        else ""
    )
    if bound.is_hidden:
        return SafeString(control)
    if isinstance(widget, CheckboxInput):
        return format_html(
            '<div class="mb-3"><label class="form-check">{}<span class="form-check-label">{}</span></label>'
            "{}{}</div>",
            control,
            bound.label,
            hint,
            errors,
        )
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return format_html(
            '<fieldset class="mb-3"><legend class="form-label{}">{}</legend>{}{}{}</fieldset>',
            " visually-hidden" if hide_label else "",
            bound.label,
            control,
            hint,
            errors,
        )
    return format_html(
        '<div class="mb-3"><label class="form-label{}{}" for="{}">{}</label>{}{}{}</div>',
        " required" if bound.field.required else "",
        " visually-hidden" if hide_label else "",
        bound.id_for_label,
        bound.label,
        control,
        hint,
        errors,
    )


def _control_class(widget: Any) -> str:
    if isinstance(widget, CheckboxInput | RadioSelect | CheckboxSelectMultiple):
        return "form-check-input"
    if isinstance(widget, Select):
        return "form-select"
    if isinstance(widget, FileInput):
        return "form-control"
    return "form-control"


@register.simple_tag
def posts_to(view: str, *args: Any, target: str = "#case") -> SafeString:
    """Attributes of a form that is sent by htmx into `target`, and by a plain POST where scripts are off."""
    address = reverse(view, args=args)
    return format_html(
        'method="post" action="{0}" hx-post="{0}" hx-target="{1}" hx-swap="outerHTML"'
        ' hx-disabled-elt="find button[type=submit]" hx-disinherit="*"',
        address,
        target,
    )


@register.filter
def short_of(person: Any, otherwise: str = "") -> str:
    """A person's short name; without a person, the words given."""
    return person.short_name if person is not None else otherwise


@register.filter
def heading(case: Any) -> str:
    """What a case is about in one line: staff's title, else its theme, else «без темы»."""
    return case.title or (case.theme.name if case.theme else "") or _("Без темы")
