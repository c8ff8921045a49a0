"""What a resident's next message in a thread seems to be: thanks, «не исправлено», a question, a new matter, facts.

Pure. Signs of words stand in `follow_ups_signs.csv`; how they weigh in `follow_ups_weights.csv`, fitted on the threads
of the exam marked `dev` and on those written later (`tests/triage/follow_ups_fresh.csv`). A sign never
decides alone: thanks stand in messages of every kind. Whether both speak of one matter is told roughly by
`follow_ups_matters.csv`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import exp, log1p
from pathlib import Path
from typing import Final, Literal

from otklik.triage.fingerprints import Fingerprint, fingerprint

FollowUpKind = Literal["thanks", "not_fixed", "question", "new_matter", "addition"]
KINDS: Final[tuple[FollowUpKind, ...]] = ("thanks", "not_fixed", "question", "new_matter", "addition")
READ: Final = 3_000  # characters; whoever writes more says it at the beginning
SURE_FROM: Final = 0.55  # below it the desk says «не ясно»
_SIGNS: Final = Path(__file__).with_name("follow_ups_signs.csv")
_WEIGHTS: Final = Path(__file__).with_name("follow_ups_weights.csv")
_MATTERS: Final = Path(__file__).with_name("follow_ups_matters.csv")
# Words of an answer that tells of work done, of plans, and of a question to the resident.
_ANSWER_DONE: Final = re.compile(
    r"(?<!\bне )(?:выполнен|устран[её]н|восстановлен|завершен|отремонтирован|починили|вывезен|убран|"
    r"закрыт|засыпан|спилен|"
    r"отловлен|отлов\w* выполнен|подали|установили|назначена|произвед[её]н|сделан|откачан|скошен|помыли|прекращ[её]н|"
    r"прогрейдирована|работает|горят|снят[оа]? с контроля|закрыта|направлен|проверен|соответствует|вымыт|очищен|"
    r"исправлен|заменен|заменён|(?:замени|исправи|отремонтирова|устрани|выполни|убра|вывез|засыпа|восстанови|очисти|"
    r"спили|отлови|подключи|налади|закры|почисти|сдела|откача)ли\b)"
    # Short participles tell of work, «убран», «запущена», but for those that tell of trouble, «сломан», «забит».
    r"|(?<!\bне )\b(?!слом|разби|заби|завал|перепол|откры|отключ|обор|разру|поврежд|затоп|засор|занес|перекры|долж|нуж)"
    r"(?:\w{3,}(?:[её]н|ят|ыт)[аоы]?|\w{3,}ан[аоы]|(?:убр|под|сд|созд|запис|пересчит)ан)\b", re.IGNORECASE,
)
_ANSWER: Final = re.compile(
    r"(?:ваш[аеу]?|вам|вашего|вашему|вашу|обращени[ея]|заявк[аи]|ответ|уведомляем|сообщаем|направили|передали|"
    r"запланирован|начнутся|продл[её]н|будет|назначен|комисси|бригада|здравствуйте|приостановлена|(?<!\bне )работает|"
    r"предоставляется|признан|нужна справка|подайте|открывается|примет|вывозят)", re.IGNORECASE,
)
_ANSWER_ASKS: Final = re.compile(
    r"уточните|пришлите|опишите|укажите|напишите|сообщите нам|\b(?:во сколько|где|какой|какая|когда)\b.*\?",
    re.IGNORECASE,
)
_ASKS_US: Final = re.compile(r"прошу|просим|почини|отремонтир|спили|почему", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """`kind` with its probability; `signs` are names of what spoke for it; `sure` from `SURE_FROM`."""

    kind: FollowUpKind
    p: float
    signs: tuple[str, ...]
    sure: bool


def follow_up(first: str, second: str, *, from_us: bool | None = None) -> FollowUp:
    """What `second` is to the thread whose last word is `first`. `from_us`: the first is our answer; None: guess it.

    Any texts are accepted; an empty second one is an addition (a picture, most likely), not surely.
    """
    seen = signs(first, second, from_us=from_us)
    weights = _weights()
    told = {kind: sum(weights[kind].get(name, 0.0) * value for name, value in seen.items()) for kind in KINDS}
    top = max(told.values())
    shares = {kind: exp(value - top) for kind, value in told.items()}
    kind = max(KINDS, key=lambda one: told[one])
    p = shares[kind] / sum(shares.values())
    spoke = [name for name in _patterns() if seen[name] and weights[kind].get(name, 0.0) > 0.1]
    named = tuple(sorted(spoke, key=lambda name: -weights[kind][name]))[:3]
    return FollowUp(kind, round(p, 4), named, sure=bool(second.strip()) and p >= SURE_FROM)


def signs(first: str, second: str, *, from_us: bool | None = None) -> dict[str, float]:
    """What is weighed of a thread, by the names of the tables."""
    first, second = first[:READ], second[:READ]
    seen = {name: float(bool(pattern.search(second))) for name, pattern in _patterns().items()}
    ours = _is_answer(first) if from_us is None else from_us
    done = ours and bool(_ANSWER_DONE.search(first))
    asks = bool(_ANSWER_ASKS.search(first)) and (ours or from_us is None)
    before, after = fingerprint(first), fingerprint(second)
    matters, others = _matters_of(first), _matters_of(second)
    shared = len(before.words & after.words)
    return seen | {
        "start": 1.0,
        "after_done": float(done),
        "after_ask": float(asks),
        "after_answer": float(ours and not done and not asks),
        "after_own": float(not ours and not asks),
        "shared": log1p(shared),
        "nothing_shared": float(not shared),
        "length": log1p(after.length),
        "long_and_other": float(shared <= 1 and after.length >= 5),
        "thanks_plain": seen["thanks"] * (1 - seen["but"]) * (1 - seen["negated"]),
        "done_plain": seen["done_word"] * (1 - seen["negated"]) * (1 - seen["again"]),
        "done_negated": float(done) * max(seen["negated"], seen["still"], seen["again"]),
        "ask_plain": seen["question_mark"] * (1 - seen["dispute"]),
        "digits": float(bool(re.search(r"\d", second))),
        "own_and_facts": float(not ours) * seen["place_time"],
        "same_matter": float(bool(matters & others)),
        "other_matter": float(bool(others - matters)) * float(bool(matters)),
        "only_other_matter": float(bool(others) and bool(matters) and not matters & others),
        "no_matter": float(not others),
        "matter_beside_none": float(bool(others) and not matters),
        "other_trouble": float(bool(others - matters)) * max(seen["trouble"], seen["request"], seen["negated"]),
        "other_and_new": float(bool(others - matters)) * seen["new_word"],
        "last_question": float(second.rstrip().endswith("?")),
        "matter_first_shared": _first_shared(before, after),
    }


def _first_shared(before: Fingerprint, after: Fingerprint) -> float:
    """The share of the thread's words that come again."""
    return len(before.words & after.words) / (len(before.words) or 1)


def _is_answer(first: str) -> bool:
    """Whether a text sounds like ours: it tells of work, or speaks to «вы», and does not ask us for anything."""
    if _ASKS_US.search(first):
        return False
    return bool(_ANSWER.search(first) or _ANSWER_DONE.search(first))


def _matters_of(text: str) -> frozenset[str]:
    """What a text speaks of, roughly: a message that goes on speaks of the same."""
    return frozenset(name for name, pattern in _matters().items() if pattern.search(text))


@cache
def _matters() -> Mapping[str, re.Pattern[str]]:
    with _MATTERS.open(encoding="utf-8", newline="") as stream:
        return {row["matter"]: re.compile(row["pattern"], re.IGNORECASE) for row in csv.DictReader(stream)}


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    with _SIGNS.open(encoding="utf-8", newline="") as stream:
        return {row["sign"]: re.compile(row["pattern"], re.IGNORECASE) for row in csv.DictReader(stream)}


@cache
def _weights() -> Mapping[str, Mapping[str, float]]:
    with _WEIGHTS.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {kind: {row["sign"]: float(row[kind]) for row in rows} for kind in KINDS}
