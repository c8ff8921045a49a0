"""Dates of birth: by a word of birth on either side, or right behind a name. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from otklik.triage.personal import spoken
from otklik.triage.personal.phrases import Phrases, Seen
from otklik.triage.personal.spans import PersonalSpan

_MONTH: Final = (
    r"(?:янв(?:ар[ьяе])?|фев(?:рал[ьяе])?|март[ае]?|мар|апр(?:ел[ьяе])?|ма[йяе]|июн[ьяе]?|июл[ьяе]?"
    r"|авг(?:уст[ае]?)?"
    r"|сен(?:тябр[ьяе])?|окт(?:ябр[ьяе])?|ноя(?:бр[ьяе])?|дек(?:абр[ьяе])?)"
)
_YEAR: Final = r"(?:19\d\d|20[0-4]\d)"
# «в сорок девятом»: the case that numbers of phones and houses never stand in.
_IN_YEAR: Final = (
    r"(?:перв|втор|трет|четв[её]рт|пят|шест|седьм|восьм|девят|десят|[а-яё]{3,10}надцат|двадцат|тридцат"
    r"|сороков|[а-яё]{3,7}десят"
    r"|девяност|двухтысячн)(?:ом|ьем|ем)(?![а-яё])"
)
_NUMBER: Final = rf"(?:{spoken.WORD}\s)?(?:{spoken.ORDINAL}|{_IN_YEAR})"
# «тысяча девятьсот пятьдесят восьмого», «пятьдесят восьмом», «две тысячи десятого», «1958-го», «58-м», «'58».
_YEAR_TOLD: Final = rf"(?:(?:одна\s)?(?:тысяч\w\s)девятьсот\s|дв(?:е|ух)\s?тысяч\w{{0,2}}\s)?{_NUMBER}"
_YEAR_SHORT: Final = r"(?:['’`]\d\d|\d\d(?:-?(?:го|ого|м|ом|й|ый|ой|его))?)(?![\d.,:/-]\d|\d|[а-яё])"
_YEAR_ANY: Final = rf"(?:{_YEAR}(?:-?(?:го|ого|м|ом|й|ый|его))?(?![\dа-вд-яё])|{_YEAR_TOLD}|{_YEAR_SHORT})"
_DAY_ANY: Final = rf"(?:\d{{1,2}}(?:-?(?:го|ого|е|ое))?|(?:{spoken.WORD}\s)?{spoken.ORDINAL})"
_FULL: Final = (
    rf"(?:\d{{1,2}}\s?[./\-–,]\s?\d{{1,2}}\s?[./\-–,]\s?(?:{_YEAR}|\d\d)(?!\d)"
    rf"|\d{{1,2}}\s\d{{1,2}}\s{_YEAR}(?!\d)"
    rf"|\d{{1,2}}[.\s](?:I{{1,3}}|IV|VI{{0,3}}|IX|XI{{0,2}})[.\s](?:{_YEAR}|\d\d)(?!\d)"
    rf"|{_YEAR}[.\-/]\d\d[.\-/]\d\d(?!\d)"
    rf"|\d{{1,2}}(?:-?(?:го|ое|е))?[\s.-]{_MONTH}\.?,?[\s-]{_YEAR}(?!\d))"
)
_DAY: Final = rf"{_DAY_ANY}\s{_MONTH}(?![а-яё])"
_TOLD: Final = rf"{_DAY_ANY}\s{_MONTH}\.?,?\s(?:в\s)?{_YEAR_ANY}"
_DATE: Final = rf"(?:{_FULL}|{_TOLD}|{_DAY}|(?<![\d.]){_YEAR_ANY})"
_BORN_BEHIND: Final = (
    r"\s?-?,?\s?(?:г\.?\s?р\b\.?|г\.\s?рожд\w*|г\.?\s?р-?ния|год(?:[ау]|ов)?,?\s+рожд\w*"
    r"|г(?:од)?\.?,?\s+рожд\w*|рожд\w+"
    r"|г/р|г-р|гр\b\.?(?!\s?[А-ЯЁ]))"
)
_AFTER: Final = re.compile(
    rf"(?<![\w.])(?P<date>{_FULL}|{_TOLD}|{_YEAR_ANY}){_BORN_BEHIND}", re.IGNORECASE
)
# Without one of these words the patterns around it are not tried: they cost much.
_ANY_BIRTH: Final = re.compile(
    r"(?<![а-яё])(?:роди[лсв]|родом|род\.|днюх|именинн|урожен|д\.?\s?р\.?(?![а-яё])|др|д/р|появил|на\s+свет|год[аом]{0,2}\s+рожд)"
    r"|г\.?\s?р(?![а-яё])|гр(?![а-яё])|г[/-]р|рожд",
    re.IGNORECASE,
)
_ANY_YEAR: Final = re.compile(r"\d\d|[яь]т?десят|сорок|надцат|двадцат|тридцат|девяност|тысяч|полст")
# «2012, 2015 и 2018 г. р.»: years in a row before the word of birth.
_ROW: Final = re.compile(
    rf"(?<![\w.])(?P<row>{_YEAR}(?:\s?г\.?)?(?:(?:\s?,\s?|\s?и\s"
    rf"|/){_YEAR}(?:\s?г\.?)?){{1,6}}){_BORN_BEHIND}", re.IGNORECASE
)
_BORN: Final = (
    r"(?<![а-яё])(?:род(?:ил(?:ся|ась|ись|и)|ивш\w+|ом|\.)|рожд(?:[её]нн?[аыо]?\w*|ени\w+|\.)|(?:дат[аыуе]|год"
    r"|день|число)\s+рожд\w*"
    r"|д\.?\s?р\.?(?![а-яё])|д/р|др:?|урожен\w+|г\.\s?р\.|год(?:а|ом)?\s+рожд\w*|появил(?:ся"
    r"|ась)\s+на\s+свет|на\s+свет\s+появил\w+"
    r"|днюх\w+|именинни\w+)"
)
_BEFORE: Final = re.compile(
    rf"{_BORN}(?:\s+(?:в|из|мой|моя|у\s+не[её]|у\s+него|сына|дочери|мужа|матери|ребёнка|ребенка|девочка"
    rf"|мальчик|она|он|я|мы"
    rf"|был[аио]?|совсем|другая|тоже|числа|году|тысяча|я\s+ещё|ещё|аж|сам|сама|у\s\w+|мо\w+|его|её|ее|с"
    rf"|же))*\s*[:=–—\-(,]*\s*(?:в\s+)?"
    rf"(?P<date>{_DATE})(?!\s?(?:гр|кг|кило|см|руб|недел|месяц|час|лет))",
    re.IGNORECASE,
)
# «родился в Саратове, в семье учителя, 3 мая 1950»: a whole date or a year farther in the sentence.
_FARTHER: Final = re.compile(
    rf"(?<![а-яё])(?:родил(?:ся|ась|ись)|рожд(?:[её]н|ена)|уроженец|уроженка|(?:день|дата|год)\s+рождения)"
    rf"(?![^.!?;\n]{{0,60}}?(?:построй|постро|отказ|обратил|подал|получ))[^.!?;\n\d]{{1,50}}?"
    rf"(?<!\d)(?P<date>{_FULL}|{_DAY_ANY}\s{_MONTH}\s{_YEAR}|{_YEAR}(?:-?(?:го|м|ом))?)(?![\dа-яё])",
    re.IGNORECASE,
)
_FURTHER: Final = re.compile(
    r"(?:\s?г\.?|\s?год[ауы]?)?(?:\s?,\s?(?:а\s\w+\s)?|\s?и\s|,\sи\s)(?:в\s)?"
    rf"(?P<date>{_FULL}|{_YEAR}(?![\dа-яё]))"
)
_SOMEBODY: Final = (
    r"(?:я|мне|мы|он|она|ему|ей|муж\w{0,2}|жен[аеу]|мам[аеу]|мать|матери|пап[аеу]|отец|отцу|сын\w{0,5}"
    r"|доч\w{1,5}|дед\w{0,6}"
    r"|бабушк\w|внук\w{0,2}|внучк\w|брат\w?|сестр\w|реб[её]н\w{2,3}|дет[ияей]{1,2}|тёщ\w|свекров\w"
    r"|сосед\w{0,2}|соседк\w"
    r"|мальчик\w?|девочк\w|пенсионер\w{0,2}|ветеран\w?|мальчи\w+|племянни\w+|родител\w+|близнец\w+|двойн\w+"
    r"|подрост\w+|заявител\w+|должник\w?|граждан\w+|мужчин\w|женщин\w|девушк\w|пар(?:ень|ня)|дяд\w|т[её]т\w"
    r"|зят\w|тест\w|опекун\w?|инвалид\w?|студент\w{0,2}|друг\w?|подруг\w|сынок|сынишк\w|супруг\w?|крестник\w?|\w*классни\w+)"
)
# «я с 52-го года», «мама 1938 года», «сын (2012)»: a year beside a person, nothing told of what happened in it.
_BESIDE: Final = Phrases(
    rf"(?<![а-яё]){_SOMEBODY},?\s(?:сам[аи]?\s|тоже\s|у\sменя\s|уже\s|ведь\s|(?!{spoken.WORD})[А-ЯЁ]\w+\s)?(?:с\s|со\s"
    rf"|от\s)?(?P<date>{_YEAR}(?:-?го)?|{_YEAR_TOLD}|\d\d-?го)"
    rf"\s?(?:г\.?|год[ау]?)(?=\s?[,.;!?)—–-]|$|\s(?:и|а|но|мне|ему|ей|уже)\s)"
    rf"|(?<![а-яё]){_SOMEBODY}(?:\s[а-яё]+)?\s?\((?P<year>{_FULL}|{_YEAR})\s?(?:г\.?|года?)?\)"
    rf"|(?<![а-яё]){_SOMEBODY},?\s(?P<day>{_FULL})(?=\s?(?:[,;)]|$))"
)
_NAMED: Final = re.compile(
    rf"\s?(?P<open>\(|,\s?\(?|[–—-]\s?|\s)(?:г\.\s?[А-ЯЁ][а-яё-]+,\s)?(?P<date>{_FULL}|{_YEAR}(?=\s?(?:г\."
    rf"|год|\)))|(?:19[2-9]\d|200\d)(?:-?го)?(?=,\s))",
    re.IGNORECASE,
)
_LONG_AGO: Final = re.compile(
    r"(?<![\w.])(?:\d{1,2}[./]\d{1,2}[./](?:19[0-8]\d)|\d{1,2}\s" + _MONTH + r"\s19[0-8]\d)(?!\d)",
    re.IGNORECASE,
)
_TOLD_YEAR: Final = Phrases(
    rf"(?:{spoken.WORD}\s)?{spoken.ORDINAL}\s{_MONTH}\s(?:{spoken.WORD}\s){{0,3}}{spoken.ORDINAL}"
)
_NOT_BIRTH: Final = re.compile(
    r"(?:\bот|\bс|\bпо|\bдо|построен\w*|основан\w*|введ[её]н\w*|погиб\w*|умер\w*|войн\w*|указ\w*|закон\w*"
    r"|договор\w*|выдан\w*)"
    r"[\s:]*$",
    re.IGNORECASE,
)
_AT_HAND: Final = re.compile(r"(?:\bот|\bс|\bпо|\bдо)\s*$", re.IGNORECASE)


def births(seen: Seen, names: list[tuple[int, int]]) -> Iterator[PersonalSpan]:
    """Days and years of birth; `names`: where names stand, since a date right behind one is a birthday."""
    text = seen.text
    told = _ANY_BIRTH.search(text) is not None
    for pattern in (_AFTER, _BEFORE, _FARTHER) if told else ():
        for match in pattern.finditer(text):
            yield PersonalSpan(match.start("date"), match.end("date"), "birthdate", "слово о рождении")
            end = match.end("date")
            while further := _FURTHER.match(text, end):  # «родились в 2007 и 2009»
                end = further.end("date")
                yield PersonalSpan(further.start("date"), end, "birthdate", "годы рождения подряд")
    for match in _ROW.finditer(text) if told else ():
        for year in re.finditer(_YEAR, match["row"]):
            start = match.start("row") + year.start()
            yield PersonalSpan(start, start + 4, "birthdate", "годы рождения подряд")
    dated = _ANY_YEAR.search(seen.lower) is not None
    for match in _BESIDE.finditer(seen) if dated else ():
        group = next(one for one in ("date", "year", "day") if match.groupdict().get(one))
        if group == "day" and _lately(match[group]):
            continue
        yield PersonalSpan(match.start(group), match.end(group), "birthdate", "год рядом с человеком")
    for _start, end in names:
        near = _NAMED.match(text, end)
        if near and (near["open"] == "(" or not _lately(near["date"])):
            yield PersonalSpan(near.start("date"), near.end("date"), "birthdate", "дата за именем")
    for match in (*_LONG_AGO.finditer(text), *(_TOLD_YEAR.finditer(seen) if dated else ())):
        if _NOT_BIRTH.search(text[max(0, match.start() - 20) : match.start()]) is None:
            yield PersonalSpan(match.start(), match.end(), "birthdate", "давняя дата")


def _lately(date: str) -> bool:
    """A date of the last years behind a signature is mostly the letter's own."""
    year = re.search(r"20(?:2[3-9]|[34]\d)|[./-]2[3-9]$", date)
    return year is not None
