"""Addresses to the flat: from the street through the flat, in either order, also told in words. Pure.

A house by itself is a place of trouble and stays; with the flat it is somebody's home.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from otklik.triage.personal import spoken
from otklik.triage.personal.spans import PersonalSpan

_TYPE: Final = (
    r"(?i:улиц(?:а|ы|е|у|ей)|ул|проспект(?:а|е|у|ом)?|просп|пр-?к?т(?:а|е|у)?|пр-д|проезд(?:а|е|у)?|пр"
    r"|переул(?:ок|ка|ке|ку)"
    r"|пер|площад(?:ь|и|ью)|пл|бульвар(?:а|е|у)?|бул|б-р|набережн(?:ая|ой|ую)|наб|шоссе|ш(?=\.)|тупик[аеу]?"
    r"|туп|аллея|аллеи|аллее"
    r"|микрорайон(?:а|е|у)?|микр|мкр-?н?|мкрн|м-?о?н|г-к|гор-к|жк|ж/к|массив|кв-?л|квартал(?:а|е"
    r"|у)?|городок|городке|линия|линии|посёлок|поселок"
    r"|пос|п(?=\.)|село|с(?=\.)|деревня|дер"
    r"|хутор|х(?=\.)|станица|ст-ца|снт|барак[аеу]?|общежити[еия]|общ|тракт|бухта|спуск|въезд"
    r"|городище)(?![А-Яа-яЁё])"
)
_BIG: Final = r"[А-ЯЁ][А-ЯЁа-яё]*(?:[-–’'/][А-ЯЁа-яё]+)*"
_SHORT: Final = r"(?:[А-ЯЁ]|(?i:им|ген|акад|марш|адм|ст|нов|мал|бол|б))\.\s?"
_NUMBERED: Final = (
    r"\d{1,3}(?:\s?-?\s?(?:й|я|ая|ой|ый|го|е|ти))?(?:[\s-]+(?i:лет|летия|год|октября|мая|марта|января"
    r"|февраля|декабря))?"
)
_SMALL_PART: Final = (
    r"(?i:имени|им\.?|маршала|генерала|академика|героев|героя|лет|летия|победы|октября|мая|армии|дивизии"
    r"|борцов)"
)
_NAME: Final = (
    rf"(?:(?:{_BIG}|{_NUMBERED}|{_SMALL_PART}|"
    rf"{_BIG}\s[а-яё]{{4,}}(?:ой|ей|ых|их|ого)(?=\s{_BIG}))\s{{1,2}}|{_SHORT}){{0,3}}{_BIG}(?:\s{_SMALL_PART})?"
)
# After the word of a street up to four words of any case: «набережная Волжской флотилии», «ул. им. маршала чуйкова».
_ANY: Final = (
    r"(?:(?!(?i:дом|д|кв|квартира|подъезд|корп|к)\b)(?:\d{1,3}(?:-?[а-яё]{1,3})?"
    r"|[А-Яа-яЁё][А-Яа-яЁё-]*\.?)\s{1,2}){0,4}"
    r"(?!(?i:дом|д|кв|квартира|подъезд|корп|к)\b)[А-Яа-яЁё][А-Яа-яЁё-]{2,}"
)
_LOWER: Final = r"(?:\d{1,2}-?[а-яё]{1,2}\s)?(?:[а-яё]+\s){0,2}[а-яё-]{3,}"
_DIGITS: Final = (
    r"\d{1,4}(?:-?[а-к](?![а-яё])|-[А-К](?![а-яёА-ЯЁ])|\s?[«\"]?[А-К][»\"]?(?![а-яёА-ЯЁ])"
    r"|\s[абгде](?![а-яё])|\s?[«\"][а-к][»\"])?"
)
_HOUSE: Final = (
    rf"(?:(?:(?i:дом(?:а|е|у|ом|ик)?|д|барак(?:а|е)?|общежити[еяи]|общ|владение|вл|участок|строение|стр"
    rf"|уч)[.:]?\s?)?(?:(?:№|N|номер)\s?)?(?:{_DIGITS}(?:\s?(?:[/\\-]|дробь)\s?{_DIGITS})?"
    rf"|(?!(?i:одн[аои])\b)(?i:{spoken.SMALL}(?:\sдробь\s{spoken.SMALL})?))"
    rf"|{_DIGITS}(?:-?[йм])?\s(?i:дом(?:а|е)?|д\.)(?![а-яё])|(?i:(?:{spoken.WORD}\s)?{spoken.ORDINAL}\sдом(?:а|е)?)(?![а-яё]))"
    rf"(?:[\s,]{{0,2}}(?i:корпус|корп|кор|к|строение|стр|литера?|лит|блок|бл|секция|общежитие"
    rf"|общ)\.?\s?(?:№\s?)?"
    rf"(?:\d{{1,3}}[а-я]?|[\"«]?[А-Яа-я](?![а-я])[\"»]?|(?i:{spoken.WORD}))){{0,2}}"
)
_FLAT: Final = re.compile(
    rf"(?<![А-Яа-яЁё])(?:(?i:квартир(?:а|ы|е|у|ой|ка|ки|ке|ку)?|кварт|кв(?:-?р[аеуы])?"
    rf"|ком(?:-?н?(?:ат|т)(?:а|е|у|ы|ой))?|комн"
    rf"|ап(?:арт)?|апартамент\w*)(?![а-яё])[.:]{{0,2}}\s?(?:[-–—]\s?)?(?:№\s?|N\s?|ном\.\s?"
    rf"|номер:?\s|под\sномером\s)?"
    rf"(?P<flat>\d{{1,4}}(?:-?[а-г](?![а-яё])|-?\s?[А-Г](?![а-яё])"
    rf"|\s?[«\"][А-Га-г][»\"])?(?![\wа-яё]|\s?(?:[-–]?м²|м2|метр|м\b))(?:\s?(?:,|и|-"
    rf"|/)\s?\d{{1,4}}(?!\w|\.\d|\s?[\d(-]|\s(?:под[ъь]?|эт|дом(?![а-яё]))))*|(?i:(?:{spoken.WORD}\s)?{spoken.ORDINAL}|{spoken.SMALL}))"
    rf"|(?:(?<=[\d,абвг»\"]\s)|(?<=[\dабвг»\"],))к\.\s?\d{{2,4}}(?!\w)(?![\s,.]{{1,3}}(?:кв|ком|[-–/]|\d))"
    rf"|(?P<before>\d{{1,4}}(?:\s?-?\s?(?:й|я|ой|ую|ая))?"
    rf"|(?i:(?:{spoken.WORD}\s){{0,2}}{spoken.ORDINAL}))\s(?i:квартир(?:а|ы|е|у|ой)"
    rf"|кв-?р[аеуы]|кв\.?(?!-?р)|комнат[аеуы])(?![а-яё]|\.?\s?№?\s?\d))"
)
# Between house and flat; between flat and house in the reverse order.
_STAIRS: Final = re.compile(
    r"[\s,.;()–—-]*(?<![а-яё])(?:(?:подъезд|подьезд|под|пд|п|эт(?:аж)?|секция|блок|бл|вход|домофон"
    r"|код|крыло)"
    rf"\.?\s?№?\s?(?:\d{{1,4}}|{spoken.WORD})"
    rf"|(?:\d{{1,2}}(?:-?(?:й|м|ый|ой|ом))?|{spoken.ORDINAL}|последн\w+|верхн\w+|крайн\w+"
    rf"|цокольн\w+)\s?(?:под[ъь]езд\w*|под\.?|эт(?:аж\w*)?\.?|секция|блок)"
    r"|общ(?:ежити[еяи]|ага)?\.?(?:\s?№?\s?\d{1,2})?|литера?\s?[А-Яа-я])$",
    re.IGNORECASE,
)
_HOUSE_LEFT: Final = re.compile(rf"(?<![\w.-])(?:{_HOUSE})[\s,.;:()–—-]*$")
_STREET_LEFT: Final = re.compile(
    rf"(?<![\w-])(?:{_TYPE}[.:]?\s{{0,2}}{_ANY}|{_TYPE}\.?\s{{0,2}}{_NAME}|{_NAME}\s{_TYPE}\.?"
    rf"|{_NAME}|{_TYPE}\.?\s{{0,2}}{_LOWER}"
    rf"|{_NUMBERED}\s?{_TYPE}\.?"
    rf"|{_TYPE}\.?\s?№?\s?\d{{1,3}})[\s,.:;()–—-]*(?:(?i:дом|д)\.?\s*)?$"
)
# «дом 5, кв. 12, улица Мира», «5 дом 12 квартира по Титова»
_STREET_RIGHT: Final = re.compile(
    rf"\)?[\s,.;(–—-]{{1,3}}(?:(?:по|на|в)\s)?(?:(?:это|адрес:?|по\sадресу:?|что\sна|что\sпо"
    rf"|который\sна)\s)?"
    rf"(?P<street>{_TYPE}\.?\s{{0,2}}(?:{_NAME}|{_LOWER})|{_NAME}\s{_TYPE}\.?|(?<=по\s){_NAME})"
)
_WORD_LEFT: Final = re.compile(
    r"(?<![\w-])(?P<word>(?:\d{1,3}(?:-?[а-яё]{1,2})?\s(?:лет\s"
    r"|летия\s)?)?[а-яё-]{4,})[\s,:()–—-]*(?:(?:дом|д)\.?\s*)?$"
)
_TURNED: Final = re.compile(
    rf"(?<![а-яё])(?i:дом(?:а|е|у)?|д\.)\s?№?\s?(?:{_DIGITS}(?:/{_DIGITS})?"
    rf"|(?i:{spoken.SMALL}))[\s,]{{1,2}}(?:(?:по|на|в)\s)?"
    rf"(?:{_TYPE}\.?\s{{0,2}}(?:{_NAME}|{_LOWER})|{_NAME}|(?!{spoken.WORD}|(?:{spoken.ORDINAL}))[а-яё-]{{5,}})[\s,]*$"
)
_BARRACK: Final = re.compile(
    rf"(?:(?i:барак|дом|общежитие)\s№?\s?{_DIGITS},\s)?{_TYPE}\.?\s{{0,2}}{_NAME}[\s,]*$"
)
_RIGHT_TYPED: Final = rf"{_TYPE}\.?\s{{0,2}}(?:{_NAME}|{_LOWER}|№?\s?\d{{1,3}}(?!\d))"
_RIGHT: Final = rf"(?:{_RIGHT_TYPED}|{_NAME}(?:\s{_TYPE}\.?)?|{_NUMBERED}\s?{_TYPE})"
_REVERSED: Final = re.compile(
    rf"(?:[\s,.]{{1,2}}(?:подъезд|под|этаж|эт|корпус|корп|блок|секция)\.?\s?\d{{1,2}}"
    rf"|[\s,]{{1,2}}\d{{1,2}}(?:-?[йм])?\s(?:подъезд|этаж)\w*){{0,2}}"
    rf"(?=[\s,.;:(–—-])(?:[\s,.;:–—-]{{0,3}}(?:\(\s?(?=\w)|(?:(?:в\s)?(?:том|этом|того"
    rf"|этого)\sже(?:\sдом[еа])?|там\sже|дом[еа](?=\s(?:по|на)\s)|по\sадресу:?|в|из|на|по|во|с|у"
    rf"|общежити[еяи]|общаг[аеи]|бараке|что|которая|которые|живу|это|адрес:?|этого|нашего|моего|его"
    rf"|её|их)(?![а-яё]))){{0,4}}(?:[\s,.;:–—-]{{1,3}}|(?<=\())"
    rf"(?:(?P<house>(?i:дом(?:а|е|у)?|д\.?(?=\s?\d))\s?(?:№\s?)?(?:{_DIGITS}(?:/{_DIGITS})?"
    rf"|(?i:{spoken.SMALL}))(?:[\s,]{{1,2}}(?i:корпус\w?|корп|к|стр|строение"
    rf"|литера?)\.?\s?(?:\d{{1,2}}|[А-Яа-я](?![а-я])))?|{_DIGITS}(?:-?[йм])?\s(?i:дом(?:а|е)?)(?![а-яё])"
    rf"|(?i:(?:{spoken.WORD}\s)?{spoken.ORDINAL}\sдом(?:а|е)?)(?![а-яё]))"
    rf"(?:[,.]?\s\(?(?:(?:по|на|в)\s)?(?P<street>{_RIGHT}(?:,\s{_RIGHT_TYPED})?|[а-яё-]{{4,}}))?"
    rf"|(?P<whole>(?:{_TYPE}\.?\s{{0,2}}(?:{_NAME}|{_LOWER})|{_NAME}(?:\s{_TYPE}\.?)?)\s?,?\s?{_HOUSE}))"
)
# «Дзержинского, 51-16», «Титова, 20/1, 33», «Луговского, 9 — 44», «Лермонтова, 2 / 31»
_UNMARKED: Final = re.compile(
    rf"(?<![\w-])(?:(?P<type>{_TYPE}\.?\s{{0,2}})(?:{_NAME}|{_LOWER}|(?<=мкр)|(?<=мкр\.))"
    rf"|(?P<name>{_NAME})(?P<late>\s{_TYPE}\.?)?"
    rf"|(?P<quarter>{_NUMBERED}\s?(?i:мкр|микрорайон|квартал)\.?))"
    rf"(?:\s?,?\s{{0,2}}|-)(?:(?i:дом"
    rf"|д)\.?\s?)?(?P<house>\d{{1,3}}[а-кА-К]?(?:/\d{{1,3}}[а-к]?)?)(?P<part>[\s,]{{1,2}}(?i:корп"
    rf"|к)\.?\s?\d{{1,2}})?"
    rf"(?P<gap>\s?[-–—]\s?|\s/\s|,\s?)(?P<flat>\d{{1,4}})(?![\w%/]|[:.]\d|\s?[-–—]\s?\d"
    rf"|,\s?\d{{1,4}}(?![\d(-])|-?[а-яё]|\s(?:и|или)\s\d|\s?(?i:корп|стр|лет|год|руб"
    rf"|час|мин|подъезд|этаж|эт|дом|янв|фев|мар|апр|ма[яй]|июн|июл|авг|сен|окт|ноя|дек|числ|раз|чел|метр"
    rf"|м\b|дн|тыс|шт|лист|класс))"
)
_NO_STREET: Final = frozenset(
    """
    дом дома доме домов домам подъезд подъезда школа школы сад садик маршрут автобус троллейбус трамвай
    маршруты автобусы рейсы рейсов группы группа талоны часы время расписание подъезды квартиры этажи
    корпус корп кв квартира этаж заявка обращение статья акт лицей гимназия поликлиника больница рейс
    пункт цех номер тариф площадка кабинет окно касса талон протокол договор закон приказ телефон тел
    паспорт снилс инн полис серия счёт счет карта января февраля марта апреля мая июня июля августа
    сентября октября ноября декабря январь февраль март апрель май июнь июль август сентябрь октябрь
    ноябрь декабрь с по от до за стр рост вес возраст лет в на и
    """.split()  # noqa: SIM905
)
# «проживаю ленина 25-16»: without capitals a home is known by the word before it.
_LIVED: Final = re.compile(
    r"(?<![а-яё])(?:прожива\w+|жив[уёе]\w*|прописан\w*|зарегистрирован\w*"
    r"|адрес\w*)[\s:,—–-]{1,3}(?:по\s|на\s|ул\.?\s)?"
    r"(?P<home>[а-яё-]{4,}(?:\s[а-яё-]{4,})?\s?,?\s?\d{1,3}[а-к]?(?:/\d{1,3})?\s?[-–—]\s?\d{1,4})(?![\w-]|[.,]\d)"
)
_STREET_ENDS: Final = tuple("ая ой ую ого его а я ы и ей ко их ых ин о в".split())  # noqa: SIM905
_HOUSES_LIST: Final = re.compile(
    r"(?<![а-яё])(?:домами|домов|домам|домах|дома|между|участок|участке|перегон\w*|адресам)\s(?:\S+\s)?$",
    re.IGNORECASE,
)


_FLAT_WORD: Final = re.compile(r"(?<![а-яё])(?:кв|ком|ап|к\.)", re.IGNORECASE)
_TWO_NUMBERS: Final = re.compile(r"\d[а-к]?(?:\s?[-–—]\s?|\s/\s|,\s?)\d", re.IGNORECASE)


def homes(text: str) -> Iterator[PersonalSpan]:
    """Addresses that lead to a flat or a room."""
    for flat in _FLAT.finditer(text) if _FLAT_WORD.search(text) else ():
        span = _around(text, flat)
        if span:
            yield PersonalSpan(*span, "address", "адрес до квартиры")
    if _TWO_NUMBERS.search(text) is None:
        return
    for match in _LIVED.finditer(text):
        yield PersonalSpan(match.start("home"), match.end("home"), "address", "дом и квартира")
    for match in _UNMARKED.finditer(text):
        if _is_home(text, match):
            yield PersonalSpan(match.start(), match.end(), "address", "дом и квартира")


def _around(text: str, flat: re.Match[str]) -> tuple[int, int] | None:
    """From the street through the flat, to whichever side they stand; None for a flat by itself."""
    left = _left_of(text, flat.start())
    reverse = _REVERSED.match(text, flat.end(), min(len(text), flat.end() + 120))
    turned = left is not None and left[1] and reverse is not None and reverse["house"] and reverse["street"]
    if left is not None and not turned:
        begin, streetless = left
        right = _STREET_RIGHT.match(text, flat.end(), min(len(text), flat.end() + 90)) if streetless else None
        return begin, right.end("street") if right else flat.end()
    if reverse is None:
        return None
    if reverse["house"]:
        end = reverse.end("street") if reverse["street"] else reverse.end("house")
        return flat.start(), end
    last = reverse["whole"].split()[0].strip(",.").lower()
    return None if last in _NO_STREET else (flat.start(), reverse.end())


def _left_of(text: str, end: int) -> tuple[int, bool] | None:
    """Where the address begins before a flat, and whether it has a house only."""
    begin = max(0, end - 110)
    seen = text[begin:end]
    cut = max(seen.rfind("\n\n"), seen.rfind(";"), seen.rfind("!"), seen.rfind("?"))
    seen = seen[cut + 1 :]
    begin = end - len(seen)
    seen = re.sub(r"\s(?:в|из|на|моя|наша)\s$", " ", seen)
    while (stairs := _STAIRS.search(seen.rstrip(" ,.;:()–—-"))) is not None:
        seen = seen[: stairs.start()]
    turned = _TURNED.search(seen)
    if turned is not None:
        return begin + turned.start(), False
    house = _HOUSE_LEFT.search(seen)
    if house is None:
        barrack = _BARRACK.search(seen)
        return None if barrack is None else (begin + barrack.start(), False)
    rest = re.sub(r"\s(?:в|во|на)\s$", " ", seen[: house.start()])
    street = _STREET_LEFT.search(rest)
    if street is not None and (start := _past_no_street(street)) is not None:
        return begin + start, False
    word = _WORD_LEFT.search(rest)
    if word is not None and word["word"] not in _NO_STREET:
        return begin + word.start(), True
    return (begin + house.start(), True) if re.match(r"(?i)д|барак|общ|\d+\S*\sд", house[0]) else None


def _past_no_street(street: re.Match[str]) -> int | None:
    """Where the street begins when words that are none («На», «Квартира») stand before it; None if nothing is left."""
    for word in re.finditer(r"[^\s,.]+", street[0]):
        short = len(word[0]) == 1 and street[0][word.end() : word.end() + 1] == "."  # «с. Ольховка»
        if short or word[0].lower() not in _NO_STREET:
            return street.start() + word.start()
    return None


def _is_home(text: str, match: re.Match[str]) -> bool:
    named = match["name"] or match["type"] or match["quarter"]
    first = named.split()[0].strip(".,").lower()
    last = named.split()[-1].strip(".,").lower()
    dated = re.match(r"\d{1,3}(?:-?\w{1,2})?\s(?:лет|летия|Октября|Мая|Марта|Января|Февраля)\b", named)
    if (
        first in _NO_STREET
        or (last in _NO_STREET and not dated)
        or _HOUSES_LIST.search(text[max(0, match.start() - 24) : match.start()])
    ):
        return False
    # A street without its word: an adjective, or a surname in the genitive, or one that does not change.
    if match["name"] and not match["late"] and not last.endswith(_STREET_ENDS):
        return False
    return not (match["gap"].startswith(",") and _seems_list(match))


def _seems_list(match: re.Match[str]) -> bool:
    """«Мира, 14, 16» are two houses when the second is just the next number on the same side."""
    house, flat = int(re.sub(r"\D.*", "", match["house"])), int(match["flat"])
    return 0 < flat - house <= 2
