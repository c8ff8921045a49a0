"""Looking at words before the public sees them: contacts, names, forbidden subjects, a resident's own words.

Pure but for the dictionary. It finds too much rather than too little; a name that is none (a street's, a school's) a
person may let through, contacts nobody.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from otklik.classifier.publicity import never_public
from otklik.triage.matching import PlacedTokens
from otklik.triage.personal import Kind, personal_spans
from otklik.triage.tones import tones_in
from otklik.triage.words import tokens_of

_NICK = re.compile(r"(?<![\w.])@[A-Za-z0-9_.]{3,}")
_PAGE = re.compile(r"(?:https?://)?(?:m\.)?(?:vk\.com|vk\.ru|ok\.ru|t\.me|max\.ru|wa\.me)/[\w./?=&%+-]+", re.I)
_FLAT = re.compile(r"\b(?:кв|квартир\w*)\b[\s.]*№?\s*\d+\s*[а-я]?\b", re.I)
_DIGITS = re.compile(r"(?<!\w)(?:\+?\d[\s()\-–—]{0,3}){8,}\d(?!\w)")
_WORD = re.compile(r"[А-ЯЁа-яё]+(?:-[А-ЯЁа-яё]+)*")
# What a person may let through: a name may be a street's or a firm's, a word of health a figure of speech.
_DOUBTFUL: tuple[Kind, ...] = ("name", "health")
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
    found = [*_personal(text), *_subjects(text), *_rude(text), *_quotations(text, residents_words)]
    return sorted(found, key=lambda span: span.start)


def _personal(text: str) -> list[Span]:
    """Contacts, offices' too, documents, flats, names; and what may be a contact in a form of its own."""
    what: dict[Kind, str] = {
        "name": _("имя"), "phone": _("телефон"), "email": _("адрес почты"), "address": _("квартира"),
        "document": _("номер документа"), "plate": _("номер машины"), "birthdate": _("дата рождения"),
        "health": _("сведения о здоровье"),
    }  # fmt: skip
    spans = [
        Span(one.start, one.end, text[one.start : one.end], what[one.kind], firm=one.kind not in _DOUBTFUL)
        for one in personal_spans(text, everybodys=True)
    ]
    for pattern, word in (
        (_PAGE, _("личная страница")), (_NICK, _("имя в сети")), (_FLAT, _("квартира")), (_DIGITS, _("длинный номер")),
    ):
        for match in pattern.finditer(text):
            if not _overlap([one for one in spans if one.firm], match.start(), match.end()):
                spans.append(Span(match.start(), match.end(), match[0], word))
    return spans


def _overlap(spans: list[Span], start: int, end: int) -> bool:
    return any(span.start < end and start < span.end for span in spans)


def _rude(text: str) -> list[Span]:
    """Obscene and insulting words, and calls to panic, whoever wrote them."""
    what = {"obscene": _("бранное слово"), "insult": _("оскорбление"), "panic_call": _("призыв")}
    found = tones_in(text, PlacedTokens(tokens_of(text)))
    # What only seems an insult («козлы на дороге») a person may let through.
    return [
        Span(one.words.start, one.words.end, one.words.word, what[one.tone], firm=one.tone != "insult") for one in found
    ]


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
