"""Words of a text that stand together and may be one name. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from otklik.triage.personal import people
from otklik.triage.personal.name_words import Look, look
from otklik.triage.personal.phrases import Seen

_WORD: Final = re.compile(r"[^\W\d_]+(?:[-‐–’'`][^\W\d_]+)*")
_LONG_WORD: Final = re.compile(r"[^\W\d_]{4,}")
# Endings that a misspelt word in small letters hardly has.
_OF_A_FAMILY: Final = re.compile(
    r"(?:[оеё]в|[иы]н)(?:а|у|ым|ой|е|ы|ых|ыми)?$|енк[оу]$|(?:ск|цк)(?:ий|ого|ому|им|ая|ой|ую)$"
    r"|(?:ян|янц|чук|юк)(?:а|у|ом|е)?$|дзе$|швили$|оглы$|кызы$"
)
_ENDS: Final = re.compile(r"[.!?…\n\r;•●▪*]|(?:^|\s)\d{1,2}[.)]\s")
PARTICLES: Final = frozenset(
    "оглы кызы оглу улы гызы ханум бей фон ван дер де да ибн аль заде".split()  # noqa: SIM905
)
_NO_NAMES: Final = frozenset(
    {"барака", "бараков", "стояна", "маш", "мира", "марта", "света", "мерил"}
    | {"физики", "математики", "химии", "музыки"}
)
_CLIPPED: Final = frozenset("пал сан марь ал кось вась михал иль никола дмитр зин клав".split())  # noqa: SIM905
_MAIL_WORDS: Final = frozenset({"e-mail", "email", "mail", "е-mail", "емайл", "имейл"})
_COMMON: Final = 0.3


@dataclass(slots=True)
class Word:
    """A word of the text; `first`: it begins a sentence, so its capital says nothing."""

    start: int
    end: int
    text: str
    lower: str
    look: Look
    capital: bool
    first: bool
    initial: bool


@dataclass(slots=True)
class Chain:
    """Words that stand together and may be one name, with their weight and the reason that weighed most."""

    words: list[Word]
    role: bool = False
    somebody: bool = False  # a word for a person that is no office or kin stands before
    street: bool = False
    weight: float = 0.0
    reason: str = ""

    @property
    def start(self) -> int:
        return self.words[0].start

    @property
    def end(self) -> int:
        return self.words[-1].end

    def add(self, weight: float, reason: str) -> None:
        """Weigh a reason in."""
        if weight > 0 and (not self.reason or weight > 1.4):
            self.reason = reason
        self.weight += weight


def words_of(text: str) -> list[Word]:
    """The words of a text with what tells names apart: case, dots, gaps, whether everything is shouted."""
    shouted = _is_shouted(text)
    words: list[Word] = []
    end, last = 0, ""
    for found in _WORD.finditer(text):
        written = found[0]
        lower = written.lower()
        gap = text[end : found.start()]
        dotted = gap.startswith(".")
        stopped = gap != " " and _ENDS.search(gap) is not None
        if stopped and dotted and "\n" not in gap and gap.count(".") == 1 and not re.search(r"[!?…;]", gap):
            stopped = not (len(last) == 1 or people.abbreviated(last))
        glued = text[found.start() - 1 : found.start()].isdigit()  # «58А», «QR2д»
        initial = (
            len(written) == 1
            and not glued
            and text[found.end() : found.end() + 1] == "."
            and (text[found.start() - 1 : found.start()] not in ("/", "№", "-") or text[:found.start()].endswith(".-"))
        )
        if len(written) == 1 and not glued and not initial and words and written.isupper():
            initial = _is_dotless(text, words[-1], found.start(), found.end())
        upper = written[0].isupper() and not glued
        upper = upper and (written[1:].islower() and not written.isascii() or not _is_made_up(written))
        if upper and len(written) > 1 and (people.abbreviated(lower) or lower in _MAIL_WORDS):
            upper = False
        elif upper and len(written) > 1 and written.isupper() and not shouted and not _is_written_name(lower):
            upper = False  # an abbreviation: ТСЖ, МФЦ, ЖКХ
        words.append(
            Word(
                found.start(),
                found.end(),
                written,
                lower,
                look(lower),
                upper and not shouted,
                stopped or not words,
                initial,
            )
        )
        end, last = found.end(), lower
    return words


def _is_shouted(text: str) -> bool:
    """Whether most is written in capitals; abbreviations beside a word or two shout nothing."""
    capitals, letters = sum(map(str.isupper, text)), sum(map(str.isalpha, text))
    if capitals <= 0.5 * letters:
        return False
    return sum(map(str.isupper, _LONG_WORD.findall(text))) > 0.5 * len(_LONG_WORD.findall(text)) or not letters


def _is_dotless(text: str, last: Word, start: int, end: int) -> bool:
    """«Козлова М», «Иванов И П»: an initial without its dot, behind a surname, before an end or a comma."""
    if text[last.end : start] != " " or not last.capital:
        return False
    seen = last.look
    if not (last.initial or seen.personal >= 0.3 or seen.place >= 0.5 or seen.ending or not seen.known):
        return False
    return re.match(r"\s?(?:$|[,\n);]|[—–-]\s|и\s|[А-ЯЁ](?![\w.]))", text[end:]) is not None


def _is_written_name(lower: str) -> bool:
    seen = look(lower)
    return (
        (seen.personal >= 0.3 or (seen.ending and not seen.known)) and seen.common < _COMMON and not seen.firm
    )


def _is_made_up(written: str) -> bool:
    """«ЛиАЗ», «ЦУМа», «QRкод»: capitals within, as no name has them but for «МакДональд»."""
    return (
        re.search(r"[а-яё][А-ЯЁ]|^[А-ЯЁ]{2,}[а-яё]|[A-Za-z][А-Яа-яЁё]|[А-Яа-яЁё][A-Za-z]", written)
        is not None
        and "-" not in written
        or re.match(r"[А-ЯЁA-Z]{2,}-[а-яё]", written) is not None
    )


def _may_begin(word: Word) -> bool:
    """A capital letter, or in a text without them a word that is hardly anything but a name."""
    if word.initial:
        return word.capital or word.text.isupper()
    if len(word.text) < 2:
        return False
    if word.capital:
        return True
    seen = word.look
    sure = seen.known or max(seen.name, seen.patronymic) >= 0.6 or _OF_A_FAMILY.search(word.lower) is not None
    if (
        seen.known
        and seen.common < 0.46
        and seen.place < 0.35
        and (seen.name >= 0.49 or (seen.surname >= 0.5 and seen.ending))
        and len(word.lower) > 3
        and word.lower not in _NO_NAMES
    ):
        return True  # «у козловой», «спасибо тане»: what stands around decides
    return (
        len(word.lower) > 2
        and word.lower not in _NO_NAMES
        and sure
        and seen.personal >= 0.3
        and seen.common < 0.15
        and not (seen.known and seen.place >= 0.3)
    )


def chains_of(text: str, words: list[Word]) -> list[Chain]:
    """Words that may be one person's name together, in the order of the text."""
    chains: list[Chain] = []
    at = 0
    while at < len(words):
        if not _may_begin(words[at]) and not _surname_before_name(text, words, at):
            if (chain := _lower_after_role(words, at)) is not None:
                chains.append(chain)
            at += 1
            continue
        run = [words[at]]
        free = at and not (chains and chains[-1].words[-1] is words[at - 1])
        if free and _name_before_surname(text, words[at - 1], words[at]):
            run = [words[at - 1], words[at]]
            at -= 1
        while at + len(run) < len(words) and _joins(text, run, words[at + len(run)]):
            run.append(words[at + len(run)])
        at += len(run)
        chain = _trimmed(run, words[: at - len(run)], text)
        if chain is not None:
            chains.append(chain)
    return chains


def _name_before_surname(text: str, name: Word, word: Word) -> bool:
    """«тоня шаповаленко», «пал палыч»: a word that may be a first name before one that is hardly anything else."""
    if name.capital or word.capital or name.initial or text[name.end : word.start] != " ":
        return False
    if name.lower in _CLIPPED and word.look.personal > 0.5:
        return True
    sure = word.look.surname + word.look.patronymic >= 0.5 and word.look.common < 0.15
    return sure and name.look.name >= 0.15 and name.lower not in _NO_NAMES and not name.look.verb


def _surname_before_name(text: str, words: Sequence[Word], at: int) -> bool:
    """«СКАЗКИНА МАРИЯ ИВАНОВНА», «сказкина мария ивановна»: without capitals a surname is known by what follows."""
    if at + 2 >= len(words) or words[at].capital or not words[at].look.ending:
        return False
    name, patronymic = words[at + 1], words[at + 2]
    near = text[words[at].end : name.start] == " " and text[name.end : patronymic.start] == " "
    return near and name.look.name > 0.3 and patronymic.look.patronymic > 0.5


def _joins(text: str, run: list[Word], word: Word) -> bool:
    """Whether a word goes on with the chain."""
    last = run[-1]
    gap = text[last.end : word.start]
    if last.initial:
        if not re.fullmatch(r"\.-? ?|\.\n", gap) and not (word.initial and gap == " "):
            return False
        # «Шевченко О. Л. направила»: behind initials a surname comes only if none was before
        if not word.initial:
            alone = all(one.initial or people.is_role(one.lower) for one in run)
            return alone and (word.capital or word.look.personal > 0.3)
        return True
    if gap not in (" ", "  ", "\n", "\xa0"):
        return False
    if word.lower in PARTICLES and word.lower not in ("да", "де"):
        return True
    if gap == "\n" and (not word.look.patronymic or not last.look.personal):
        return False
    if word.initial:
        if word.text.islower() and (last.capital or text[word.end : word.end + 2] == ". "):
            return False
        return (
            len(run) <= 3
            and (word.text.isupper() or last.look.personal > 0.3)
            and last.lower not in ("и", "г", "ул")
        )
    if (
        len(word.text) == 2
        and word.text.isupper()
        and word.text.isalpha()
        and last.capital
        and last.look.personal + last.look.ending >= 0.5
    ):
        return True
    if word.capital != last.capital and not (last.capital and word.look.patronymic > 0.5):
        return False
    return _may_begin(word) or (not last.capital and last.look.name > 0.3 and word.look.personal > 0.3)


def _trimmed(run: list[Word], words: Sequence[Word], text: str) -> Chain | None:
    """Words of office, kin and usual words at the head fall off, places and usual words at the end."""
    before = words[-1] if words else None
    role = before is not None and (_role_touches(before, run[0], text) or _role_behind(words, run[0], text))
    somebody = before is not None and not role and _somebody_touches(before, run[0], text)
    while run and not run[0].initial:
        head, rest = run[0], run[1:]
        seen = head.look
        if rest and head.lower in _CLIPPED and rest[0].look.personal > 0.5:
            break  # «Марь Иванна»
        if people.is_office(head.lower) and any(not one.initial for one in rest) and seen.personal < 0.3:
            run = rest
            continue
        firm = len(rest) == 1 and people.calls_a_firm(Seen(head.lower)) and rest[0].look.patronymic < 0.5
        if rest and (firm or (not people.is_somebody(head.lower) and people.in_honour(Seen(head.lower + " ")))):
            return None
        if people.is_role(head.lower) and not _is_surname_here(head, rest):
            role, run = True, rest
            continue
        if rest and not rest[0].initial and seen.common >= _COMMON and not _may_be_surname(head, rest):
            role, run = False, rest
            continue
        break
    while len(run) > 1 and not run[-1].initial and _is_tail(run[-1], run[-2]):
        run = run[:-1]
    return Chain(run, role, somebody=somebody) if run else None


def _is_surname_here(head: Word, rest: Sequence[Word]) -> bool:
    """«Полковников Степан»: a word of office that is somebody's surname."""
    if not head.capital:
        return False
    if head.look.surname >= 0.1:
        return True
    named = rest and rest[0].look.name > 0.3 and head.look.ending and head.lower.endswith(("ов", "ев", "ова", "ева"))
    return bool(named)


def _may_be_surname(head: Word, rest: Sequence[Word]) -> bool:
    """«Жук Валерий», «Бессмертный Олег», «Роман Ильич»: a usual word that agrees with the name behind it."""
    seen, other = head.look, rest[0].look
    if seen.personal >= 0.05:
        return True
    if not (seen.noun or seen.adjective) or seen.pronoun:
        return False
    if any(one.look.patronymic > 0.5 for one in rest) or not head.first:
        return True
    if other.name <= 0.3:
        return False
    if len(rest) == 1 and seen.noun and seen.nominative and other.nominative and not seen.verb:
        return True  # «Весна Татьяна»
    return (seen.living or seen.adjective) and bool(seen.cases & other.cases)


def _is_tail(word: Word, last: Word) -> bool:
    seen = word.look
    if word.lower in PARTICLES or len(word.text) == 2 and word.text.isupper():
        return False
    return (
        seen.personal < 0.1
        and not seen.ending
        and (seen.place > 0.4 or (seen.common >= 0.6 and not (seen.noun or seen.adjective)))
    )


def _somebody_touches(before: Word, word: Word, text: str) -> bool:
    return text[before.end : word.start] == " " and word.capital and people.is_somebody(before.lower)


def _role_touches(before: Word, word: Word, text: str) -> bool:
    gap = text[before.end : word.start]
    if not people.is_role(before.lower):
        return False
    if gap == ". ":
        return people.abbreviated(before.lower)
    return gap in (" ", "  ", "-", " - ", " — ", " – ", ": ", ", ", " (", "\n", ":", " «", "— ", ' "')


def _role_behind(words: Sequence[Word], word: Word, text: str) -> bool:
    """«начальник жилищного отдела Кривонос», «председатель СНТ Жук»: an office, then whose it is, then the name."""
    following = word
    for nth, one in enumerate(reversed(words[-4:])):
        if text[one.end : following.start] not in (" ", "  ", "» ", " «", " ("):
            return False
        agree = one.look.nominative or one.look.cases & word.look.cases - {"gent"}
        if nth and agree and people.is_role(one.lower):
            return True
        if people.names_a_street(" " + one.lower) or not ("gent" in one.look.cases or one.text.isupper()):
            return False
        following = one
    return False


def _lower_after_role(words: list[Word], at: int) -> Chain | None:
    """«инспектор голубь был», «участковый гусь андрей»: a usual word in the nominative between an office and a deed."""
    word = words[at]
    seen = word.look
    if (
        at
        and at + 1 == len(words)
        and words[0].text.islower()
        and not any(one.capital for one in words)
        and (seen.surname >= 0.1 or (not seen.known and seen.nominative))
        and seen.ending
        and not word.capital
        and not seen.verb
    ):
        return Chain([word], weight=0.8)
    if at == 0 or at + 1 >= len(words):
        return None
    before, after = words[at - 1], words[at + 1]
    if not people.is_role(before.lower) or people.is_role(word.lower) or word.capital or len(word.lower) < 3:
        return None
    if word.start - before.end != 1:
        return None
    if seen.surname >= 0.1 and seen.ending:
        return Chain([word], role=True)
    if before.lower.startswith("фамили") and (seen.noun or not seen.known) and seen.nominative:
        return Chain([word], role=True, weight=1.0)  # «моя фамилия зозуля»
    named = seen.name >= 0.15 and not seen.verb and word.lower not in _NO_NAMES
    if named and seen.nominative and before.look.nominative:
        return Chain([word], role=True, weight=1.0)  # «сантехник гена», «почтальон рая»
    if not before.look.nominative or not (seen.noun and seen.nominative and seen.living):
        return None
    if after.look.past or (after.look.name > 0.5 and after.look.common < 0.15):
        return Chain([word], role=True, weight=1.5)
    return None
