"""What an answer says: a date, a responsible, an address, a figure, a photo; and what of it is missing. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from otklik.answers.coach import terms
from otklik.answers.coach.finding import Asked, Finding, found
from otklik.answers.coach.reading import Sentence, lowered
from otklik.answers.coach.tables import any_of
from otklik.triage.words import analysed

_QUOTED: Final = re.compile(r"«[^»\n]{2,40}»")
_CAPITAL: Final = re.compile(r"(?<![А-ЯЁа-яё.«\"])[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?")
_INITIALS: Final = re.compile(r"[А-ЯЁ]\.\s?(?:[А-ЯЁ]\.\s?)?[А-ЯЁ][а-яё]+|[А-ЯЁ][а-яё]+\s[А-ЯЁ]\.(?:\s?[А-ЯЁ]\.)?")
_PHONE: Final = re.compile(r"\d{2}-\d{2}-\d{2}|\b8[- (]\d{3}|\+7|(?<!\d)1\d\d(?!\d)(?=\s*(?:$|[.,)]))")
_FIGURE: Final = re.compile(
    r"\d+(?:[.,]\d+)?\s*(?:%|см|мм|метр|м(?![а-я])|км|кв\.|куб|тонн|т(?![а-я])|кг|литр|шт|руб|₽|млн|тыс|градус|"
    r"час|мину|меш|дерев|человек|"
    r"квартир|мест|кабин|машин|бригад|опор|ламп|светильник|семь|семей|детей|лет|дом|рейс|процент|подпис)"
)
_ADDRESS: Final = re.compile(
    r"(?:ул\.|улиц|пер\.|переул|просп|пл\.|площад|шоссе|бульвар|набережн|кабинет|каб\.|окно \d|подъезд|"
    r"дом[аеу]? \d|д\. ?\d|опор[аеы] №|"
    r"перекрест|остановк|сквер|парк|двор|школ[аеуы] №|сад[уае]? №)|"
    r"[а-яё]+(?:ой|ая|ую|ом|ого|ую),? \d{1,3}", re.IGNORECASE
)
_PLACE: Final = re.compile(r"[А-ЯЁ][а-яё]+(?:ая|ой|ую|ое|ом|ого|ий|ый|ска|ске|ово|ево|ино|ка|ки|ке|"
    r"ку)?,? (?:д\. ?)?\d{1,3}")
_PHOTO: Final = re.compile(r"фото|снимк|прилож|прилаг|на карте|в приложении")
_WORK: Final = re.compile(
    r"(?:убра|почин|замен|отремонт|устран|вывез|спили|засып|огород|закрасил|закраше|очист|прочист|прочищ|подсыпа|"
    r"установ|провери|"
    r"осмотр|включ|отключ|восстанов|отловл|отлов|замен|засыпл|выруб|спил|провед|достро|утепл|наладят|налад|"
    r"запуст|увелич|сниз|пересчит|верн[еу]|залат|заделa|заделал|задела|постав|снял|снят|сняли|вымыл|промы|промыт|"
    r"посыпа|расчист|заизолир|подтян|подтяну|срез|зашлифов|опечат|"
    r"косил|обработ|полив|ведется|вычища|проведен|проведут|проведем|разнос|чистит|меня[ею]т|демонтир|покрас|"
    r"высад|постро|прове[дл]|замер|нанес|отсып|"
    r"сделa|сделал|сделан|выполн|произвед|приня|запланир|скорректир|разрабат|ремонт|прививать|откро|обрез|"
    r"передан|передал|направ|включен|проинформ|"
    r"перенес|выставл|постелил|закры|привез|выда[нл]|начн|присоедин|закуп|скос|обслед|организ|работ)"
)
_INFO_ONLY: Final = re.compile(
    r"(?:стоит|пошлин|бесплатн|нужн[аыо]|нужен|понадоб|прив(?:ит|ив)а|оформить|запись|записыва|принимает|приема|"
    r"приём|выдает|дает|можно|"
    r"сдать|обратитесь|приходите|подойдите|напишите|позвоните|поможет|льгот|плата|доплат|положен|сообщите|"
    r"попросите|хватило|отказал|нельзя|не можем|не сможем|"
    r"не вправе|потому что|по закону|не делают|запрещ|не планируется|не обязательна|проиграл|ошиб|считал)"
)
_WHERE: Final = re.compile(r"(?<![а-я])(?:где|куда|в какой|в каком|на какой|на каком|каком адресе|адрес|"
    r"место)(?![а-я])")
_WHERE_IS: Final = re.compile(r"(?<![а-я])(?:где|куда (?:ставить|сдать|сдавать|класть|выбр))(?! (?:служб|же|"
    r"он(?:а|и|о)?(?![а-я])|ваш|справедл|совесть))")
_STREET: Final = re.compile(r"(?:ул\.|улиц\w+|переул\w+|площад\w+|просп\w*\.?|школ\w+|парк\w*|сквер\w*)\s*$")
_HOUSE: Final = re.compile(r",? (?:д\. ?)?\d")
_SPECIFIC: Final = re.compile(r"\d|«|ул\.|улиц|переул|просп|площад|кабинет|каб\.|подъезд|[а-я] [А-ЯЁ]")
_SAYS_NOTHING: Final = re.compile(r"(?:с уважением|уважаем|добрый|здравствуйте|спасибо за|благодар)")


@dataclass(frozen=True)
class Facts:
    """What stands in an answer."""

    date: bool
    responsible: bool
    address: bool
    figure: bool
    photo: bool
    work: bool

    @property
    def any(self) -> bool:
        """Whether anything at all can be checked by somebody."""
        return self.date or self.responsible or self.address or self.figure or self.photo


def is_work(word: str) -> bool:
    """Whether a word in small letters tells of a work: «заменит», «вывезут»."""
    return _WORK.search(word) is not None


def facts_in(text: str, sentences: list[Sentence], asked: Asked) -> Facts:
    """Look for each of them."""
    body = [one for one in sentences if not _SAYS_NOTHING.match(one.text)] or sentences
    dated = any(terms.terms_in(one, asked.written, asked.working_days) for one in sentences)
    dated = dated or any(re.search(r"кажд(?:ый|ую|ое|ые)|вчера|позавчера|в \d{1,2}:\d\d|на прошлой неделе|"
        r"сегодня|(?<!\d)20\d\d", one.text)
                         for one in sentences)
    low = "\n".join(one.text for one in sentences)
    return Facts(
        date=dated,
        responsible=_named(text, low, sentences, lowered(asked.question)),
        address=bool(_ADDRESS.search(low) or _PLACE.search(text)),
        figure=bool(_FIGURE.search(low)),
        photo=asked.photo or bool(_PHOTO.search(low)),
        work=any(_WORK.search(one.text) for one in body),
    )


def _named(text: str, low: str, sentences: list[Sentence], question: str) -> bool:
    """Whether a body, a firm, a post or a person is named: «водоканал», «Дорсвет», мастер Савин, Ю. С. Грач."""
    plain = any_of("vague.csv", "kind", "responsible").sub(" ", low)
    if any_of("bodies.csv").search(plain) or _INITIALS.search(text):
        return True
    for quoted in _QUOTED.finditer(text):
        if not _is_place(text, quoted) and lowered(quoted[0])[1:6] not in question:
            return True
    starts = {one.start for one in sentences}
    for capital in _CAPITAL.finditer(text):
        word = capital[0].lower().replace("ё", "е")
        before = text[max(0, capital.start() - 12) : capital.start()].lower()
        street = _STREET.search(before) or _HOUSE.match(text, capital.end())
        if capital.start() not in starts and not street and word[:4] not in question and _is_person(capital[0]):
            return True
    return False


def _is_place(text: str, quoted: re.Match[str]) -> bool:
    """«Мебельная фабрика» after «остановка» is a place, not a firm."""
    before = text[max(0, quoted.start() - 18) : quoted.start()].lower()
    return re.search(r"(?:останов\w*|строк\w+|знак\w*|подстанци\w+|закон\w*|газет\w+|разметк\w*|у|нанес\w+|"
        r"красн\w+)\s*$", before) is not None


def _is_person(word: str) -> bool:
    readings = analysed(word.lower())
    if not readings:
        return False
    if not readings[0].is_known:
        return word.endswith(("ов", "ова", "ев", "ева", "ин", "ина", "ский", "ская", "ко", "юк", "ян", "дзе"))
    return any({"Surn", "Name", "Patr"} & set(one.tag.grammemes) for one in readings[:2] if one.score > 0.15)


def missing(text: str, sentences: list[Sentence], asked: Asked, promised_vaguely: bool) -> tuple[list[Finding], Facts]:
    """`no_fact` when nothing is said, else what of date, responsible and address is missing."""
    facts = facts_in(text, sentences, asked)
    whole = (0, len(text))
    if not facts.any and not _answers_plainly(sentences):
        return [found("no_fact", text, *whole)], facts
    findings = []
    informs = any(_INFO_ONLY.search(one.text) for one in sentences)
    if facts.work and not facts.date and not promised_vaguely and not informs:
        at = next((one for one in sentences if _WORK.search(one.text) and not _SAYS_NOTHING.match(one.text)), None)
        findings.append(found("no_date", text, *((at.start, at.end) if at else whole)))
    low_words = _vague(sentences, "responsible")
    if not facts.responsible and (facts.work or low_words) and not _is_only_info(sentences):
        findings.append(found("no_responsible", text, *(low_words or whole)))
    place = _vague(sentences, "address")
    if place is not None and not (asked.question and not _needs_place(asked.question) and facts.address and not place):
        findings.append(found("no_address", text, *place))
    elif _WHERE_IS.search(asked.question.lower()) and not (facts.address and _SPECIFIC.search(text)) and facts.any:
        findings.append(found("no_address", text, *whole))
    return findings, facts


def _answers_plainly(sentences: list[Sentence]) -> bool:
    """«Да, можно», a refusal with its reason: nothing to date or to place, and yet an answer."""
    return any(re.search(r"(?<![а-я])(?:потому что|так как|из-за|нельзя|не обязательн|вправе|бесплатно|"
        r"не имеет права|можно (?:без|прий|под))", one.text)
               for one in sentences)


def _is_only_info(sentences: list[Sentence]) -> bool:
    """Prices, papers, where to go: nobody has to do anything."""
    return not any(one.tenses & {"futr", "past", "done"} and _WORK.search(one.text) for one in sentences)


def _needs_place(question: str) -> bool:
    return _WHERE.search(question.lower()) is not None


def _vague(sentences: list[Sentence], kind: str) -> tuple[int, int] | None:
    for one in sentences:
        hit = any_of("vague.csv", "kind", kind).search(one.text)
        if hit:
            return one.start + hit.start(), one.start + hit.end()
    return None
