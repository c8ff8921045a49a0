"""What a person typed, as it is kept: without signs nobody types, and not longer than its column."""

import re

from django.utils.translation import gettext as _

from otklik.failures import BadInput

# NUL cannot be stored and half a surrogate pair cannot be encoded; other controls and the marks that turn the
# direction of writing (Unicode Standard Annex 9) can make a text read as another one.
_UNTYPED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def typed(text: str) -> str:
    """The text with line ends as `\\n`, without invisible signs, nothing around it."""
    return _UNTYPED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def line(text: str, most: int, field: str = "") -> str:
    """The same on one line with single spaces. Raises `BadInput` for more than `most` letters."""
    return within(" ".join(typed(text).split()), most, field)


def told(text: str, most: int) -> str:
    """What another program said, as it can be stored and shown: one line of at most so many letters."""
    return " ".join(typed(text[: most * 4]).split())[:most]


def whole(text: object, digits: int = 18) -> int | None:
    """The whole number that these letters are; None for anything else, also for more digits than an id has.

    Without the limit a number of five thousand digits would be an error of Python's own.
    """
    written = str(text)
    return int(written) if written.isascii() and written.isdecimal() and len(written) <= digits else None


def within(text: str, most: int, field: str = "") -> str:
    """The text, if it is not too long; else `BadInput` that says how long it may be."""
    if len(text) > most:
        raise BadInput(_("Слишком длинно: не больше %(n)s знаков.") % {"n": most}, field)
    return text
