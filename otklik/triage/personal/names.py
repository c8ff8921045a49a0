"""Names of people: chains of words weighed by what each may be and by what stands around. Pure.

A hidden name beats a shown one: in doubt it is a name. Streets, schools and firms called after people are none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from otklik.triage.personal import people
from otklik.triage.personal.name_words import Look, look
from otklik.triage.personal.spans import PersonalSpan

ENOUGH: Final = 1.5  # the weight from which a chain is a name
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-‐–’'`][^\W\d_]+)*")
_ENDS: Final = re.compile(r"[.!?…\n\r;•●▪*]|(?:^|\s)\d{1,2}[.)]\s")
_JOINT: Final = re.compile(r"^(?: {1,2}|\. ?| \.|\n(?=\S))$")
_PARTICLES: Final = frozenset({"оглы", "кызы", "оглу", "улы", "гызы", "ханум", "бей", "фон", "ван", "дер", "де", "да", "ибн", "аль", "заде"})
_VILLAGE: Final = re.compile(r"[а-яё]{2}(?:ово|ево|ёво|ино|ыно|ское|цкое|ное|овка|евка|инка|инск)[аеуий]?$")
_NO_NAMES: Final = frozenset({"барака", "бараков", "стояна", "маш", "мира", "марта", "света"})
_MAIL_WORDS: Final = frozenset({"e-mail", "email", "mail", "е-mail", "емайл", "имейл"})
_COMMON: Final = 0.3
_SPEAKING: Final = re.compile(
    r"^[»\")]?(?:\s*:\s*[«\"]|,?\s*(?:(?:из|с|от|на|в)\s\w+\s)?(?:\([^()\n]{1,40}\)\s*)?(?:(?:мне|нам|там|тут|лично|вчера|сегодня|тогда|опять|снова|так|ничего|даже|уже|тоже|всё|все|не|мама|просто)\s)*"
    r"(?:сказал|говорит|говорил|обеща|ответи|пришёл|пришел|приш|прих[оа]д|звони|отвечает|обозвал|нахами|хамит|хамил|кричи|накрич|отказ|направ|записал|принял|уволил"
    r"|уш[её]л|живёт|живет|жила?|требу|просит|проси[лт]|пь[её]т|сдела|сказа|уеха|спас|помог|упал|умер|работа|реш[иа]|взял|написа|пиш[еу]т|виде|сообщ|скончал|род"
    r"|поним|знает|бегает|стоит|сидит|подтверд|распоряд|руга|угрожа|избил|ломает|слома|паркует|ставит|стучит|шумит|игнорир|бросает|обеспеч|занима|учится|ход[ия]т"
    r"|мешает|мо[йе]т|чистит|убира|вызвал|проживает|является|осмотрел|реагир|представил|предложи|объясни|счита|умоля|смее|улыб|разв[оё]д|держит|корм[ия]т|куп[ия]))",
    re.IGNORECASE,
)


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


def names(text: str, taken: Sequence[PersonalSpan]) -> list[PersonalSpan]:
    """Names of people outside what is taken already (an address, a mail address)."""
    held = bytearray(len(text))
    for one in taken:
        held[one.start : one.end] = b"\1" * (one.end - one.start)
    words = [word for word in _words(text) if not any(held[word.start : word.end])]
    chains = _chains(text, words)
    for chain in chains:
        _weigh(text, chain, taken)
    _company(text, chains)
    spans: list[PersonalSpan] = []
    family = False
    for chain in chains:
        if chain.weight >= ENOUGH:
            if family and text[spans[-1].end : chain.start] == " и ":
                spans[-1] = PersonalSpan(spans[-1].start, chain.end, "name", spans[-1].reason)
                continue
            family = len(chain.words) > 1 and chain.words[0].lower.endswith(("овы", "евы", "ины", "ие"))
            end = chain.end + (text[chain.end : chain.end + 1] == "." and chain.words[-1].initial)
            spans.append(PersonalSpan(chain.start, end, "name", chain.reason or "имя"))
    return spans


def _words(text: str) -> list[Word]:
    shouted = sum(map(str.isupper, text)) > 0.5 * max(1, sum(map(str.isalpha, text)))
    words: list[Word] = []
    end, last = 0, ""
    for found in _WORD.finditer(text):
        written = found[0]
        lower = written.lower()
        gap = text[end : found.start()]
        dotted = gap == "." or gap.startswith((". ", "."))
        stopped = _ENDS.search(gap) is not None
        if stopped and dotted and "\n" not in gap and gap.count(".") == 1 and not re.search(r"[!?…;]", gap):
            stopped = not (len(last) == 1 or people.abbreviated(last))
        glued = text[found.start() - 1 : found.start()].isdigit()  # «58А», «QR2д»
        initial = len(written) == 1 and not glued and text[found.end() : found.end() + 1] == "." and text[found.start() - 1 : found.start()] not in ("/", "№", "-")
        upper = written[0].isupper() and not glued and not _is_made_up(written)
        if upper and len(written) > 1 and (people.abbreviated(lower) or lower in _MAIL_WORDS):
            upper = False
        elif upper and len(written) > 1 and written.isupper() and not shouted and not _is_written_name(lower):
            upper = False  # an abbreviation: ТСЖ, МФЦ, ЖКХ
        words.append(
            Word(found.start(), found.end(), written, lower, look(lower), upper and not shouted, stopped or not words, initial)
        )
        end, last = found.end(), lower
    return words


def _is_written_name(lower: str) -> bool:
    seen = look(lower)
    return (seen.personal >= 0.3 or (seen.ending and not seen.known)) and seen.common < _COMMON and not seen.firm


def _is_made_up(written: str) -> bool:
    """«ЛиАЗ», «ЦУМа», «QRкод»: capitals within, as no name has them but for «МакДональд»."""
    return re.search(r"[а-яё][А-ЯЁ]|^[А-ЯЁ]{2,}[а-яё]|[A-Za-z][А-Яа-яЁё]|[А-Яа-яЁё][A-Za-z]", written) is not None and "-" not in written or re.match(r"[А-ЯЁA-Z]{2,}-[а-яё]", written) is not None


def _may_begin(word: Word) -> bool:
    """A capital letter, or in a text without them a word that is hardly anything but a name."""
    if word.initial:
        return word.capital or word.text.isupper()
    if len(word.text) < 2:
        return False
    if word.capital:
        return True
    seen = word.look
    sure = seen.known or seen.ending or seen.name >= 0.9
    return len(word.lower) > 2 and word.lower not in _NO_NAMES and sure and seen.personal >= 0.3 and seen.common < 0.15 and not (seen.known and seen.place >= 0.3)


def _chains(text: str, words: list[Word]) -> list[Chain]:
    chains: list[Chain] = []
    at = 0
    while at < len(words):
        if not _may_begin(words[at]) and not _surname_before_name(text, words, at):
            if (chain := _lower_after_role(words, at)) is not None:
                chains.append(chain)
            at += 1
            continue
        run = [words[at]]
        while at + len(run) < len(words) and _joins(text, run, words[at + len(run)]):
            run.append(words[at + len(run)])
        at += len(run)
        chain = _trimmed(run, words[:at - len(run)], text)
        if chain is not None:
            chains.append(chain)
    return chains


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
        if not re.fullmatch(r"\. ?|\.\n", gap):
            return False
        # «Шевченко О. Л. направила»: behind initials a surname comes only if none was before
        if not word.initial:
            alone = all(one.initial or people.is_role(one.lower) for one in run)
            return alone and (word.capital or word.look.personal > 0.3)
        return True
    if gap not in (" ", "  ", "\n", "\xa0"):
        return False
    if word.lower in _PARTICLES and word.lower not in ("да", "де"):
        return True
    if gap == "\n" and (not word.look.patronymic or not last.look.personal):
        return False
    if word.initial:
        if word.text.islower() and (last.capital or text[word.end : word.end + 2] == ". "):
            return False
        return len(run) <= 3 and (word.text.isupper() or last.look.personal > 0.3) and last.lower not in ("и", "г", "ул")
    if len(word.text) == 2 and word.text.isupper() and word.text.isalpha() and last.capital and last.look.personal + last.look.ending >= 0.5:
        return True
    if word.capital != last.capital and not (last.capital and word.look.patronymic > 0.5):
        return False
    return _may_begin(word) or (not last.capital and last.look.name > 0.3 and word.look.personal > 0.3)


def _trimmed(run: list[Word], words: Sequence[Word], text: str) -> Chain | None:
    """Words of office, kin and usual words at the head fall off, places and usual words at the end."""
    before = words[-1] if words else None
    role = before is not None and (_role_touches(before, run[0], text) or _role_behind(words, run[0], text))
    while run and not run[0].initial:
        head, rest = run[0], run[1:]
        seen = head.look
        if people.in_honour(head.lower + " ") and rest:
            return None
        if people.is_role(head.lower) and not (head.capital and seen.surname >= 0.1):
            role, run = True, rest
            continue
        if rest and not rest[0].initial and seen.common >= _COMMON and not _may_be_surname(head, rest):
            role, run = False, rest
            continue
        break
    while len(run) > 1 and not run[-1].initial and _is_tail(run[-1], run[-2]):
        run = run[:-1]
    return Chain(run, role) if run else None


def _may_be_surname(head: Word, rest: Sequence[Word]) -> bool:
    """«Жук Валерий», «Бессмертный Олег», «Роман Ильич»: a usual word that agrees with the name behind it."""
    seen, other = head.look, rest[0].look
    if seen.personal >= 0.05:
        return True
    if not (seen.noun or seen.adjective) or seen.pronoun:
        return False
    if any(one.look.patronymic > 0.5 for one in rest) or not head.first:
        return True
    return other.name > 0.3 and (seen.living or seen.adjective) and bool(seen.cases & other.cases)


def _is_tail(word: Word, last: Word) -> bool:
    seen = word.look
    if word.lower in _PARTICLES or len(word.text) == 2 and word.text.isupper():
        return False
    return seen.personal < 0.1 and not seen.ending and (seen.place > 0.4 or (seen.common >= 0.6 and not (seen.noun or seen.adjective)))


def _role_touches(before: Word, word: Word, text: str) -> bool:
    gap = text[before.end : word.start]
    if not people.is_role(before.lower):
        return False
    if gap == ". ":
        return people.abbreviated(before.lower)
    return gap in (" ", "  ", "-", " - ", " — ", " – ", ": ", ", ", " (", "\n", ":", " «", "— ", " \"")


def _role_behind(words: Sequence[Word], word: Word, text: str) -> bool:
    """«начальник жилищного отдела Кривонос», «председатель СНТ Жук»: an office, then whose it is, then the name."""
    following = word
    for nth, one in enumerate(reversed(words[-4:])):
        if text[one.end : following.start] not in (" ", "  ", "» ", " «", " ("):
            return False
        if nth and people.is_role(one.lower) and one.look.nominative:
            return True
        if not ("gent" in one.look.cases or one.text.isupper()):
            return False
        following = one
    return False


def _lower_after_role(words: list[Word], at: int) -> Chain | None:
    """«инспектор голубь был», «участковый гусь андрей»: a usual word in the nominative between an office and a deed."""
    word = words[at]
    seen = word.look
    if at and at + 1 == len(words) and words[0].text.islower() and not any(one.capital for one in words) and seen.surname >= 0.1 and seen.ending and not word.capital:
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
    if not before.look.nominative or not (seen.noun and seen.nominative and seen.living):
        return None
    if after.look.past or (after.look.name > 0.5 and after.look.common < 0.15):
        return Chain([word], role=True, weight=1.5)
    return None


def _weigh(text: str, chain: Chain, taken: Sequence[PersonalSpan]) -> None:
    words = [word for word in chain.words if not word.initial]
    if not words:
        chain.weight = -9.0
        return
    before = text[max(0, chain.start - 60) : chain.start]
    after = text[chain.end : chain.end + 60].lstrip(".")
    _weigh_words(chain, words)
    _weigh_surroundings(text, chain, words, before, after, taken)


def _weigh_words(chain: Chain, words: list[Word]) -> None:
    """What the words themselves say."""
    looks = [word.look for word in words]
    initials = len(chain.words) > len(words)
    if len(words) == 1 and not initials and _is_no_name(words[0]):
        chain.add(-4.0, "")
    if len(words) == 1 and people.is_office(words[0].lower) and looks[0].personal < 0.9:
        chain.add(-4.0, "")
    if any(one.patronymic > 0.5 for one in looks):
        chain.add(3.5 if len(words) > 1 else 2.5, "отчество")
    if initials:
        worst = max(one.common for one in looks)
        first = chain.words[0].initial and not (len(chain.words) > 2 and chain.words[1].initial)
        if worst >= 0.8 and (first or (words[0].first and len(chain.words) < 3)):
            chain.add(1.0 if any(one.ending or one.personal >= 0.05 for one in looks) else -1.0, "инициалы")
        else:
            chain.add(3.0, "инициалы")
    if any(word.lower in _PARTICLES for word in words[1:]):
        chain.add(2.0, "имя из нескольких слов")
    single = len(words) == 1
    best = max((_personal(word) for word in words), default=0.0)
    chain.add(best, "имя или фамилия")
    if not single and best > 0:
        chain.add(1.5 if sum(_personal(word) > 0.4 for word in words) > 1 else 0.6, "имя и фамилия рядом")


def _is_no_name(word: Word) -> bool:
    """A pronoun, a verb, a particle: whatever stands around it."""
    seen = word.look
    return seen.known and seen.personal < 0.02 and (seen.pronoun or not (seen.noun or seen.adjective))


def _personal(word: Word) -> float:
    """How much a word by itself looks like a name: 2 for sure, 0 for a usual word, less for a place or a firm."""
    seen = word.look
    middle = word.capital and not word.first
    if seen.firm and seen.personal < 0.3:
        return -1.5
    place = seen.place if seen.known else 0.0
    if place > 0.4 and seen.personal < 0.2:
        return -2.0
    if not seen.known and seen.name < 0.5 and _VILLAGE.search(word.lower):
        return 0.3
    if not word.text[0] > "\u0400" and word.text.isascii():
        return 0.0
    if not word.capital and seen.personal >= 0.3 and ((seen.usual and seen.name < 0.9) or not (seen.known or seen.name >= 0.9)):
        return 0.8
    if seen.personal >= 0.3 and seen.common < 0.2:
        if seen.usual and seen.name < 0.3 and word.first:
            return 1.3
        sure = 2.1 if seen.known or seen.name >= 0.9 else 1.7 if middle else 1.2 if seen.ending else 0.8
        return sure - (0.6 if place > 0.2 else 0)
    if seen.personal >= 0.05 and seen.known:
        return (1.8 if middle else 0.6) + min(0.4, seen.personal)
    if not seen.known:
        if not word.capital:
            return 0.6 if seen.ending else 0.0
        return (1.3 if middle else 0.8) + (0.6 if seen.ending else 0.0)
    if middle:
        return 0.6 if seen.noun and seen.living else 0.3 if (seen.noun or seen.adjective) and not seen.verb else -0.5
    return 0.0


def _weigh_surroundings(
    text: str, chain: Chain, words: list[Word], before: str, after: str, taken: Sequence[PersonalSpan]
) -> None:
    """What stands on both sides."""
    full = len(words) > 1 or len(chain.words) > len(words)
    single = not full
    if chain.role:
        chain.add(2.0, "должность или родство перед именем")
    elif people.introduced(before):
        chain.add(2.2, "человек назван")
    if single and re.match(r"\s?[(,]\s?\d{1,2}[./]\d{1,2}[./](?:19|20)\d\d", after):
        chain.add(1.2, "дата рождения рядом")
    if _SPEAKING.match(after):
        chain.add(0.9, "о человеке")
    if re.match(r"\s?\((?:это\s)?(?:фамилия|имя)", after):
        chain.add(3.0, "человек назван")
    if (words[0].capital or words[0].look.known) and _signs(text, chain, taken):
        chain.add(1.6 if any(word.look.personal >= 0.05 for word in words) else 1.2, "подпись")
    if (people.in_honour(before) and not chain.role) or (single and people.names_a_street(after)):
        chain.add(-6.0, "")
        chain.street = True
    elif single and not chain.role and people.is_quality(words[0].lower) and (tail := re.match(r" ([а-яё]{3,})", after)):
        following = look(tail[1])
        if following.known and (following.noun or following.adjective) and not following.past and not following.verb:
            chain.add(-2.5, "")
    if single and not chain.role and people.calls_a_firm(before):
        chain.add(-3.0, "")
    if single and not chain.role and people.bears_streets(words[0].lower) and not people.introduced(before) and not words[0].first:
        chain.add(-1.5, "")
        chain.street = chain.weight < ENOUGH
    if not any(one.start - chain.end in range(4) for one in taken) and people.house_follows(after):
        chain.add(-3.0, "")
    elif people.stands_as_place(before) and not chain.role and not people.introduced(before):
        if not full or (len(words) == 1 and chain.words[0].initial) or _is_street_name(words):
            chain.add(-3.5 if full else -2.5, "")
            chain.street = True
    quoted = re.search(r"[«\"„“`]\s*(?:\w+\s){0,2}$", before) and re.match(r"^[^«„\"]{0,12}[»\"“”`]", after)
    if quoted and not chain.role and not people.introduced(before) and (single or chain.weight < 3.5):
        chain.add(-3.5, "")
    if people.names_a_firm(before) and (re.search(r"[«\"„][^»]*$", before) or words[0].look.firm):
        chain.add(-4.0, "")
    if re.match(r"\s(?:и\s(?:К\b|партн|сын|компан)|&)", after):
        chain.add(-4.0, "")


def _is_street_name(words: list[Word]) -> bool:
    """«по Константина Симонова»: first name and surname in the genitive, as streets are called."""
    return len(words) == 2 and all("gent" in word.look.cases and not word.look.nominative for word in words[:1]) and (
        words[0].look.name > 0.3 and words[1].look.patronymic < 0.3 and "gent" in words[1].look.cases
    )


def _signs(text: str, chain: Chain, taken: Sequence[PersonalSpan]) -> bool:
    """A sentence of its own, the end of the text, or a phone or an address beside it."""
    rest = text[chain.end :].lstrip(".,;:!) \t\r\n(—–-")
    if not rest or any(one.start - chain.end in range(12) and not re.search(r"\w{3}", text[chain.end : one.start]) for one in taken):
        return True
    if any(chain.start - one.end in range(1, 6) and re.fullmatch(r"[\s,:—–(-]+", text[one.end : chain.start]) and one.kind == "address" for one in taken):
        return True
    head = text[: chain.start].rstrip(" \t")
    alone = not head or head[-1] in ".!?\n…"
    first = chain.words[0].look
    usual = len(chain.words) == 1 and first.usual and first.name < 0.3
    stop = r"^\.?\s*(?:$|[.\n])" if usual else r"^\.?\s*(?:$|[.,\n]|\s[—–-])"
    return alone and re.match(stop, text[chain.end : chain.end + 5]) is not None


def _company(text: str, chains: list[Chain]) -> None:
    """A name met elsewhere in the text, or in one list with a name, is a name here, too."""
    sure = {stem for chain in chains if chain.weight >= 2.5 for word in chain.words if not word.initial and (stem := _stem(word))}
    for chain in chains:
        if chain.weight < ENOUGH and chain.weight > -1.5 and not chain.street and any(_stem(word) in sure for word in chain.words if word.capital):
            chain.add(2.0, "назван в этом тексте")
    marks = {mark for chain in chains if chain.weight >= 2.0 and (mark := _line_mark(text, chain)).strip()}
    for chain in chains if marks else ():
        if chain.weight < ENOUGH and len(chain.words) == 1 and _line_mark(text, chain) in marks:
            chain.add(1.6, "в списке имён")
    for chain, following in zip(chains, chains[1:], strict=False):
        gap = text[chain.end : following.start]
        if re.fullmatch(r"\.?\s?(?:,|и|или|либо|а|, а|, и)\s", gap.replace("\n", " ")) or gap in (", ", " и ", " или "):
            for one, other in ((chain, following), (following, chain)):
                if one.weight >= ENOUGH > other.weight > -1.0 and _may_be_listed(other):
                    other.add(1.4, "в одном ряду с именем")
            if chain.street and chain.weight < 0 and ENOUGH <= following.weight < 4.5 and not following.role and not _has_patronymic(following):
                following.add(-3.0, "")


def _has_patronymic(chain: Chain) -> bool:
    return any(word.look.patronymic > 0.5 for word in chain.words)


def _line_mark(text: str, chain: Chain) -> str:
    """The sign behind a chain that begins a line."""
    return text[chain.end : chain.end + 1] if text[: chain.start].rstrip(" -–—•\t")[-1:] in ("\n", "") else ""


def _may_be_listed(chain: Chain) -> bool:
    first = chain.words[0]
    return first.capital and (first.look.noun or not first.look.known or first.look.personal > 0.02 or not first.first)


def _stem(word: Word) -> str:
    return word.lower[: max(4, len(word.lower) - 2)] if len(word.lower) > 3 else word.lower

