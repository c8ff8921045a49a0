"""Phones and mail addresses, as people write and dictate them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import phonenumbers

from otklik.triage.personal import contexts, spoken
from otklik.triage.personal.phrases import Seen
from otklik.triage.personal.spans import PersonalSpan

_S: Final = r"(?:\s?(?:\.\.\.|…)\s?|[\s().\-–—−‑/_*·•|~]{0,3})"
_LONG: Final = re.compile(
    rf"(?<!\w)(?<!\d[.,:-])(?:(?<!\d/)|(?<=\d{{7}}/))\(?(?:\+{_S}7|8|7)(?:{_S}\d){{10}}(?!\d)(?![.,:-]\d)"
)
_ABROAD: Final = re.compile(rf"(?<![\w+])\+{_S}[1-9](?:{_S}\d){{8,13}}(?!\d)")
_TEN: Final = re.compile(
    rf"(?<!\w)(?<!\d[.,:/-])(?:\(\d{{3,5}}\){_S}\d(?:{_S}\d){{4,6}}"
    rf"|9\d\d{_S}\d{{3}}{_S}\d\d{_S}\d\d)(?!\d)(?![.,:-]\d)"
)
# «8,943,210,55,17»
_COMMAS: Final = re.compile(
    r"(?<!\w)(?<!\d[.,:/-])(?:(?:\+?7|8)[,.;]\s?)?9\d\d(?:[,.;\s]{1,2}\d{3})(?:[,.;\s]{0,2}\d\d){2}(?!\d)"
)
# «код 84457, 9-23-11», «код города 84463 номер 41290», «8-943, потом 210-55-17»
_CODED: Final = re.compile(
    r"(?:(?<=код )|(?<=код: )|(?<=кода )|(?<=города )|(?<=района ))\(?\d{3,5}\)?(?:[\s,;–—-]{1,3}"
    r"|,?\s(?:затем|потом|а|и|номер|тел\.?|телефон)\s){1,2}"
    r"\d(?:[\s-]{0,2}\d){3,6}(?!\d)"
    r"|(?<!\w)(?<!\d[.,:/-])(?:\+?7|8)[\s(-]{0,2}9\d\d\)?,?\s(?:затем|потом|дальше|далее|а\sпотом"
    r"|и)\s\d(?:[\s,-]{0,2}\d){6}(?!\d)",
    re.IGNORECASE,
)
_LOCAL: Final = re.compile(r"(?<![\w№+])(?<!\d[.,:/-])(?<!№ )\d{1,3}[-–—‑]\d\d[-–—‑]\d\d(?!\d)(?![-–./]\d)")
_NINE: Final = re.compile(r"(?<!\w)(?<!\d[.,:/-])9(?:[\s().–—-]{0,2}\d){9}(?!\d)(?![.,:-]\d)")
_SPACED: Final = re.compile(r"(?<!\w)(?<!\d[.,:/-])\d{1,3}\s\d\d\s\d\d(?!\d)(?!\s?\d)(?![.,]\d)")
# «331-208», «5-4412», «55 10-20», beside a word only
_HALVES: Final = re.compile(
    r"(?<![\w№])(?<!\d[.,:/-])(?<!№ )(?:\d{3}[-–—\s]\d{3}|\d{1,3}[-–—\s]\d{4}|\d\d\.\d\d\.\d\d"
    r"|\d{2,3}[-–—\s]\d\d[-–—\s]\d\d)"
    r"(?!\d)(?![-–./,]\d)"
)
_BARE: Final = re.compile(r"(?<![\w№])(?<!\d[.,:/-])(?<!№ )\d{5,7}(?!\d)(?![.,:/]\d)(?!\s*(?:руб|р\.))")
_ODD: Final = re.compile(r"(?<![\w/№-])(?<!\d[.,:])\+?\d(?:[\s()\-–—._]{0,3}\d){8,12}(?!\d)")
_DATE: Final = re.compile(r"(?:0?[1-9]|[12]\d|3[01])[-–—](?:0[1-9]|1[0-2])[-–—]\d\d")
_AFTER_DATE_WORD: Final = re.compile(r"(?:\bот|\bдо|\bс|\bпо|\bза|дат[аыу]|числа)\s*$", re.IGNORECASE)
_NEAR_WORD: Final = re.compile(
    r"(?<![а-яёa-z])(?:тел(?:ефон\w*|-?н|еф|\.)?|тлф|т\.|моб(?:ил\w*|\.)?|сот(?:ов\w*|к[аиуе]|ик|\.)?"
    r"|(?:по|пере|до|со|вы)?зв[ао]н\w+|наб[еи]р\w+|набрать|дом\.?|раб\.?|рабоч(?:ий|ему|его)"
    r"|домашн\w+|стационарн\w+"
    r"|городск(?:ой|ому|им)|трубк\w+|связ\w+|смс\w*|эсэмэс\w*|в[ао][тц]+с?[аэ]п+\w*|whats?\s?app"
    r"|вайбер\w*|viber|вибер"
    r"|телег\w*|telegram|тг|макс|контакт\w*|абонент\w*|факс|номерок|номер\w*\s+(?:для\s+связи|мой"
    r"|моего|мамы|мужа|жены))"
    r"(?:(?:[\s:,—–(-]{1,3}[а-яё]{1,14}){0,3}[\s:–—.,(-]{1,3}$|(?:[\s:–—.,-]|по|на|мне|нам|номер\w*"
    r"|мой|либо|или|его|её|ее|вместо"
    r"|теперь|и|\(|был|стал"
    r"|правильн\w+|верн\w+|прежн\w+|внука?|внучки|дочери|сына|мужа|жены|мамы|соседки|соседа|городской"
    r"|\d[\d\s()-]{5,16}){0,6}$)",
    re.IGNORECASE,
)
_NOT_PHONE: Final = re.compile(
    r"(?:\bдел[оау]|проект\w*|извещени\w+|закупк\w+|лот\w*|контракт\w*|шифр\w*|артикул\w*|модел\w+"
    r"|заказ\w*|чек\w*|код\w*|сч[её]тчик\w*|показани\w*|договор\w*|заявк\w*|обращени\w*|заявлени\w*"
    r"|вх\.|исх\.|№|кусп|талон\w*"
    r"|квитанци\w*"
    r"|индекс|борт|маршрут\w*|сумм\w+|табельн\w+|л/?с|сч[её]т\w*|инн|снилс|полис|паспорт\w*"
    r"|пенсионное\w*)[\s:№-]*$",
    re.IGNORECASE,
)
_DIALLED: Final = re.compile(
    r"(?:плюс\s+|\+\s?)?(?:восемь?|семь|[78])[\s,.-]+(?:девят|восем|9\d\d\b)", re.IGNORECASE
)
_FIVE: Final = re.compile(r"(?:\d\D*){5}")
_UNIT: Final = re.compile(
    r"\s*(?:руб|р\.|₽|тыс|коп|%|раз\b|чел|жител|квартир|дом(?:ов|а)\b|час|мин|г\.|год|лет\b"
    r"|кв\.?\s?м|метр|штук)", re.IGNORECASE
)
_DAY: Final = re.compile(r"(?:0[1-9]|[12]\d|3[01])\.(?:0[1-9]|1[0-2])\.\d\d")
_MAIL: Final = re.compile(
    r"(?<![\w.+%-])(?:[\w.+%-]{1,64}(?:\(точка\)[\w.+%-]{1,64})?|(?:[\w.]\s){3,30}[\w.])\s?(?:@"
    r"|[\[({<]\s?(?:at|a|а|эт|@|собак[аи]|собачка|dog)\s?[\])}>]|\*)\s?"
    r"(?:[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}(?<![.])"
    r"|(?:[\w-]{1,30}\s?[.,]\s?|(?:yandex|ya|mail|gmail|bk|list|inbox|rambler|яндекс|мейл"
    r"|майл)\s)(?:ru|com|net|org|ру|рф|ком|su)\b"
    r"|(?:yandex|mail|gmail|rambler|inbox|list)\b)"
)
_AT: Final = re.compile(
    r"\s?[(\[«\"]\s?(?:собак[аиу]|собачк[аиу]|эт|at|@)\s?[)\]»\"]\s?"
    r"|\s(?:собак[аиу]|собачк[аиу]|эт|at|@)\s|\s?@\s?", re.IGNORECASE,
)
_DICTATED_BEFORE: Final = re.compile(
    rf"(?<!\S)[\w.-]{{1,40}}(?:\s(?:точка|тчк|тире|дефис|ч[её]рточка|минус"
    rf"|(?:нижн\w+\s)?(?:под)?ч[её]рк\w*|нижнее)\s[\w.-]{{1,30}}"
    rf"|\s(?:\d{{1,6}}[a-zа-я]{{0,5}}|{spoken.WORD})(?!\S))"
    rf"{{0,8}}$",
    re.IGNORECASE,
)
_DICTATED_AFTER: Final = re.compile(
    r"[\w-]{1,30}(?:(?:\s?(?:точка|тчк|[.,])\s?|\s)[\w-]{2,20}){0,2}?\s?(?:точка|тчк|[.,])\s?"
    r"(?:ру|рф|ком|нет|орг|сом|су|ru|com|net|org|su|рус)\b"
    r"|[\w-]{2,20}\s(?:ру|рф|ком|сом|ru|com)\b"
    r"|(?:yandex|яндекс|mail|м[еэ]йл|майл|gmail|д?жи?м[еэ]йл|rambler"
    r"|рамблер)(?:[еу])?\b(?![-.]\w)", re.IGNORECASE
)
_THEIR_MAIL: Final = re.compile(
    r"^(?:info|priem\w*|reception|office|admin\w*|adm|post|mail|support|help|gji|gzhi|gorod|region|press\w*"
    r"|kanc\w*|"
    r"secretar\w*|obrashch\w*|obrasheni\w*|contact\w*|zakaz|sales|poliklinika\w*|school\w*|shkola\w*|mfc\w*"
    r"|uk[._-]?\w*|tsg\w*"
    r"|dispetcher\w*|priyomnaya|priemnaya|delo\w*|glava|mup\w*|gup\w*"
    r"|ooo\w*|gkh\w*|zhkh\w*|jkh\w*|oplata\w*|uprav\w*)(?:[._-][\w.-]*)?@", re.IGNORECASE,
)
_OFFICE: Final = re.compile(
    r"@[\w.-]*(?:adm|gov|region|gorod|nadzor|zdrav|gosuslugi|mchs|edu|mvd|police|rosreestr)[\w.-]*$", re.I,
)
_POST_OF: Final = re.compile(
    r"(?:приёмн\w+|приемн\w+|администраци\w+|поликлиник\w+|управлени\w+|организаци\w+|компани\w+|табличк\w+"
    r"|сайт\w*)"
    r"[^.!?\n]{0,25}$", re.IGNORECASE,
)


def phones(seen: Seen, *, everybodys: bool = False) -> Iterator[PersonalSpan]:
    """Phones of persons; `everybodys`: of offices and firms, too."""
    text = seen.text
    taken: list[tuple[int, int]] = []

    def free(match: re.Match[str]) -> bool:
        return not any(start < match.end() and match.start() < end for start, end in taken)

    for pattern, needs_word in (
        (_CODED, False), (_COMMAS, False), (_LONG, False), (_ABROAD, False), (_TEN, False), (_NINE, True),
        (_LOCAL, False),
        (_ODD, True), (_SPACED, True), (_HALVES, True), (_BARE, True),
    ) if _FIVE.search(text) else ():
        for match in pattern.finditer(text):
            if not free(match) or not _is_phone(text, match, needs_word, pattern):
                continue
            taken.append(match.span())
            if everybodys or not _is_theirs(text, match):
                yield PersonalSpan(match.start(), match.end(), "phone", "номер телефона")
    for number in phonenumbers.PhoneNumberMatcher(text, "RU") if everybodys else ():
        if not any(start < number.end and number.start < end for start, end in taken):
            taken.append((number.start, number.end))
            yield PersonalSpan(number.start, number.end, "phone", "номер телефона")
    for match in spoken.RUNS.finditer(seen):
        digits = len(re.findall(r"\w+", match[0]))
        dialled = _DIALLED.match(match[0])
        long = digits >= 6 and "тысяч" not in match[0].lower() and _UNIT.match(text, match.end()) is None
        short = (dialled and digits >= 4) or (digits >= 3 and _NEAR_WORD.search(_seen(text, match)))
        if free(match) and (long or short):
            taken.append(match.span())
            yield PersonalSpan(match.start(), match.end(), "phone", "номер телефона словами")


def _seen(text: str, match: re.Match[str]) -> str:
    return contexts.before(text, match.start(), 45)


def _is_phone(text: str, match: re.Match[str], needs_word: bool, pattern: re.Pattern[str]) -> bool:
    seen = _seen(text, match)
    if pattern is _NINE:
        told = contexts.PHONE.search(contexts.before(text, match.start()))
        return told is not None and _NOT_PHONE.search(seen) is None
    if needs_word:
        if pattern is _SPACED and re.search(r"(?:или|либо)\s$", seen):
            return True
        return _NEAR_WORD.search(seen) is not None and _NOT_PHONE.search(seen) is None and not _counts(text, match)
    if pattern is _COMMAS and match[0][0] == "9":
        return _NEAR_WORD.search(seen) is not None
    if pattern is _LOCAL:
        if _DATE.fullmatch(match[0]) and _AFTER_DATE_WORD.search(seen):
            return False
        return _NOT_PHONE.search(seen) is None
    if pattern is _LONG and match[0].isdigit():
        return _NOT_PHONE.search(seen) is None
    return True


def _counts(text: str, match: re.Match[str]) -> bool:
    """Whether the number counts something: roubles, times, people, a year."""
    return _UNIT.match(text, match.end()) is not None or _DAY.fullmatch(match[0]) is not None


def _is_theirs(text: str, match: re.Match[str]) -> bool:
    """8-800, and city numbers beside a word of an office. A mobile number is always a person's."""
    digits = re.sub(r"\D", "", match[0])
    if len(digits) == 11 and digits[1:3] == "80":
        return True
    if len(digits) in (10, 11) and digits[-10] == "9":
        return False
    return contexts.is_organisations(text, match.start(), match.end())


# Without one of these there is no mail address, and what follows is not tried.
_ANY_AT: Final = re.compile(r"[@*]|собак|собач|[\[({<«\"]\s?(?:at|a|а|эт|dog)|\s(?:эт|at)\s", re.IGNORECASE)


def mails(text: str, *, everybodys: bool = False) -> Iterator[PersonalSpan]:
    """Mail addresses of persons, dictated ones, too; `everybodys`: of offices and firms, too."""
    if _ANY_AT.search(text) is None:
        return
    for match in _MAIL.finditer(text):
        if match[0].count("*") and "." not in match[0]:
            continue
        if everybodys or not _is_office(text, match):
            yield PersonalSpan(match.start(), match.end(), "email", "адрес почты")
    for match in _AT.finditer(text):
        after = _DICTATED_AFTER.match(text, match.end())
        begin = max(0, match.start() - 120)
        named = _DICTATED_BEFORE.search(text[begin : match.start()]) if after else None
        if after and named and (everybodys or not _is_theirs_told(text, begin + named.start(), after.end())):
            yield PersonalSpan(begin + named.start(), after.end(), "email", "адрес почты словами")


def _is_theirs_told(text: str, start: int, end: int) -> bool:
    if _THEIR_MAIL.match(text[start:end]):
        return True
    return _OFFICE.search(text[start:end]) is not None or _POST_OF.search(contexts.before(text, start)) is not None


def _is_office(text: str, match: re.Match[str]) -> bool:
    return (
        _THEIR_MAIL.match(match[0]) is not None
        or _OFFICE.search(match[0]) is not None
        or _POST_OF.search(contexts.before(text, match.start())) is not None
    )
