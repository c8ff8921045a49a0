"""What an answer says against an earlier one: another day, sum or doer, yes for no. Pure.

A change that the answer admits («перенесли», «извините», «раньше писали») is no contradiction.
"""

from __future__ import annotations

import re
from typing import Final

from otklik.answers.coach import terms
from otklik.answers.coach.finding import Asked, Finding, found
from otklik.answers.coach.questions import _stems
from otklik.answers.coach.reading import Sentence, sentences_of

_SAME: Final = re.compile(r"(?:дата прежняя|все по плану|в силе|по-прежнему|подтвержда|как и (?:обещ|пис|говор)|"
    r"срок прежний|не страшно)")
_ADMITS: Final = re.compile(
    r"(?:перен(?:ес|ош)|сдвину|отстаем|отста[лю]|задерж|извин|прости|к сожалению|раньше (?:писал|обещ|сообщ|"
    r"называл)|ошиб|не успе|обещали|вместо|"
    r"изменил|поменял|уточн|передумал|новый срок|пришлось|позже, чем|раньше срока|исправля|неверно|"
    r"теперь (?:иначе|по-другому)|мы писали|подвел)"
)
_DENIES: Final = re.compile(
    r"(?:никак(?:ой|их|ую) (?:дат|срок|обещани)\w*|не обещал\w*|(?:мы )?(?:не называл|не говорил|не писал|"
    r"не давал|не сообщал|не планировал)\w*|всегда план\w*|никогда не|"
    r"такого (?:не (?:было|говор|обещ|пис)\w*)|впервые слыш)"
)
_DONE: Final = re.compile(r"(?:устран|выполн|сдела|замен|почин|отремонт|завершен|закончен|убра|вывез|восстанов|"
    r"готов)\w*")
_NOT_DONE: Final = re.compile(
    r"(?:не начин\w+|еще не|не (?:был[аои]? )?(?:выполн|сдела|замен|устран|проводил|ремонтир|приступ|дела)\w*|"
    r"пока не|только (?:план|начн)\w*|запланирован\w* на|ждем)"
)
_FIXED: Final = ("day", "month", "year", "quarter", "season")
_SUM: Final = re.compile(r"(\d[\d  ]*(?:[.,]\d+)?)\s*(?:рубл\w*|руб\.?|₽|тыс\w*|млн\w*|процент\w*|%)")
_NO: Final = re.compile(r"(?<![а-я])(?:не|нет|нельзя|без|никто|отсутств\w+)(?![а-я])")
_DOER: Final = re.compile(r"«([^»]{2,30})»|(?<![а-я])(водоканал|область|районн\w+|горсвет|горхоз\w*|"
    r"участок № ?\d+|администрац\w+|подрядчик)", re.IGNORECASE)


def contradictions(text: str, sentences: list[Sentence], asked: Asked) -> list[Finding]:
    """One finding for each earlier answer that this one speaks against."""
    findings: list[Finding] = []
    if not asked.earlier or any(_ADMITS.search(one.text) or _SAME.search(one.text) for one in sentences):
        return findings
    for earlier in asked.earlier:
        before = sentences_of(earlier)
        if not before:
            continue
        hit = _against(sentences, before, asked)
        if hit is not None:
            now, then = hit
            findings.append(found("contradiction", text, now.start, now.end, against=earlier[then.start : then.end]))
    return findings


def _against(now: list[Sentence], before: list[Sentence], asked: Asked) -> tuple[Sentence, Sentence] | None:
    stems = {one: _stems(one.text) for one in (*now, *before)}
    kept = {term.until for one in now for term in _days(one, asked)} & {
        term.until for then in before for term in _days(then, asked)}
    for one in sorted(now, key=lambda said: -max(len(stems[said] & stems[then]) for then in before)):
        if kept and not _DENIES.search(one.text) and not _SUM.search(one.text):
            continue
        if _DENIES.search(one.text):
            return one, before[0]
        for then in sorted(before, key=lambda said: -len(stems[one] & stems[said])):
            shared = len(stems[one] & stems[then])
            if _said_otherwise(one, then, shared, asked):
                return one, then
    return None


def _said_otherwise(one: Sentence, then: Sentence, shared: int, asked: Asked) -> bool:
    if shared < 1:
        return False
    if _DONE.search(then.text) and then.tenses & {"past", "done"} and _NOT_DONE.search(one.text):
        return True
    sums, earlier = ({hit[1].strip() for hit in _SUM.finditer(said.text)} for said in (one, then))
    if sums and earlier and not sums & earlier:
        return True
    if shared >= 2:
        if bool(_NO.search(one.text)) != bool(_NO.search(then.text)):
            return True
        days = {term.until for term in _days(one, asked)}
        earlier_days = {term.until for term in _days(then, asked)}
        if days and earlier_days and not days & earlier_days:
            return True
        doers = {(hit[1] or hit[2]).lower()[:5] for hit in _DOER.finditer(one.text)}
        earlier_doers = {(hit[1] or hit[2]).lower()[:5] for hit in _DOER.finditer(then.text)}
        if doers and earlier_doers and not doers & earlier_doers and not days:
            return True
    return False


def _days(one: Sentence, asked: Asked) -> list[terms.Found]:
    """Days told by both answers are read as of the same day, so that the same words mean the same."""
    from_then = asked.written.replace(month=1, day=1) if asked.written.year > 1 else asked.written
    found_terms = terms.terms_in(one, from_then, asked.working_days)
    return [term for term in found_terms if term.until is not None and term.how in _FIXED]
