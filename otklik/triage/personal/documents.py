"""Numbers of documents, cards and accounts: by the word before them, or by a shape that nothing else has. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from otklik.triage.personal import spoken
from otklik.triage.personal.phrases import Phrases, Seen
from otklik.triage.personal.spans import PersonalSpan

_WORDS: Final = Phrases(
    r"загран\w*|(?:тех\.?\s?)?пасп(?:орт\w*|\.)|серия|серии|серию|сер\."
    r"|снилс\w*|инн|(?:мед)?полис\w*|омс|дмс|енп|елс|флс|абонент\w*"
    r"|страхово\w+"
    r"|свид(?:ет(?:ельств\w+|-?в\w|\.)|-?в\w|\.)|удост(?:оверени\w+|-\w+|\.)|уд(?:-\w+|\.)"
    r"|корочк\w+|водительск\w+|св\.|код\w?\s+плательщик\w+|плательщик\w*|амбулаторн\w+|зач[её]тк\w*|читательск\w+"
    r"|охотничь\w+|охотбилет\w*|налогоплательщик\w*|страховк\w+|виз[аыу]|карточк\w+|истори\w+\s+болезни|кошел\w{1,4}"
    r"|льготн\w+|потребител\w+|сбер\w{0,8}книж\w+|вклад\w?"
    r"|права|правах|правам|вуд?|в\s?/\s?у\.?|с[./]?т[./]?с|п[./]?т[./]?с|эптс|с(?:в|вид)?-во"
    r"|ипр[аы]?|роха?|пропуск\w*"
    r"|(?:соц|мед|транспорт|электро|зарплат|кредит|сбер)\w{0,6}\.?\s?карт(?:а|у|е|ы|ой|очк\w+)"
    r"|студак\w*|ветеранск\w+"
    r"|(?:банковск\w+\s)?карт(?:а|у|е|ы|ой|очк\w+|ам|ах)|проездн\w+|транспортн\w+|социальн\w+\sкарт\w+"
    r"|(?:лицев\w+|расч[её]тн\w+|текущ\w+)(?:\s+сч[её]т\w*)?|сч[её]т(?:а|у|ом|е|ов|ам)?|сч\."
    r"|л\.?\s?[/\\]?\s?с(?:ч(?:[её]т\w?)?)?\.?|р\s?[/\\]\s?с"
    r"|лиц\.?\s?сч\w*\.?|лицев\w{2}|лицевик\w*|лицуха|расч\.?\s?сч\w*\.?|р\.?\s?сч\w*\.?"
    r"|банк\.?\s?сч\w*|л\.\s?сч[её]т\w*|вид\w*\s+на\s+жительств\w+|внж|рвп|патент\w*"
    r"|воен\w*\.?\s+бил(?:ет\w*|\.)"
    r"|военник\w*|приписн\w+"
    r"|справк\w+|мсэ|пенсионн\w+|студенческ\w+|трудов\w+\s+книжк\w+|миграционн\w+|сертификат\w*|билет\w*"
    r"|реквизит\w*"
    r"|за\s+(?:газ|свет|воду|тепло|капремонт|отопление|домофон|мусор|электричество|электроэнергию"
    r"|квартиру)",
    tail="(?![а-яё])",
)
_PLAIN_CARD: Final = re.compile(r"карт[аеыу]\b(?=\s*(?:2гис|города|сайт|район|россии|памяти))", re.IGNORECASE)
_NUMBER: Final = re.compile(
    r"(?<![\w/-])(?<!\d[,.:])(?:(?P<series>(?:[IVXLХУІ]{1,5}[-–\s]?|1{1,3}-|[2-4]-)[А-ЯЁA-Z]{2}"
    r"|[А-ЯЁA-Z]{1,3}(?:[-–][IVXІХ]{1,4})?(?:[-–\s]\d{2,4}(?=[\s№N-]))?)(?:[-–\s]|,\s)?)?"
    r"(?:\s?(?:№|N|номер)\s?)?(?P<digits>\d+(?:(?:[\s\-–—.]{1,3}"
    r"|[\s,;.:/()–—-]{0,3}(?:а\s|и\s|за\s|под\s)?(?:№|N|номер[ауом]*|ном\.|н\.|#)[\s:–—-]{0,3}"
    r"|\s?/\s?(?=\d{4,})|(?=[А-ЯЁа-яё]{2}\d|[А-ЯЁ]{2}\s\d))"
    r"(?:[А-ЯЁа-яё]{2}\s?(?=\d))?\d+){0,10}(?:/\d{1,4}(?=[\s,;.)]|$))?)"
    r"(?![\w]|[.,:/]\d)"
)
_SIGN: Final = re.compile(r"^(?:№|N(?!\d)|номер)\s*", re.IGNORECASE)
# Between the word and its number: other words about the document, whose it is, where it is kept.
_STOP: Final = re.compile(
    r"[!?;]|\.\s+(?!Номер|Серия)[А-ЯЁ]|(?<![а-яё])(?:договор\w*|обращени\w*|заявк\w*|заявлени\w*|вх"
    r"|исх|тел|телефон\w*|моб"
    r"|звон\w+|кв|дом"
    r"|квартир\w*|ул|улиц\w*|приказ\w*|закон\w*|протокол\w*|подразделени\w*|кабинет\w*|окно|школ\w*|поликлиник\w*"
    r"|больниц\w*|талон\w*"
    r"|маршрут\w*|рубл\w+|руб|статья|ст|п|пункт\w*|год\w*|поверен\w*|счётчик\w*|счетчик\w*|показани\w*|борт"
    r"|огрн|кпп|бик|уин"
    r"|постановлени\w*|фактур\w*|организаци\w*|дома|родил\w+|(?<!о\s)рожд\w*|корп|гос|госномер|машин\w+|автобус\w*|номер\s+дома"
    r"|прошло|ждала?"
    r"|квитанци\w*)(?![а-яё])",
    re.IGNORECASE,
)
_MONEY: Final = re.compile(
    r"\s*(?:руб|р\.|₽|тыс|коп|кв\.|%|лет\b|год|г\.|дн|час|мин|чел|метр|шт|раз\b)",
    re.IGNORECASE,
)
_DATE_LIKE: Final = re.compile(
    r"(?:0?[1-9]|[12]\d|3[01])[-–.\s](?:0?[1-9]|1[0-2])[-–.\s](?:19|20)?\d\d|(?:19|20)\d\d"
)
_BEGINS_AS_DATE: Final = re.compile(r"(?:0[1-9]|[12]\d|3[01])\.(?:0[1-9]|1[0-2])\.(?:\d\d|20\d\d)(?!\d)")
_OF_GOODS: Final = re.compile(r"(?<![а-яё])(?:вакцин|привив|препарат|лекарств|ампул|дом[ау]?\s)", re.IGNORECASE)
_SIX: Final = re.compile(r"(?:\d\D*){6}")
_SHAPES: Final = tuple(
    (re.compile(pattern), reason)
    for pattern, reason in (
        (r"(?<![\w-])\d{3}[-–—]\d{3}[-–—]\d{3}[\s\-–—]{0,3}\d{2}(?!\d)", "СНИЛС"),
        (r"(?<![\w-])\d{3}\.\d{3}\.\d{3}[\s.-]\d{2}(?!\d)", "СНИЛС"),
        (r"(?<![\w-])\d{3}\s\d{3}\s\d{3}[\s\-–—]\d{2}(?!\d)", "СНИЛС"),
        (r"(?<![\w-])\d{4}([\s\-–—])\d{4}\1\d{4}\1\d{4}(?:[\s\-–—]?\d{2,3})?(?![\w])", "номер карты"),
        (
            r"(?<!\w)(?:4276|4279|2202|2200|2204|5469|4817|6390|5536|2201|2203|4377)\d{12}(?:\d\d)?(?!\d)",
            "номер карты",
        ),
        (r"(?<!\w)4[0-2]\d(?:[\s.-]?\d){17}(?!\d)", "номер счёта"),
        (r"(?<!\w)\d{2}[А-ЯЁ]{2}\d{6}(?:[-–]\d{1,3})?(?!\w)", "единый лицевой счёт"),
        (r"(?<!\w)\d{2}\s?[-–]?\s?\d{2}\s?,?\s?(?:№|N|номер)\s?\d{3}\s?\d{3}(?!\d)", "паспорт"),
        (r"(?<![\w.,:/-])\d{4}\s\d{6}(?![\d/])", "паспорт"),
        (r"(?<![\w,.:/-])\d{2}[-–]\d{2}[\s–-]\d{6}(?![\d/])", "паспорт"),
        (r"(?<!\w)\d{2}\.\d{2}[.\s]\d{6}(?![\d/])", "паспорт"),
        (r"(?<!\w)\d{2}\s\d{2}\s\d{3}\s?\d{3}(?![\d/])", "паспорт"),
        (r"(?<!\w)(?:[IVXХІ]{1,5}|[1-4])\s?[-–]\s?[А-ЯЁ]{2},?\s?(?:№|N)?\s?\d{3}\s?\d{3}(?!\d)", "свидетельство"),
        (r"(?<!\w)[IVXІ]{1,5}\s[А-ЯЁ]{2}\s?(?:№|N)\s?\d{6}(?!\d)", "свидетельство"),
        (r"(?<!\w)[А-ЯЁ]{1,2}[-–][IVXІ]{1,3}\s?(?:№|N)\s?\d{5,7}(?!\d)", "удостоверение"),
        (r"(?<!\w)МСЭ[-–\s]?\d{4}\s?(?:№|N)?\s?\d{6,7}(?!\d)", "справка об инвалидности"),
    )
)
# «последние цифры карты 4455», «карта *4455», «карта заканчивается на 44 55»
_LAST_FOUR: Final = re.compile(
    r"(?<![а-яё])карт\w{1,4}[^.!?\d\n]{0,30}?(?:[*хx•·.…]{1,12}\s?|(?:последни\w+|оканчива\w+"
    r"|заканчива\w+|конч\w+|на\sконце)[^.!?\d\n]{0,20})"
    r"(?P<first>\d\d\s?\d\d)(?!\d)"
    r"|(?:последни\w+|оканчива\w+"
    r"|заканчива\w+)[^.!?\d\n]{0,25}карт\w{1,4}[^.!?\d\n]{0,12}?(?P<second>\d\d\s?\d\d)(?!\d)",
    re.IGNORECASE,
)
_PLATE: Final = re.compile(r"[А-ЯA-Z]\s?\d{3}\s?[А-ЯA-Z]{2}\s?\d{2,3}", re.IGNORECASE)
_PHONE: Final = re.compile(r"[78][\s-]?[89](?:[\s-]{0,2}\d){9}")
_WRITTEN_PHONE: Final = re.compile(r"\+\s?7|[78][\s-]\(?9\d\d\)?[\s-]\d{3}[\s-]\d\d[\s-]\d\d")
_ELEVEN: Final = ("снилс", "страхов", "л", "сч", "карт", "абон", "е", "ф", "за ")  # may have as many digits as a phone
_NUMBER_BEFORE: Final = re.compile(
    r"(?<![\w.,/-])(?P<number>(?:[А-ЯЁA-ZIVX]{1,4}[\s-]{1,2}){0,2}№?\s?"
    r"\d+(?:[\s\-–]{1,3}(?:№\s?)?\d+){0,6})[\s,:)—–-]{1,4}"
    r"(?:(?:это|вот|мой|моя|моё|мои|моего|моей|наш\w?|его|её|номер|якобы|номер\s\w+|по|с)\s){0,3}$",
    re.IGNORECASE,
)
_OWN_PAPERS: Final = ("паспорт", "загран", "снилс", "инн", "полис", "медполис", "карт", "права", "удост", "лицев",
                      "счёт", "счет", "страхов", "свид", "водит", "военн", "пенсионн", "льготн")  # fmt: skip
_ENOUGH: Final = 5  # digits of a document


def documents(seen: Seen) -> Iterator[PersonalSpan]:
    """Passports, certificates, insurance and tax numbers of persons, cards, accounts."""
    text = seen.text
    for pattern, reason in _SHAPES if _SIX.search(text) else ():
        for match in pattern.finditer(text):
            yield PersonalSpan(match.start(), match.end(), "document", reason)
    for card in _LAST_FOUR.finditer(text) if "карт" in seen.lower else ():
        group = "first" if card["first"] else "second"
        yield PersonalSpan(card.start(group), card.end(group), "document", "конец номера карты")
    for word in _WORDS.finditer(seen):
        if _PLAIN_CARD.match(text, word.start()):
            continue
        found = list(_after(text, word))
        yield from found
        if not found and (one := _before(text, word)) is not None:
            yield one


def _before(text: str, word: re.Match[str]) -> PersonalSpan | None:
    """«1804 123456 – мой паспорт»: the number stands before its word."""
    begin = max(0, word.start() - 60)
    number = _NUMBER_BEFORE.search(text[begin : word.start()])
    if number is None or not word[0].lower().startswith(_OWN_PAPERS):
        return None
    digits = re.sub(r"\D", "", number["number"])
    start = begin + number.start("number")
    told = _STOP.search(text, max(0, start - 25), word.start()) or _DATE_LIKE.fullmatch(number["number"].strip())
    if len(digits) < 7 or told or _PHONE.fullmatch(number["number"]) or _WRITTEN_PHONE.search(number[0]):
        return None
    return PersonalSpan(start, begin + number.end("number"), "document", "номер перед словом")


def _after(text: str, word: re.Match[str]) -> Iterator[PersonalSpan]:
    """The numbers that a word announces: the first near it, and others that follow in the same breath."""
    at, reach = word.end(), 48
    said = word[0].lower()
    for nth in range(6):
        number = _NUMBER.search(text, at, min(len(text), at + reach + 60))
        if number is None or number.start() - at > reach or _STOP.search(text, at, number.start("digits")):
            break
        start, digits = _trimmed(number), re.sub(r"\D", "", number["digits"])
        shown = text[start : number.end()]
        if _WRITTEN_PHONE.search(text[max(0, start - 1) : number.end()]):
            break
        if _PLATE.fullmatch(shown) or (_PHONE.fullmatch(shown) and (nth or not said.startswith(_ELEVEN))):
            break
        if _is_number(said, digits, number, text):
            yield PersonalSpan(start, number.end(), "document", said)
            reach = 24
        at = max(number.end(), at + 1)
    told = spoken.RUN.search(text, word.end(), min(len(text), word.end() + 200))
    if told and told.start() - word.end() <= 24 and not _STOP.search(text, word.end(), told.start()):
        end = told.end()
        following = re.match(r"[\s,]{1,3}номер\s", text[end : end + 12], re.IGNORECASE)
        if following and (more := spoken.RUN.match(text, end + following.end())):
            end = more.end()
        yield PersonalSpan(told.start(), end, "document", said)


def _trimmed(number: re.Match[str]) -> int:
    sign = _SIGN.match(number[0])
    return number.start() + (sign.end() if sign else 0)


def _is_number(said: str, digits: str, number: re.Match[str], text: str) -> bool:
    if said.startswith("сери") and _OF_GOODS.search(text[max(0, number.start() - 60) : number.start()]):
        return False
    begin = number.start("digits")
    if len(digits) == 10 and text[max(0, begin - 6) : begin].rstrip(" :№").lower().endswith("инн"):
        return False  # of a firm
    if _BEGINS_AS_DATE.match(number["digits"]):
        return False
    if said.startswith("сери") and len(digits) == 4:
        return True
    if len(digits) < (_ENOUGH if not number["series"] else 4) or _MONEY.match(text, number.end()):
        return False
    if said == "инн":
        return len(digits) == 12
    if (
        said in ("билет", "справка", "справки", "справку", "права", "сертификат")
        and len(digits) < 7
        and not number["series"]
    ):
        return False
    if said.startswith("за "):
        return len(digits) >= (7 if not number["series"] else 5)
    return _DATE_LIKE.fullmatch(number[0].strip()) is None
