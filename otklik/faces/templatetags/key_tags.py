"""The keys of the desk: the sheet and what its script reads, both from one table."""

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from otklik.faces.desk import keys

register = template.Library()


@register.simple_tag
def key_groups() -> list[tuple[str | Promise, list[keys.Key]]]:
    """Groups of the sheet: (title, rows)."""
    return keys.sheet()


@register.simple_tag
def key_table() -> SafeString:
    """The table for `desk/keys.js`."""
    return json_script(keys.for_script(), "desk-keys")


@register.simple_tag
def undo_words() -> SafeString:
    """What `desk/undo.js` says, and where it asks."""
    address = reverse("desk:undo_last", args=["0-0"])
    return json_script({"undo": pgettext("действие", "Отменить"), "address": address}, "undo-words")
