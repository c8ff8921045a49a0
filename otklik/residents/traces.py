"""By what a person is recognised in a text, and the text without it. Pure: values in, values out.

Two strengths. What the person wrote themself loses every phone, mail, page and flat that stands in it. What others
wrote (staff, an executor, a sheet) loses only what is known to be this person's: an office's phone in an answer stays.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_WORD = re.compile(r"[А-Яа-яЁёA-Za-z]+")
_MAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_PAGE = re.compile(
    r"(?:https?://)?(?:m\.)?(?:vk\.com|vk\.ru|ok\.ru|t\.me|max\.ru|instagram\.com|facebook\.com|wa\.me)/[\w./?=&%+-]+",
    re.I,
)
# A Russian number with or without +7 or 8 before it, or any with a plus; never a date with its time.
_GAP = "[ \u00a0()\u2010-\u2015-]{0,3}"
_NUMBER = re.compile(
    rf"(?<![\w+])(?:(?:\+?7|8){_GAP})?\(?[3489](?:{_GAP}\d){{9}}(?!\w)|(?<!\w)\+\d(?:{_GAP}\d){{9,14}}(?!\w)"
)
_SHORT_NUMBER = re.compile(r"(\bтел\w*[\s.:№-]{0,3})(\d(?:[\s()-]{0,2}\d){4,8})(?!\w)", re.I)
_FLAT = re.compile(r"\b(?:кв(?:арт(?:ир\w*)?)?)\b[\s.]*№?\s*\d+\s*[а-я]?\b", re.I)
_INITIALS = re.compile(r"(?:\s*[А-ЯЁA-Z]\.){1,2}")
_DIGITS = re.compile(r"\d")
_LONGER_BY = 2  # letters that an ending may add to a name: «Сомов» — «Сомовым»


@dataclass(frozen=True)
class Traces:
    """One person's marks: words of the name, contacts in their normal form, words that an officer added."""

    names: tuple[str, ...] = ()
    phones: frozenset[str] = frozenset()  # the last ten digits, or a short number's digits
    mails: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()

    def without(self, text: str, *, own: bool = False) -> str:
        """The text without the marks. `own`: the person wrote it, so every phone, mail, page and flat goes, too."""
        if not text:
            return text
        text = self._without_contacts(text, own)
        for word in self.words:
            text = re.sub(re.escape(word), "[убрано]", text, flags=re.I)
        text = _FLAT.sub("[квартира убрана]", text) if own or self._is_named(text) else text
        return self._without_names(text)

    def inside(self, value: Any, *, own: bool = False) -> Any:
        """The same for a value of JSON, however deep."""
        if isinstance(value, str):
            return self.without(value, own=own)
        if isinstance(value, list):
            return [self.inside(one, own=own) for one in value]
        if isinstance(value, dict):
            return {key: self.inside(one, own=own) for key, one in value.items()}
        return value

    def are_in(self, text: str) -> bool:
        """Whether a contact, an added word or the whole name (surname with the first name) stands in the text."""
        if self._without_contacts(text, own=False) != text or any(w.lower() in text.lower() for w in self.words):
            return True
        found = {i for word in _WORD.findall(text) for i in range(len(self.names)) if self._is_name(word, i)}
        return len(self.names) > 1 and {0, 1} <= found

    def learnt_from(self, texts: Iterable[str]) -> "Traces":
        """With the numbers and mails that the person wrote into their own texts: others may have repeated them."""
        phones, mails = set(self.phones), set(self.mails)
        for text in texts:
            phones |= {_ten(found) for found in _NUMBER.findall(text)}
            phones |= {_only_digits(found[1]) for found in _SHORT_NUMBER.findall(text)}
            mails |= {found.lower() for found in _MAIL.findall(text)}
        return Traces(self.names, frozenset(phones), frozenset(mails), self.words)

    def _without_contacts(self, text: str, own: bool) -> str:
        def mail(match: re.Match[str]) -> str:
            return "[почта убрана]" if own or match[0].lower() in self.mails else match[0]

        def number(match: re.Match[str]) -> str:
            return "[телефон убран]" if own or _ten(match[0]) in self.phones else match[0]

        def short(match: re.Match[str]) -> str:
            theirs = own or _only_digits(match[2]) in self.phones
            return match[1] + "[телефон убран]" if theirs else match[0]

        text = _MAIL.sub(mail, text)
        if own:
            text = _PAGE.sub("[страница убрана]", text)
        return _SHORT_NUMBER.sub(short, _NUMBER.sub(number, text))

    def _is_named(self, text: str) -> bool:
        return bool(self.names) and any(self._is_name(word, 0) for word in _WORD.findall(text))

    def _without_names(self, text: str) -> str:
        if not self.names:
            return text
        out, end = [], 0
        for match in _WORD.finditer(text):
            if match.start() < end or not any(self._is_name(match[0], i) for i in range(len(self.names))):
                continue
            out += [text[end : match.start()], "[имя убрано]"]
            initials = _INITIALS.match(text, match.end())
            end = initials.end() if initials else match.end()
        return "".join([*out, text[end:]])

    def _is_name(self, word: str, place: int) -> bool:
        """Whether a word is that word of the name in some case. A first name is one only with a capital."""
        name, plain = self.names[place], _plain(word)
        if plain == name:
            return place == 0 or word[0].isupper()
        stem = name if len(name) < 4 else name[:-1] if len(name) < 6 else name[:-2]
        fits = plain.startswith(stem) and len(plain) <= len(name) + _LONGER_BY
        return fits and len(stem) > 2 and word[0].isupper()


def traces_of(
    names: Iterable[str], contacts: Iterable[tuple[str, str]] = (), words: Iterable[str] = ()
) -> Traces:
    """The marks of a person known under these names, with contacts as (kind, value), and further words."""
    parts: list[str] = []
    for name in names:
        parts += [p for w in _WORD.findall(name) if len(w) > 1 and (p := _plain(w)) not in parts]
    contacts = list(contacts)
    return Traces(
        tuple(parts),
        frozenset(_ten(value) for kind, value in contacts if kind == "phone"),
        frozenset(value.lower() for kind, value in contacts if kind == "email"),
        tuple(w for w in [*words, *(value for kind, value in contacts if kind == "outside")] if len(w) > 1),
    )


def _plain(word: str) -> str:
    return word.lower().replace("ё", "е")


def _only_digits(text: str) -> str:
    return "".join(_DIGITS.findall(text))


def _ten(text: str) -> str:
    """The last ten digits: +7 and 8 before them are the same country."""
    return _only_digits(text)[-10:]
