"""What stands around a number tells what it is: words before it, the nearest the heaviest. Pure."""

from __future__ import annotations

import re
from typing import Final

REACH: Final = 60  # characters before a number that speak for it

PHONE: Final = re.compile(
    r"(?<![а-яё])(?:т\.|тел(?:ефон\w*|\.|ефончик\w*)?(?![а-яё])|моб(?:ильн\w*|\.|:)?(?![а-яё])|сот(?:ов\w*"
    r"|\.)(?![а-яё])"
    r"|(?:по|пере|до|со)?зв[ао]н\w+|набер\w+|ватсап\w*|вотсап\w*|вайбер\w*|телеграм\w*|макс\b|смс|whats?app"
    r"|viber"
    r"|номер\w*|№\s*тел|на\s+связи|для\s+связи|связь|связаться|контакт\w*|городск(?:ой|им|ого)|домашн\w+"
    r"|раб\.|дом\.)",
    re.IGNORECASE,
)
_THEIRS: Final = re.compile(
    r"(?<![а-яё])(?:диспетч\w+|аварий\w+|приёмн\w+|приемн\w+|справ\w{2,}|горяч\w+\s+лини\w+|лини[яиюей]+"
    r"|регистратур\w*"
    r"|администрац\w*|управляющ\w+|управляйк\w*|ук|тсж|жэк\w*|жэу|ооо|полиц\w+|служб\w*|лифтов\w+"
    r"|касс[аыеу]"
    r"|на\s+стенде|на\s+сайте|офис\w*|поликлиник\w*|больниц\w*|школ[аыеу]|горгаз\w*|водоканал\w*"
    r"|врач[аиуейо]*|скор(?:ую|ая|ой)|пожарн\w+|мчс|соцзащит\w+|опек[аиуе]|налогов\w+|мфц|едд?с"
    r"|банк\w*"
    r"|магазин\w*|участков\w+\s+пункт|энергетик\w*|единая|доверия|автоответчик\w*|на\s+базу|бухгалтери\w+"
    r"|деканат\w*"
    r"|хостел\w*|такси|сервис\w*|отдел(?:а|е|у|ом)?|организаци\w*|колл?[- ]центр\w*|объявлени\w+"
    r"|реклам\w*)(?![а-яё])",
    re.IGNORECASE,
)
_OURS: Final = re.compile(
    r"(?<![а-яё])(?:мо(?:й|я|и|его|ему|ём|ем|им)|наш\w{0,2}|её|ее|его|домашн\w+|дом\.|сот\w*\.?|моб\w*\.?"
    r"|личн\w+"
    r"|мам[аыеуой]+|пап[аыеуой]+|муж\w*|жен[аыеуой]+|дочь|дочер\w*|сын\w*|соседк?\w*|бабушк\w*|дедушк\w*"
    r"|внук\w*"
    r"|внучк\w*|спросить|звонить|звоните|позвоните|перезвоните|мне|нам|живу|проживаю|прописан\w*"
    r"|кв)(?![а-яё])",
    re.IGNORECASE,
)
_THEIRS_AFTER: Final = re.compile(
    r"\s*[,(—–-]{0,2}\s*(?:(?:это|в|на|у)\s+)?(?:диспетч|аварий|водоканал|горгаз|энерг|поликлин"
    r"|больниц|школ|администр|мфц|банк|магазин|справочн|жэк|управля|ук\b|тсж|полици|автоответчик"
    r"|там\s+автоответчик|приёмная|горячая|регистратура)",
    re.IGNORECASE,
)


def before(text: str, start: int, reach: int = REACH) -> str:
    """The words before a place, of its own paragraph."""
    seen = text[max(0, start - reach) : start]
    return seen[seen.rfind("\n\n") + 1 :]


def last(pattern: re.Pattern[str], seen: str) -> int:
    """Where the last match of a pattern ends; -1 if there is none."""
    end = -1
    for match in pattern.finditer(seen):
        end = match.end()
    return end


def is_organisations(text: str, start: int, end: int) -> bool:
    """Whether the nearest word tells that a number is of a firm or office rather than of a person."""
    seen = before(text, start)
    theirs = last(_THEIRS, seen)
    if theirs < 0:
        return _THEIRS_AFTER.match(text, end) is not None
    return theirs > last(_OURS, seen)
