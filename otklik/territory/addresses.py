"""Streets and houses named in free text. Pure.

A street counts when a word for it stands beside the name («ул. Мира», «проспект Жукова», «7-я
Гвардейская улица»); the house is taken beside it. Flats are left out: they are personal data and
no work order needs them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from otklik.territory.known_streets import common_streets
from otklik.territory.morphology import (
    agrees_with_noun,
    is_abbreviation,
    is_idle,
    is_usual_word,
    may_be_genitive,
    nominative_of_adjective,
)
from otklik.territory.spoken_numbers import spoken_number


@dataclass(frozen=True, slots=True)
class AddressHit:
    """A street and, if written, a house; `text[start:end]` is what was read.

    `street` is in one form («ул. Советская» for «по Советской улице»; without its word where the text has none);
    `house` is «12», «12к3», «5/1», «7а» or "". `confidence` is a rank from 0 to 1. `text[street_start:street_end]` is
    the street without the house (0 and 0 when not told apart).
    """

    street: str
    house: str
    start: int
    end: int
    confidence: float = 0.9
    street_start: int = 0
    street_end: int = 0


# kind as shown, gender of its word, the ways it is written
_KINDS: tuple[tuple[str, str, str], ...] = (
    ("ул.", "femn", r"ул|улиц(?:а|ы|е|у|ей)"),
    ("пр-т", "masc", r"пр-?к?т(?:а|е|у)?|пр|просп|проспект(?:а|е|у|ом)?"),
    ("пер.", "masc", r"пер|переул(?:ок|ка|ке|ку|ком)"),
    ("б-р", "masc", r"б-р|бул|бульвар(?:а|е|у|ом)?"),
    ("пл.", "femn", r"пл|площад(?:ь|и|ью)"),
    ("наб.", "femn", r"наб|набережн(?:ая|ой|ую)"),
    ("ш.", "neut", r"ш|шоссе"),
    ("проезд", "masc", r"проезд(?:а|е|у|ом)?|пр-д(?:а|е|у)?"),
    ("туп.", "masc", r"туп|тупик(?:а|е|у|ом)?"),
    ("мкр", "masc", r"мкр-?н?|микрорайон(?:а|е|у|ом)?"),
    ("кв-л", "masc", r"кв-л(?:а|е|у)?|квартал(?:а|е|у|ом)?"),
)
_BARE_LETTERS = {"ш", "пл", "бул", "наб", "туп", "просп", "пер", "пр"}  # abbreviations want a dot
_WORD = r"[А-ЯЁ](?:[а-яё]+|[А-ЯЁ]+)(?:[-–][А-ЯЁа-яё]+)*"
_INITIALS = r"(?:[А-ЯЁ]\.\s?){1,2}"
_NUMBERED = r"\d{1,3}(?:\s?[-–]?\s?(?:й|я|ая|ый|ой|летия|лет|го|ти))?"
_RANK = r"(?:им\.?|имени|маршала|генерала|академика|адмирала|героев|героя|писателя|доктора|космонавта)"
_NAME = (
    rf"(?:(?i:{_RANK})\s+)?(?:{_NUMBERED}\s+)?(?:(?i:{_RANK})\s+)?(?:{_INITIALS})?"
    rf"{_WORD}(?:\s+{_WORD}){{0,2}}"
)
_LOWER_TWO = r"(?!(?:дом|корпус)\b)[а-яё]{3,}\s(?!(?:дом|корпус|квартира)\b)[а-яё]{3,}(?=,?\s?(?:д(?:ом)?\.?\s?)?\d)"
_LOWER_NAME = r"(?:\d{1,3}[-–]?[а-я]{0,2}\s+)?[а-яё]{3,}(?:[-–][а-яё]+)?"
_GENITIVE_TAIL = (
    r"(?:\s+(?:дивизии|армии|победы|октября|мая|марта|съезда|бригады|гвардии|танкистов|комсомола))?"
)
_HOUSE = (
    r"\s{0,2},?\s{0,2}(?:(?i:дом(?:а|у|е|ом)?|д)(?:\b|(?=\d))\.?\s?)?(?:№\s?)?"
    r"(?P<house>\d{1,3}(?:[а-еА-Е]?\s?/\s?\d{1,3}(?!\d))?(?:(?:[«\"]?|\s[«\"]?(?=[А-П]|[а-п][\"»,.;)]|[бгдежзклмнп](?!\w)|[а-п]$))"
    r"[а-жА-Жк-пК-П][»\"]?(?![а-яёА-ЯЁ]))?)"
    r"(?!\d|-(?!\d)|\s?(?:-?(?:й|я|ая|ый|го|ти|летия)\b|(?i:год|лет|руб|час|мин|числ|дн|день|сут|недел|мес|см|тыс|янв|фев|мар|апр|ма[йя]|"
    r"июн|июл|авг|сен|окт|ноя|дек|подъезд|этаж|квартир|человек|раз[а ]|метр|км|дивизии|съезд)))"
    r"(?:,?\s?(?i:корп(?:ус)?|кор|к)\.?\s?(?P<block>\d{1,2}))?"
    r"(?:,?\s?(?i:стр(?:оение)?)\.?\s?(?P<building>\d{1,2}))?"
)
_KIND = "|".join(f"(?P<k{number}>{written})" for number, (_, _, written) in enumerate(_KINDS))
_BEFORE = re.compile(
    rf"(?<![А-Яа-яЁё-])(?i:{_KIND})(?![А-Яа-яЁё-])(?P<dot>\.?)\s{{0,2}}[«\"]?"
    rf"(?P<name>{_NAME}|{_LOWER_TWO}|{_LOWER_NAME}|\d{{1,3}}(?:\s?[-–]\s?[а-яё]{{1,2}})?)[»\"]?(?P<tail>{_GENITIVE_TAIL})"
)
_AFTER = re.compile(
    rf"(?<![А-Яа-яЁё])(?P<name>(?:{_NUMBERED}\s+)?{_WORD}(?:\s+{_WORD})?|\d{{1,3}}(?:[-–]?[а-яё]{{1,2}})?)\s+(?i:{_KIND})(?![а-яё-])(?P<dot>\.?)"
)
_HOUSE_AFTER = re.compile(_HOUSE)
_HOUSE_BEFORE = re.compile(
    r"(?i:дом(?:а|у|е|ом)?|д\.)\s?(?:№\s?)?(?P<house>\d{1,3}(?:/\d{1,3})?[а-еА-Е]?)"
    r"(?:,?\s?(?i:корп(?:ус)?|кор|к)\.?\s?(?P<block>\d{1,2}))?(?:,?\s?(?i:стр(?:оение)?)\.?\s?(?P<building>\d{1,2}))?"
    r"\s?,?\s(?:(?i:по|на)\s)?$"
)
# Words that end a street's name though they are written with a capital.
_NOT_IN_NAME = re.compile(
    r"\s+(?:(?<!Героев\s)(?<!героев\s)(?<!Защитников\s)[А-ЯЁ][а-яё]+(?:град|город)\w*|Нет|Не|Просим|Прошу|Когда|Почему|Уже|Дом|Корпус|Кв|Квартира|Вода|Это|Там|Тут|"
    r"Помогите|Здравствуйте|Добрый|Уважаем\w+|Спасибо)\b.*$",
    re.DOTALL,
)


_LEADING = re.compile(r"(?:На|По|В|Во|У|С|За|От|До|Возле|Около|Вдоль|Под)\s+")


def find_address(text: str) -> AddressHit | None:
    """Find the first street of a text, rather one with a house. None when no street is named."""
    hits = find_addresses(text)
    with_house = [hit for hit in hits if hit.house]
    return next(iter(with_house or hits), None)


def find_addresses(text: str) -> list[AddressHit]:
    """Find all streets of a text with their houses, in order, without overlap. Never raises."""
    hits: list[AddressHit] = []
    position = 0
    before = after = _Ahead()
    while position < len(text):
        before, after = before.on(_BEFORE, text, position), after.on(_AFTER, text, position)
        match = before.match
        # «на Советской улице» and «улице Мира»: whichever begins first, the marked one in a tie.
        if match is None or (after.match is not None and after.match.start() < match.start()):
            match = after.match
        if match is None:
            break
        hit = _hit(text, match)
        position = match.start() + 1
        if hit is not None:
            if not hits or hit.start >= hits[-1].end:
                hits.append(hit)
            position = max(hit.end, position)
    return hits


@dataclass(frozen=True, slots=True)
class _Ahead:
    """The next match of a pattern, kept while the reading has not passed it: one search a match."""

    match: re.Match[str] | None = None
    sought: bool = False

    def on(self, pattern: re.Pattern[str], text: str, position: int) -> _Ahead:
        if self.sought and (self.match is None or self.match.start() >= position):
            return self
        return _Ahead(pattern.search(text, position), True)


def _hit(text: str, match: re.Match[str]) -> AddressHit | None:
    start, written_name = match.start(), match["name"]
    if match.re is _AFTER and (leading := _LEADING.match(written_name)):
        start, written_name = start + leading.end(), written_name[leading.end() :]
    number = next(n for n in range(len(_KINDS)) if match[f"k{n}"] is not None)
    shown, gender, _ = _KINDS[number]
    written = match[f"k{number}"].lower()
    whole_word = len(written) > 4 and written != "просп" and "-" not in written
    if whole_word and match.re is _BEFORE and match["dot"]:
        return None  # the dot ends a sentence: «темно на улице. После дождя…»
    if written in _BARE_LETTERS and not match["dot"]:
        named = match.re is _BEFORE and match["name"][:1].isupper()
        if not named or not house_after(text, match.end("name"))[0]:
            return None  # «пр Ленина 5» is one, «пр» alone may be anything
    tail = match.groupdict().get("tail") or ""
    name = _NOT_IN_NAME.sub("", written_name) if written_name[:1].isupper() else written_name
    if match.re is _AFTER and not _stands_before(name, shown, gender):
        return None
    name = sober(name)
    quarter = re.fullmatch(r"(\d{1,3})\s?[-–]?\s?(?:й|м|го|ом|ый)", name) if shown in {"мкр", "кв-л"} else None
    name = quarter[1] if quarter else name
    letters = [char for char in name if char.isalpha()]
    small = bool(letters) and not any(map(str.isupper, letters))
    if small and (not _lower_case_name(written, match, gender) or _describes_next(text, match)):
        return None
    whole = len(name.split()) == len(match["name"].split()) or quarter is not None
    end = match.end() if match.re is _AFTER else match.start("name") + _length(match["name"], len(name.split()), whole)
    if match.re is _BEFORE and whole:
        end = match.end()
        name += tail
    if name.isdigit() and shown not in {"мкр", "кв-л"}:
        return None
    street = f"{shown} {in_nominative(name, gender)}"
    street_end = end
    street_start = start
    house, end = house_after(text, end)
    if not house:
        house, start = house_before(text, start)
    return AddressHit(street, house, start, end, 0.95, street_start, street_end)


def _stands_before(name: str, shown: str, gender: str) -> bool:
    """Before its word only an adjective is a name («Советская улица»), or a number of a quarter."""
    if name[:1].isdigit() and " " not in name:
        return shown in {"мкр", "кв-л"}
    return nominative_of_adjective(name.split()[-1], gender) is not None


def _lower_case_name(written: str, match: re.Match[str], gender: str) -> bool:
    """A name without a capital counts after a clear word, if it looks like a name and not a verb or a predicate."""
    word = match["name"].split()[-1]
    if written in {"мкр", "кв-л", "микрорайон", "квартал"} or word in _NO_NAMES:
        return False
    house = bool(house_after(match.string, match.end("name"))[0])
    if match["dot"]:
        return True
    if nominative_of_adjective(word, gender) is not None:
        # «улица тихая» tells what it is like, «сделайте улицу односторонней» what it should be.
        whole = len(written) > 4
        says = written in {"улица", "набережная", "площадь"} and not house and not common_streets().named([word])
        return not says and (not whole or house or agrees_with_noun(word, written))
    if house and written in {"ул", "пер"} and may_be_genitive(word):
        return True
    return bool(common_streets().named([word])) or (word.endswith(_OWNERS) and not is_usual_word(word))


_OWNERS = ("ина", "ова", "ева", "ого", "его")
_NO_NAMES = frozenset(
    {"дома", "дом", "корпуса", "подъезда", "квартиры", "которого", "которой", "которая", "нашего", "нашей", "вашей",
     "этой", "этого", "своей", "своего", "каждой", "всей", "другой", "другого", "какой", "одной", "самой", "моей"}
)  # fmt: skip


def _describes_next(text: str, match: re.Match[str]) -> bool:
    """«на улице небольшой подъём»: the adjective belongs to the next word, not to the street."""
    following = re.match(r"\s([а-яё]+)", text[match.end() : match.end() + 30])
    return following is not None and agrees_with_noun(
        match["name"].split()[-1], following[1].replace("ё", "е")
    )


def house_after(text: str, end: int) -> tuple[str, int]:
    """The house written (or dictated) right after a street's name and where it ends; "" and `end` without one."""
    following = _HOUSE_AFTER.match(text, end)
    if following:
        return _house(following), following.end()
    spoken = spoken_number(text, end)
    return (str(spoken[0]), spoken[1]) if spoken else ("", end)


def house_before(text: str, start: int) -> tuple[str, int]:
    """The house written before a street («дом 12 по Мира») and where it begins; "" and `start` without one."""
    preceding = _HOUSE_BEFORE.search(text[max(0, start - 36) : start])
    return (_house(preceding), max(0, start - 36) + preceding.start()) if preceding else ("", start)


def _length(written: str, words: int, whole: bool) -> int:
    """How many letters the first words of what is written take."""
    found = re.match(rf"(?:\S+\s+){{{words - 1}}}\S+", written) if words and not whole else None
    return found.end() if found else len(written)


def sober(name: str) -> str:
    """A name out of a text in capitals: words that are no name are left out, «ЛЕНИНА» becomes «Ленина»."""
    words = name.split()
    if sum(map(str.isalpha, name)) < 2 or name != name.upper():
        return name
    kept: list[str] = []
    for word in words:
        if kept and (is_idle(word.lower()) or word.lower() in _NO_NAMES):
            break
        kept.append(word if is_abbreviation(word.lower()) else "-".join(map(str.capitalize, word.split("-"))))
    return " ".join(kept)


def _house(match: re.Match[str]) -> str:
    house = re.sub(r"[\s«»\"]", "", match["house"]).lower()
    if match["block"]:
        house += f"к{match['block']}"
    if match["building"]:
        house += f"с{match['building']}"
    return house


_ORDINAL = re.compile(r"^(\d{1,3})\s?[-–]?\s?(?:й|я|ая|ой|ую|ый)$")
_ORDINAL_ENDING = {"femn": "я", "masc": "й", "neut": "е"}


def in_nominative(name: str, gender: str) -> str:
    """Bring adjectives of a street's name to the nominative («Советской» → «Советская»); a person's name stays."""
    words = name.split()
    turned = [nominative_of_adjective(word, gender) or word for word in words]
    if len(turned) > 1 and turned[-1] != words[-1]:
        turned[0] = _ORDINAL.sub(rf"\1-{_ORDINAL_ENDING[gender]}", turned[0])
    if len(words) > 1 and turned[-1] == words[-1] and nominative_of_adjective(words[-1], gender) is None:
        turned = words  # «8-й Воздушной Армии»: all of it depends on the noun
    spelled = " ".join(turned)
    return spelled if spelled.startswith(("им", "м-")) else spelled[:1].upper() + spelled[1:]
