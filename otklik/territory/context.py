"""What stands beside a name in a text and tells whether it is a place: markers of type, of
streets, of people and organisations. Pure; used by the gazetteer."""

from __future__ import annotations

import re
from typing import NamedTuple

from otklik.territory.morphology import agrees_with_noun, may_be_adjective


class Token(NamedTuple):
    """One word or number of a text: its key (small letters, ё as е), its span, its first letter."""

    key: str
    start: int
    end: int
    capital: bool
    upper: bool


_TOKEN = re.compile(r"р-н[а-яё]{0,2}\b|р-он[а-яё]{0,2}\b|[А-Яа-яЁёA-Za-z\u0301\u00ad\u200b-\u200d\ufeff]+|\d+")
_UNSEEN = str.maketrans(dict.fromkeys("\u0301\u00ad\u200b\u200c\u200d\ufeff"))  # stress marks and hidden signs
_ALL_RAION = [
    "район",
    "района",
    "районе",
    "району",
    "районом",
    "р-н",
    "р-на",
    "р-не",
    "р-ну",
    "р-ном",
    "р-он",
    "р-она",
    "р-оне",
    "рн",
]
RAION_FORMS = frozenset(_ALL_RAION)
RAION_PLURALS = frozenset({"районы", "районов", "районах", "районам", "районами"})
OBLAST_FORMS = frozenset({"область", "области", "областью", "обл"})
OKRUG_FORMS = frozenset({"округ", "округа", "округе", "округу", "округом"})
MUNICIPAL_FORMS = frozenset(
    {"муниципальный", "муниципального", "муниципальном", "муниципальному", "муниципальным"}
)


def tokens_of(text: str) -> list[Token]:
    """Split a text into words and numbers with their spans."""
    found = []
    for match in _TOKEN.finditer(text):
        word = match.group().translate(_UNSEEN)
        if word:
            key = word.lower().replace("ё", "е")
            upper = len(word) > 1 and word.isupper()
            found.append(Token(key, match.start(), match.end(), word[0].isupper(), upper))
    return found


_JOIN = re.compile(r"[ \t\u00a0]*\n?[ \t\u00a0]*|\s?[-–—.]\s?|\s?[«»\"]\s?")


def joined(text: str, left: Token, right: Token) -> bool:
    """Tell whether two neighbouring tokens may belong to one name (no comma or sentence between)."""
    return _JOIN.fullmatch(text, left.end, right.start) is not None


# Families of `naming.PLACE_TYPES`; the letters that are also prepositions want a dot or a capital.
_MARKERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"г|гор|город(?:а|е|у|ом)?|город(?:а|е|у|ом)?[- ]геро(?:й|я|е|ю)", ("город",)),
    (r"р\.? ?п|раб\.? ?пос|рабоч[а-я]+ пос[её]л[а-я]+|пгт|п\.г\.т", ("посёлок",)),
    (r"п|пос|пос[её]л(?:ок|ка|ке|ку|ком|ки|ков)", ("посёлок",)),
    (r"с|сел|сел(?:о|а|е|у|ом)|д|дер|деревн[а-я]+|слобод[а-я]+", ("село",)),
    (r"х|хут|хутор(?:а|е|у|ом|ов|ах)?", ("хутор",)),
    (r"ст-?ц[а-я]{1,2}|станиц(?:а|ы|е|у|ей)", ("станица",)),
    (r"ж[/.]?д\.? ?ст|станци(?:я|и|ю|ей)|разъезд(?:а|е|у|ом)?|рзд", ("железная дорога",)),
    (r"ст", ("станица", "железная дорога")),
    (r"мкр|мкрн|мкр-н[а-я]?|микрорайон(?:а|е|у|ом)?", ("микрорайон",)),
)
_MARKER_BEFORE = re.compile(
    r"(?:^|(?<=[\W\d_]))(?:"
    + "|".join(f"(?P<m{number}>{pattern})" for number, (pattern, _) in enumerate(_MARKERS))
    + r")(?P<dot>\.?)(?P<gap>\s*[«\"„]?)$",
    re.IGNORECASE,
)
_URBAN_MARKER = 1
_URBAN = ("рабочий посёлок", "посёлок городского типа")


class Marker(NamedTuple):
    """A marker of type before a name: where it starts and which families of types it may mean.

    `exact` are the types it means and no others of the family («р.п.» is no plain посёлок).
    """

    start: int
    families: tuple[str, ...]
    is_preposition_too: bool
    exact: tuple[str, ...]


def marker_before(text: str, start: int) -> Marker | None:
    """Find the marker of a settlement's type that ends where a name starts («х. », «станица »)."""
    tail_start = max(0, start - 24)
    match = _MARKER_BEFORE.search(text[tail_start:start])
    if match is None or not (match["dot"] or match["gap"]):
        return None
    number = next(n for n in range(len(_MARKERS)) if match[f"m{n}"] is not None)
    word = match[f"m{number}"].lower()
    bare = len(word) <= 2 and not match["dot"] and word in {"с", "п", "х", "г", "ст", "д"}
    exact = _URBAN if number == _URBAN_MARKER else ()
    return Marker(tail_start + match.start(), _MARKERS[number][1], bare, exact)


_TYPE_AFTER = re.compile(
    r"\s+(?:(?P<посёлок>пос[её]л(?:ок|ка|ке|ку|ком))|(?P<хутор>хутор(?:а|е|у|ом)?)|"
    r"(?P<станица>станиц(?:а|ы|е|у|ей))|(?P<село>сел(?:о|а|е|у|ом))|(?P<город>город(?:а|е|у|ом)?))"
    r"(?![а-яё-])(?!\s+[«\"]?[А-ЯЁ])"
)


def marker_after(text: str, end: int) -> Marker | None:
    """Find the type written after a name («Горьковский посёлок»), unless it opens the next name."""
    match = _TYPE_AFTER.match(text, end)
    return Marker(match.start(), (match.lastgroup or "",), False, ()) if match else None


_STREET_WORD = (
    r"ул|улиц[а-яё]{0,3}|пр-?т[а-яё]?|пр-?кт|пр|просп|проспект[а-яё]{0,2}|пер|переул[а-яё]{1,4}|пл|"
    r"площад[а-яё]{1,3}|б-?р|бул|бульвар[а-яё]{0,2}|ш|шоссе|наб|набережн[а-яё]{1,3}|проезд[а-яё]{0,2}|"
    r"туп|тупик[а-яё]{0,2}|аллея|аллеи|аллее|линия"
)
_STREET_BEFORE = re.compile(
    rf"(?:^|(?<=[\W\d_]))(?:{_STREET_WORD}|им|имени)\.?\s*[«\"]?\s*(?:\d+[-–]?(?:й|я|ая|ый)?\s+)?$",
    re.IGNORECASE,
)
_STREET_AFTER = re.compile(
    r"\s*[»\"]?\s*(?i:улиц[а-яё]{1,3}|ул\.|проспект[а-яё]{0,2}|пр-т|переул[а-яё]{1,4}|пер\.|шоссе|"
    r"площад[а-яё]{1,3}|бульвар[а-яё]{0,2}|проезд[а-яё]{0,2}|тупик[а-яё]{0,2}|набережн[а-яё]{1,3})"
    r"(?![а-яё])(?!\s*[«\"]?[А-ЯЁ])"
)
# «улиц Мира и Суворовская», «на Чумаковского»: streets named without their word.
_STREETS_TOGETHER = re.compile(r"\bулиц(?:ы|ам|ах|ами)?\s[^.,;!?\n]{2,30}\sи\s$", re.IGNORECASE)
_ON_SOMEBODYS = re.compile(r"\b(?:на|по)\s$", re.IGNORECASE)
_SOMEBODYS = re.compile(r"\w+(?:[сц]кого|ова|ева|ина)(?!\w)")
_OTHER_UNIT_AFTER = re.compile(
    r"\s+(?:(?:муниципальн|городск|сельск)[а-яё]{2,3}\s+)?"
    r"(?:район(?:[аеу]|ом|ы|ов|ах)?|р-н[а-яё]{0,2}|р-он[а-яё]?|област[а-яё]{1,3}|обл|кра[йяею]|"
    r"поселени[а-яё]{1,2}|сельсовет[а-яё]{0,2}|совет(?:а|е|у|ом)?)(?![а-яё])",
    re.IGNORECASE,
)
_NAMED_AFTER_IT = re.compile(
    r"(?:^|(?<=[\W\d_]))(?:снт|тсж|днт|тц|трц|жк|тк|ооо|зао|оао|ао|пао|мбоу|мкоу|доу|школ[а-яё]{1,2}|"
    r"магазин[а-яё]{0,2}|центр[а-яё]{0,2}|завод[а-яё]{0,2}|кинотеатр[а-яё]{0,2}|кафе|рынок|рынка|рынке|парк[а-яё]{0,2}|"
    r"остановк[а-яё]{1,2}|сквер[а-яё]{0,2}|стадион[а-яё]{0,2}|санатори[а-яё]{1,2}|колхоз[а-яё]{0,2}|"
    r"совхоз[а-яё]{0,2}|аптек[а-яё]{1,2}|день|дня|дню|днем|днём|годовщин[а-яё]{1,2})\s*[«\"„`]?\s*$",
    re.IGNORECASE,
)
_PLACE_PREPOSITION = re.compile(
    r"(?:^|(?<=[\W\d_]))(?:в|во|из|изо|под|через|до|около|возле|близ|по|на)\s+$", re.IGNORECASE
)
_SENTENCE_START = re.compile(r"(?:^|[.!?…\n])[\s«\"(—–-]*$")


def is_street_name(text: str, start: int, end: int) -> bool:
    """Tell whether a span is the name of a street, not of a place («ул. Победы», «Волжский проспект»)."""
    before = text[max(0, start - 48) : start]
    return bool(
        _STREET_BEFORE.search(before[-24:])
        or _is_before_street_word(text, start, end)
        or _STREETS_TOGETHER.search(before)
        or (_ON_SOMEBODYS.search(before[-4:]) and _SOMEBODYS.fullmatch(text[start:end]))
    )


def _is_before_street_word(text: str, start: int, end: int) -> bool:
    """«Волжский проспект»; but «старая полтавка улица ленина» is a village with its street."""
    match = _STREET_AFTER.match(text, end)
    if match is None:
        return False
    last = text[start:end].split()[-1].lower().replace("ё", "е")
    return may_be_adjective(last) or _NEXT_NAME.match(text, match.end()) is None


_NEXT_NAME = re.compile(r"\.?\s?[а-яё]{4,}")


def names_another_unit(text: str, end: int) -> bool:
    """Tell whether a word for another unit follows («Волжский район», «Ленинское поселение»)."""
    return _OTHER_UNIT_AFTER.match(text, end) is not None


def is_name_of_something(text: str, start: int) -> bool:
    """Tell whether the span names a shop, school, plant, holiday («кинотеатр «Победа»», «День Победы»)."""
    return _NAMED_AFTER_IT.search(text[max(0, start - 24) : start]) is not None


def has_place_preposition(text: str, start: int) -> bool:
    """Tell whether a preposition of place stands before («в», «из», «под», «через»)."""
    return _PLACE_PREPOSITION.search(text[max(0, start - 10) : start]) is not None


_INSIDE = re.compile(r"(?:^|(?<=[\W\d_]))(?:в|во|из|изо|до|под)\s+$", re.IGNORECASE)


def is_inside(text: str, start: int) -> bool:
    """Tell whether a preposition stands before that goes with settlements rather than streets («в», «из»)."""
    return _INSIDE.search(text[max(0, start - 10) : start]) is not None


_DWELLERS = re.compile(
    r"(?:^|(?<=[\W\d_]))(?:жител(?:и|ей|ям|ь|ю|я|ьница|ьницы)|хуторян[а-яё]*|селян[а-яё]*)\s+$", re.IGNORECASE
)


def names_dwellers(text: str, start: int) -> bool:
    """Tell whether the span says whose dwellers they are («жители Неткачева»)."""
    return _DWELLERS.search(text[max(0, start - 14) : start]) is not None


_STREET_NEXT = re.compile(r",?\s+(?:ул|улица|пер|переулок|пр-т|проспект|дом|д)\b", re.IGNORECASE)


def is_before_street(text: str, end: int) -> bool:
    """Tell whether a street or a house follows at once («Манойлин, ул. Мира»)."""
    return _STREET_NEXT.match(text, end) is not None


_WHO_LIVES = re.compile(
    r"\b(?:у нас|мы|жив[уеё][а-яё]*|проживаю|проживаем|жител[ьи]|дети|пишу)\s(?:[а-яё]+\s)?(?:в|во|из)\s$",
    re.IGNORECASE,
)


def says_who_lives(text: str, start: int) -> bool:
    """Tell whether somebody is said to live there («у нас в …», «живу в …»)."""
    return _WHO_LIVES.search(text[max(0, start - 32) : start]) is not None


_I_LIVE = re.compile(r"\b(?:у нас|мы|я|живу|жив[её]м|проживаю|проживаем)\s(?:[а-яё]+\s)?(?:в|во|из)\s$", re.IGNORECASE)


def says_i_live(text: str, start: int) -> bool:
    """Tell whether the writer says to live there («а я в Камышине»)."""
    return _I_LIVE.search(text[max(0, start - 32) : start]) is not None


def starts_sentence(text: str, start: int) -> bool:
    """Tell whether the span opens a sentence, where a capital letter says nothing."""
    return _SENTENCE_START.search(text[max(0, start - 12) : start]) is not None


def describes_next_word(text: str, token: Token, following: Token | None) -> bool:
    """Tell whether an adjective describes the noun after it («Волжский суд», «в Волжском роддоме»)."""
    if following is None or text[token.end : following.start].strip(' \u00a0"«'):
        return False
    return agrees_with_noun(token.key, following.key)
