"""Looking at words before the public sees them: contacts, names, forbidden subjects, a resident's own words.

Pure but for the dictionary. It finds too much rather than too little; a name that is none (a street's, a school's) a
person may let through, contacts nobody.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import phonenumbers
from django.utils.translation import gettext as _

from otklik.classifier.publicity import never_public
from otklik.triage.words import personal_marks, tokens_of

_MAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_NICK = re.compile(r"(?<![\w.])@[A-Za-z0-9_.]{3,}")
_PAGE = re.compile(r"(?:https?://)?(?:m\.)?(?:vk\.com|vk\.ru|ok\.ru|t\.me|max\.ru|wa\.me)/[\w./?=&%+-]+", re.I)
_FLAT = re.compile(r"\b(?:кв|квартир\w*)\b[\s.]*№?\s*\d+\s*[а-я]?\b", re.I)
_DIGITS = re.compile(r"(?<!\w)(?:\+?\d[\s()\-–—]{0,3}){8,}\d(?!\w)")
_SHORT_PHONE = re.compile(r"(?<![\w.-])\d{1,3}-\d{2}-\d{2}(?![\w-])")
_INITIALS = re.compile(r"\b[А-ЯЁ]\.\s?(?:[А-ЯЁ]\.\s?)?[А-ЯЁ][а-яё]{2,}|\b[А-ЯЁ][а-яё]{2,}\s[А-ЯЁ]\.(?:\s?[А-ЯЁ]\.)?")
_WORD = re.compile(r"[А-ЯЁа-яё]+(?:-[А-ЯЁа-яё]+)*")
# Before a name that is a place's, not a person's.
_PLACES = frozenset(
    (
        "ул", "улица", "улице", "улицы", "улицу", "пр", "просп", "проспект", "проспекте", "пер", "переулок",
        "переулке", "пл", "площадь", "площади", "имени", "им", "парк", "парке", "сквер", "сквере", "бульвар",
        "бульваре", "школа", "школы", "набережная", "набережной", "маршала", "генерала", "академика",
    )
)
_SAME_WORDS = 6  # so many words of a resident in a row are a quotation


@dataclass(frozen=True)
class Span:
    """What must not be shown: where it stands, the words, and what they are. `firm`: nobody may let it through."""

    start: int
    end: int
    words: str
    what: str
    firm: bool = True


def spans_of(text: str, residents_words: Iterable[str] = ()) -> list[Span]:
    """Everything in a text that is not for the public, in order."""
    found = [*_contacts(text), *_names(text), *_subjects(text), *_quotations(text, residents_words)]
    return sorted(found, key=lambda span: span.start)


def _contacts(text: str) -> list[Span]:
    spans = [
        Span(match.start, match.end, match.raw_string, _("телефон"))
        for match in phonenumbers.PhoneNumberMatcher(text, "RU")
    ]
    for pattern, what in (
        (_MAIL, _("адрес почты")), (_PAGE, _("личная страница")), (_NICK, _("имя в сети")), (_FLAT, _("квартира")),
        (_DIGITS, _("длинный номер")), (_SHORT_PHONE, _("телефон")),
    ):
        for match in pattern.finditer(text):
            if not _overlap(spans, match.start(), match.end()):
                spans.append(Span(match.start(), match.end(), match[0], what))
    return spans


def _names(text: str) -> list[Span]:
    """«Иванов И. И.», a first name with a surname or patronymic beside it, a patronymic by itself."""
    spans = [Span(m.start(), m.end(), m[0], _("имя"), firm=False) for m in _INITIALS.finditer(text)]
    words = list(_WORD.finditer(text))
    marked = [personal_marks(m[0]) if m[0][0].isupper() else frozenset() for m in words]
    at = 0
    while at < len(words):
        if not marked[at]:
            at += 1
            continue
        end = at
        while end + 1 < len(words) and marked[end + 1] and text[words[end].end() : words[end + 1].start()] == " ":
            end += 1
        before = words[at - 1][0].lower() if at else ""
        start, stop = words[at].start(), words[end].end()
        if _is_person(marked[at : end + 1]) and before not in _PLACES and not _overlap(spans, start, stop):
            spans.append(Span(start, stop, text[start:stop], _("имя"), firm=False))
        at = end + 1
    return spans


def _is_person(marks: list[frozenset[str]]) -> bool:
    """A patronymic, or a first name beside another part; a surname by itself is too often a village."""
    together = frozenset().union(*marks)
    return "Patr" in together if len(marks) == 1 else bool(together & {"Name", "Patr"})


def _overlap(spans: list[Span], start: int, end: int) -> bool:
    return any(span.start < end and start < span.end for span in spans)


def _subjects(text: str) -> list[Span]:
    """Words of subjects that are never public, in any of their forms."""
    tokens = tokens_of(text)
    spans = []
    for phrase, reason in never_public().words.items():
        parts = [frozenset(token.lemmas) for token in tokens_of(phrase)]
        for at in range(len(tokens) - len(parts) + 1):
            window = tokens[at : at + len(parts)]
            if all(part & token.lemmas for part, token in zip(parts, window, strict=True)):
                start, end = window[0].start, window[-1].end
                spans.append(Span(start, end, text[start:end], reason))
    return spans


def _quotations(text: str, residents_words: Iterable[str]) -> list[Span]:
    words = list(_WORD.finditer(text))
    plain = [_plain(m[0]) for m in words]
    theirs = {run for one in residents_words for run in _runs([_plain(w) for w in _WORD.findall(one)])}
    spans: list[Span] = []
    for at, run in enumerate(_runs(plain)):
        if run not in theirs:
            continue
        start, end = words[at].start(), words[at + _SAME_WORDS - 1].end()
        if spans and start <= spans[-1].end:
            start = spans.pop().start
        spans.append(Span(start, end, text[start:end], _("слова жителя: напишите своими")))
    return spans


def _runs(words: list[str]) -> list[tuple[str, ...]]:
    return [tuple(words[at : at + _SAME_WORDS]) for at in range(len(words) - _SAME_WORDS + 1)]


def _plain(word: str) -> str:
    return word.lower().replace("ё", "е")
