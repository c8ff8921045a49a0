"""Promises without a date: an act of the future whose day stands neither beside it nor in the next sentence. Pure."""

from __future__ import annotations

import re
from typing import Final

from otklik.answers.coach import terms
from otklik.answers.coach.facts import is_work
from otklik.answers.coach.finding import Asked, Finding, found
from otklik.answers.coach.reading import Sentence, likeliest
from otklik.answers.coach.tables import any_of, words

# Not ours to do, or not to be done at all.
_NO_PROMISE: Final = re.compile(
    r"(?:^|[,;:] )(?:если|когда вы|как только вы|назовите|пришлите|напишите|сообщите|попросите|заполните|"
    r"подайте)|\?$|не (?:будем|будет|станем|сможем|планиру)|до нового"
)
_ABSTRACT: Final = re.compile(r"(?:заблокир|завершить|сообщение —|услыш|найдем решение|рады|верим|надеемся|"
    r"ваше мнение|двигаемся|движемся|жела|хорошего дня)")
_PLANS: Final = re.compile(
    r"(?<![а-я])(?:план(?:ируе(?:м|тся|т)|ируют(?:ся)?)|наме(?:рены|чен\w*)|предполагается|"
    r"предусмотрен\w* (?:ремонт|замен|установ)\w*|буд(?:ет|ут|ем|ете) [а-я-]+(?:н|т)[аоы]?(?![а-я])|"
    r"посмотрим, что|постараемся|срок исполнения)"
)
_FUTURE: Final = ("1per", "3per")


def undated_promises(text: str, sentences: list[Sentence], asked: Asked) -> list[Finding]:
    """Each promise of an act without a day or a term."""
    dated = [bool(_future_terms(one, asked)) for one in sentences]
    findings = []
    for at, one in enumerate(sentences):
        vague = any_of("assurances.csv").search(one.text)
        act = _act(one, vague is not None)
        if act is None or _ABSTRACT.search(one.text) or one.text.endswith("?"):
            continue
        if dated[at] or (not vague and (dated[max(0, at - 1)] or dated[min(len(dated) - 1, at + 1)])):
            continue
        if not vague and _NO_PROMISE.search(one.text):
            continue
        findings.append(found("promise_without_date", text, one.start, one.end))
    return findings


def _future_terms(one: Sentence, asked: Asked) -> list[terms.Found]:
    return [term for term in terms.terms_in(one, asked.written, asked.working_days) if term.how != terms.PAST]


def _act(one: Sentence, vague: bool) -> str | None:
    """The word of the act that is promised; None where nothing is, or only information and help on asking."""
    planned = _PLANS.search(one.text)
    if planned:
        return planned[0]
    for number, word in enumerate(one.words):
        reading = likeliest(word)
        if reading is None or reading.tag.POS != "VERB" or reading.tag.tense != "futr":
            continue
        if reading.tag.person not in _FUTURE or reading.tag.mood != "indc":
            continue
        lemma = reading.normal_form.replace("ё", "е")
        if lemma in words("service_words.csv") or lemma == "быть":
            continue
        if number and one.words[number - 1] == "не":
            continue
        if reading.tag.person == "3per" and not (vague or is_work(word)):
            continue  # what others do by their nature: «закажет МФЦ», «разносит пенсию»
        return word
    return None
