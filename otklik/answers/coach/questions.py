"""What the resident asks, and whether the answer speaks of it. Pure.

A question is a sentence with «?», or one that begins with a question word; a demand begins with «прошу», «требую», or
is a verb of asking. A question is held to be answered when the answer has what its word asks for (a day, a name, a
place, a sum, a reason, yes or no), or speaks of the same things.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from otklik.answers.coach import terms
from otklik.answers.coach.facts import Facts
from otklik.answers.coach.finding import Asked, Finding, found
from otklik.answers.coach.reading import Sentence, lowered, sentences_of
from otklik.answers.coach.tables import any_of, words
from otklik.triage.words import tokens_of

_WORD: Final = (
    r"(?:почему|зачем|когда|куда|где|кто|кому|кем|чей|чья|чьи|сколько|как(?= \w)|какой|какая|какие|каких|какое|"
    r"какую|каком|чем|что|можно ли|"
    r"есть ли|будет ли|будут ли|на каком основании|по какому праву|за что|до каких|с какого|во сколько|по какой)"
)
_CLAUSE_WORD: Final = r"(?:почему|зачем|когда|куда|где|кто|кому|сколько|затронет|на каком основании)(?![а-я])"
_CRY: Final = re.compile(
    r"(?:сколько можно|доколе|вы там спите|совесть|вы серьезно|издева|до каких пор|что за (?:бардак|безобраз|"
    r"дела)|какой дурак|вы там|не стыдно|"
    r"чем вы (?:там )?дум|вам не|алло|есть кто|ау\b|куда смотр|как так|а нам что|где служба|где же|спите|"
    r"обалдели|кто нибудь|как жить)"
)
_SPLIT: Final = re.compile(rf"[,;]?\s+(?:и|а|или)\s+(?=(?:(?:в|на|с|по|до|во)\s+)?{_WORD})|,\s+(?={_CLAUSE_WORD})|"
    rf"(?<=\S)\s+(?=\d\)\s)|;\s+")
_DEMAND: Final = re.compile(
    r"(?<![а-я])(?:прошу|просим|требую|требуем|настаиваю|ходатайствую|хочу|желаю)(?: вас)?[:,]?\s+(?=\S)|"
    r"(?<![а-я])(?=(?:\d\)\s))"
)
_AND_DEMAND: Final = re.compile(r",?\s+(?:и|а также)\s+(?=[а-я]+(?:ть|ти|чь|ться|тись)\b)")
_KINDS: Final = (
    ("why", re.compile(r"почему|зачем|за что|на каком основании|по какому праву|причин|объясн")),
    ("when", re.compile(r"когда|во сколько|срок|до каких|с какого|скоро|какого числа|дату|дата")),
    ("sum", re.compile(r"сколько|сумм|цен[аыу]|стоит|стоимост|тариф|размер|почем")),
    ("where", re.compile(r"(?<![а-я])(?:где|куда|адрес|откуда|в какой|в каком|место)")),
    ("who", re.compile(r"(?<![а-я])(?:кто|кому|кем|к кому|чей|чья|чьи|ответствен|виноват)")),
)
_CAUSE: Final = re.compile(
    r"(?:потому|поэтому|из-за|так как|поскольку|причин|вызван|по закону|по правил|по стать|согласно|статья|пункт|"
    r"гост|чтобы|ошиб|задерж|не хват|"
    r"сломал|сгорел|лопнул|прорва|авари|отказ|оказал|не успел|болеет|больнич|закончил|просрочен|из-за|ввиду|"
    r"иначе|не приложен|не было|нужн[аы]|ремонт|"
    r"на основании|ждем|ждет|ждут|стоял|выше порога|переехал|перенес|только в|задерж|нарушен|обязан|поврежд|"
    r"украли|дело в|вправе|нельзя|условие|стало)"
)
_YES_NO: Final = re.compile(
    r"(?:^|[\s,.!—(«])(?:да|нет|можно|нельзя|не можем|не сможем|сможете|будет|будут|вправе|положен|не положен|"
    r"обязан|не требуется|возьмут|успеем|"
    r"бесплатно|не планируется|не обязательна|включен|разреш|запрещ|по закону|законно|незаконно)(?![а-я])"
)
_SUM: Final = re.compile(r"\d[\d  ]*(?:руб|₽|%|тыс|млн|коп|рубл|шт|дней|человек|мест|квартир|мину|час)|бесплатн|"
    r"стоит")
_REACH: Final = re.compile(r"\d{2}-\d{2}-\d{2}|\b112\b|каб|окно|\d{1,2}[:.]\d\d|ул\.|обратитесь|напишите|"
    r"подойдите|приходите|звоните|жалобу примет|пожаловаться|принима")
_REACHES: Final = re.compile(r"(?:куда|где|кому|по какому)\s+(?:\w+\s+)?(?:звон|позвон|жалов|писа|обра[тщ]|идти|"
    r"пойти|ехать|подав|подать|нести|сообщ|плат|теперь)")
_OWNS: Final = re.compile(r"принадлеж|хозя|собственник|на балансе|владел|эксплуатир")
_REFUSES: Final = re.compile(r"(?<![а-я])(?:нельзя|не можем|не сможем|не вправе|невозможно|отказ|не планир|"
    r"не имеем права|не положен)")
_DECIDES: Final = re.compile(r"(?:возмест|компенс|винов|ответственн|решил|утверд|дал право|разреш|заплат|оплат|"
    r"накаж|подпис|принял)")
_HOW: Final = re.compile(r"(?:а\s+)?(?:как|что делать|что с|что будет)(?![а-я])")
_ASKS_ONLY: Final = re.compile(r"(?:\d\)\s*)?(?:и\s+|прошу\s+|также\s+)*(?:сообщить|ответить|уточнить|назвать|"
    r"пояснить|объяснить|разъяснить|рассказать|указать|ответьте|сообщите|объясните|подскажите|скажите|"
    r"уточните)(?:\s+(?:мне|нам|честно|пожалуйста))?$")
_IDLE_DEMAND: Final = re.compile(r"(?:\d\)\s*)?(?:прошу\s+)?(?:разобраться|принять меры|помочь|помогите|"
    r"ответить на .{0,25}вопрос\w*|ответа?|как обещали|что)[.!?]*$")
_EMPTY: Final = words("idle_words.csv")


@dataclass(frozen=True, slots=True)
class Question:
    """`text[start:end]` of the resident's words: what is asked, or demanded."""

    start: int
    end: int
    text: str  # small letters
    kind: str  # why, when, sum, where, who, whether, demand


def questions_in(text: str) -> list[Question]:
    """The questions and demands of a message, in order; cries are none."""
    asked: list[Question] = []
    for one in sentences_of(text):
        asked += _of_sentence(one)
    return asked


def _of_sentence(one: Sentence) -> list[Question]:
    low = one.text
    demand = _DEMAND.search(low)
    begins = re.match(rf"(?:а|и|но|подскажите,?|скажите,?|вопрос\.?)?\s*(?:(?:в|на|с|по|до|во|из)\s+)?{_WORD}\b", low)
    if "?" not in low and demand is None and not begins and not re.search(rf"(?<![а-я])(?:подскажите|сообщите|"
        rf"объясните|скажите)(?![а-я])|,\s*{_WORD}[^,]*$| и (?:кто|куда|сколько|где|когда)\b", low):
        return []
    parts: list[tuple[int, int]] = []
    start = demand.end() if demand and "?" not in low else 0
    for cut in _SPLIT.finditer(low, start):
        if cut.start() > start:
            parts.append((start, cut.start()))
        start = cut.end()
    parts.append((start, len(low)))
    if demand and "?" not in low:
        parts = [piece for part in parts for piece in _demands(low, part)]
    questions: list[Question] = []
    for begin, end in _whole(low, parts):
        words = low[begin:end].strip()
        if len(words) < 4 or _CRY.search(words) or _IDLE_DEMAND.match(words):
            continue
        kind = _kind(words, bool(demand) and "?" not in low)
        if kind == "" and "?" not in low[begin : end + 1] and not demand:
            continue
        questions.append(Question(one.start + begin, one.start + end, words, kind or "whether"))
    return questions


def _whole(low: str, parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """«Прошу сообщить, кто копал»: what only asks belongs to what is asked."""
    joined: list[tuple[int, int]] = []
    for begin, end in parts:
        if joined and _ASKS_ONLY.search(low[joined[-1][0] : joined[-1][1]].strip(" ,;")):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined


def _demands(low: str, part: tuple[int, int]) -> list[tuple[int, int]]:
    pieces, start = [], part[0]
    for cut in _AND_DEMAND.finditer(low, part[0], part[1]):
        pieces.append((start, cut.start()))
        start = cut.end()
    return [*pieces, (start, part[1])]


def _kind(words: str, demand: bool) -> str:
    for name, pattern in _KINDS:
        if pattern.search(words):
            return name
    return "demand" if demand else ""


def unanswered(text: str, sentences: list[Sentence], asked: Asked, facts: Facts, vague: bool) -> list[Finding]:
    """The questions that the answer says nothing of. `vague`: the answer promises without a day."""
    if not asked.question:
        return []
    dated = vague or any(
        term.how != terms.PAST for one in sentences for term in terms.terms_in(one, asked.written, asked.working_days)
    )
    questions = questions_in(asked.question)
    nobody = any_of("vague.csv", "kind", "responsible").search(lowered(text)) is not None
    seen = _Answer(lowered(text), _stems(text), facts, dated, nobody, len(questions) == 1)
    return [
        found("unanswered_question", asked.question, one.start, one.end, where="question", grave=_is_sure(one, seen))
        for one in questions if not _is_answered(one, seen)
    ]


@dataclass(frozen=True, slots=True)
class _Answer:
    low: str
    told: frozenset[str]
    facts: Facts
    dated: bool
    nobody: bool  # somebody without a name is said to do it
    alone: bool  # there is but one question


def _is_sure(one: Question, seen: _Answer) -> bool:
    """Nothing at all is said, or no day where a day is asked for."""
    return not seen.facts.any or (one.kind == "when" and not seen.facts.date)


def _is_answered(one: Question, seen: _Answer) -> bool:
    """By what the question's word asks for. A message with one question is answered more easily than one with three:
    there what is said must also speak of the same thing."""
    if not seen.facts.any and not seen.dated:
        return False
    own = _stems(one.text)
    common = len(own & seen.told) / max(1, len(own))
    near = common > 0 or seen.alone
    if one.kind == "when":
        return seen.dated or (seen.facts.date and common > 0)
    if one.kind == "why":
        if seen.alone:
            return _CAUSE.search(seen.low) is not None or (seen.facts.figure and common > 0)
        return _CAUSE.search(seen.low) is not None and (common > 0.1 or not own)
    if one.kind == "sum":
        return _SUM.search(seen.low) is not None
    if one.kind == "where":
        return not _REACHES.search(one.text) or _REACH.search(seen.low) is not None
    if one.kind == "who":
        if not own:
            return seen.alone or _OWNS.search(seen.low) is not None
        return (seen.facts.responsible or seen.nobody) and (near or not _DECIDES.search(one.text))
    if one.kind == "demand":
        if seen.alone:
            return True
        verb = _stems(one.text.split(" ")[0] if not one.text[0].isdigit() else " ".join(one.text.split(" ")[:2]))
        near_enough = common > 0.5 or (common >= 0.5 and len(own) > 2) or bool(verb & seen.told and common > 0.2)
        return near_enough or (common > 0.3 and _REFUSES.search(seen.low) is not None)
    if seen.alone or _HOW.match(one.text):
        return True
    return common >= 0.3 or (_YES_NO.search(seen.low) is not None and common > 0)


def _stems(text: str) -> frozenset[str]:
    """Dictionary forms of words with content, cut to their first letters so that kin words meet."""
    return frozenset(
        lemma.removeprefix("~")[:5] for token in tokens_of(text) if not token.is_idle and not token.word.isdigit()
        for lemma in token.lemmas if lemma not in _EMPTY and len(lemma) > 2
    )
