"""Nothing that tells of a resident goes to the whole network; who works on it is no resident."""

import re
from collections.abc import Iterable
from os.path import commonprefix

from django.utils.translation import gettext as _

from otklik.classifier.loading import current
from otklik.classifier.models import Theme
from otklik.failures import BadInput
from otklik.practice import allowed
from otklik.practice.models import Exchange
from otklik.triage.personal import personal_spans
from otklik.triage.words import analysed

_WORD = re.compile(r"[А-ЯЁA-Z][\w-]*")
_ANY = re.compile(r"[а-яё]{4,}")
_NAMES = frozenset({"Name", "Surn", "Patr"})


def refuse_residents(text: str, field: str, *, colleagues: Iterable[str] = (), hint: str = "") -> None:
    """`BadInput` beside `field` when a text that the network reads tells of a resident.

    `colleagues`: people who may be named («Волгин Андрей Ильич, глава»), in whatever case and with initials.
    `hint`: what to do about a name that is no resident's.
    """
    known = [_WORD.findall(one) for one in colleagues]
    for hit in personal_spans(text):
        what = text[hit.start : hit.end]
        if hit.kind == "name" and any(_is_of(_WORD.findall(what), one) for one in known):
            continue
        if hit.kind == "name" and _begins(text, hit.start) and _is_thing(what):
            continue
        said = _("Похоже на сведения о жителе: «%(what)s». Уберите: это читает вся сеть.") % {"what": what}
        raise BadInput(f"{said} {hint}" if hint and hit.kind == "name" else said, field)


def refuse_at_meeting(row: Exchange, texts: Iterable[tuple[str, str]], *also: str) -> None:
    """The same of texts (and their fields) of a card: who sits at the table and works in its centres may be named.

    `also`: others who may be. Inside `acting`.
    """
    ours = [one.full_name for place in (row.host, row.guest) if place for one in allowed.colleagues(place)]
    known = [*row.host_people.splitlines(), *row.guest_people.splitlines(), *ours, *also]
    for text, field in texts:
        refuse_residents(text, field, colleagues=known, hint=_("Участника встречи впишите в участники."))


def _begins(text: str, at: int) -> bool:
    """Whether a sentence, a line or a step begins here, where any word has a capital."""
    return text[:at].rstrip(" \t«\"(–—•*-")[-1:] in ("", "\n", ".", "!", "?", "…", ":", ";")


def _is_thing(word: str) -> bool:
    """«Люки закрываем за два часа»: many things, though the dictionary knows a man called Люк, too.

    One man or woman is never taken for a thing («Роман», «Розы нет дома»): a hidden name beats a shown one. A word the
    dictionary does not know («Ливнёвки») is one where our themes have it.
    """
    parses = analysed(word.lower())
    if any("sing" in one.tag and not _NAMES.isdisjoint(one.tag.grammemes) for one in parses):
        return False
    many = any(one.tag.POS == "NOUN" and {"inan", "plur", "nomn"} in one.tag for one in parses)
    if not many or any(one.is_known for one in parses):
        return many
    return not _field_words().isdisjoint({_spelt(word.lower()), *(_spelt(one.normal_form) for one in parses)})


def _field_words() -> set[str]:
    """The words of the themes in force."""
    texts = Theme.objects.filter(version=current()).values_list("name", "help", "group__help")
    return {_spelt(word) for row in texts for text in row for word in _ANY.findall(text.lower())}


def _spelt(word: str) -> str:
    return word.replace("ё", "е")


def _is_of(written: list[str], person: list[str]) -> bool:
    """Whether every written word is one of this person's, and one of them more than an initial."""
    whole = any(len(one) > 1 < len(other) and _alike(one, other) for one in written for other in person)
    return whole and all(any(_alike(one, other) for other in person) for one in written)


def _alike(one: str, other: str) -> bool:
    """«Волгиным» and «Волгин», «А» and «Андрей»: the same but for the ending, or an initial."""
    shorter = min(len(one), len(other))
    return len(commonprefix([one, other])) >= (1 if shorter == 1 else max(2, shorter - 2))
