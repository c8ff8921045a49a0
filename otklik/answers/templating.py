"""Texts with placeholders and conditions: what may stand in a template, and what becomes of it for one case. Pure.

No engine: `{имя}` is looked up in a table, `[если режим=law59] … [иначе] … [конец]` is looked up in another, and
conditions do not stand in each other. What is unknown is refused when a template is saved. A placeholder for which a
case has nothing stays in the text as it is, is named beside it, and an answer with it is neither approved nor sent.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from otklik.failures import BadInput
from otklik.triage.personal.redacting import MARKS

MAX_TEMPLATE = 10_000
# name in braces → what it becomes; shown on the page of templates and in the operator's guide
PLACEHOLDERS = {
    "имя": _lazy("как зовут жителя; в открытом ответе — только имя, как на его странице"),
    "номер": _lazy("номер карточки"),
    "дата сообщения": _lazy("когда житель написал"),
    "адрес": _lazy("улица и дом; в открытом ответе — только улица"),
    "место": _lazy("населённый пункт или район города"),
    "тема": _lazy("тема по классификатору"),
    "срок": _lazy("обещанная дата: из ответа исполнителя, из плана работ проблемы или из обещания жителю"),
    "исполнитель": _lazy("ответственная организация"),
    "сегодня": _lazy("сегодняшняя дата"),
    "центр": _lazy("название вашего центра"),
    "телефон центра": _lazy("телефон центра из настроек"),
    "рег. номер": _lazy("входящий номер обращения или запроса"),
    "рег. дата": _lazy("дата его регистрации"),
}
# what may be asked after «если»; the right side is one of the words
REGIMES = {"social": "social", "соцсети": "social", "pos": "pos", "пос": "pos", "law59": "law59", "59-фз": "law59",
           "law8": "law8", "8-фз": "law8"}
CONDITIONS = {
    "режим": _lazy("social (соцсети), pos (ПОС), law59 (59-ФЗ), law8 (8-ФЗ)"),
    "канал": _lazy("portal, phone, email, vk, ok, max, site, sheet"),
    "важность": _lazy("0–4; можно «важность>=3»"),
    "ответ": _lazy("публичный или личный"),
    "вид": _lazy("промежуточный или окончательный"),
    "есть": _lazy("любое имя из таблицы выше: «есть срок», «есть имя»"),
}
_PLACE = re.compile(r"\{([^{}\n]{1,40})\}")
_MARK = re.compile(r"\[(если\s+[^\]\n]{1,80}|иначе|конец)\]", re.IGNORECASE)
_ASKED = re.compile(r"(?:(не)\s+)?(\w+)\s*(>=|=)\s*([\w-]+)", re.IGNORECASE)
_HAS = re.compile(r"(?:(не)\s+)?есть\s+(.+)|нет\s+(.+)", re.IGNORECASE)


@dataclass(frozen=True)
class Facts:
    """What conditions ask about."""

    regime: str
    channel: str
    importance: int
    public: bool
    interim: bool


@dataclass(frozen=True)
class Filled:
    """A text for one case. `gaps` are placeholders for which the case has nothing, each once, in order."""

    text: str
    gaps: tuple[str, ...]


def check(text: str, *, field: str = "text") -> None:
    """Refuse what is no template: unknown placeholders and conditions, halves of conditions. Raises `BadInput`."""
    for name in _PLACE.findall(text):
        if _known(name) not in PLACEHOLDERS:
            raise BadInput(
                _("Такой подстановки нет: «{%(name)s}». Есть: %(known)s.")
                % {"name": name, "known": ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)}, field,
            )
    if rest := re.search(r"\{[^{}]{0,20}|\}", _PLACE.sub("", text)):
        raise BadInput(_("Фигурная скобка без пары: «%(words)s».") % {"words": rest[0]}, field)
    open_at = ""
    for mark in _MARK.findall(text):
        word = mark.lower().split()[0]
        if word == "если":
            if open_at:
                raise BadInput(_("Условие внутри условия не работает: сначала [конец]."), field)
            _holds(mark, _NOBODY, {})
        elif not open_at or (word == "иначе" and open_at == "иначе"):
            raise BadInput(_("«[%(mark)s]» стоит без своего [если …].") % {"mark": mark}, field)
        open_at = "" if word == "конец" else word
    if open_at:
        raise BadInput(_("У условия нет [конец]."), field)
    if broken := re.search(r"\[\s*(?:если|иначе|конец)[^\]]{0,40}\]?", _MARK.sub("", text), re.IGNORECASE):
        raise BadInput(_("Условие не прочиталось: «%(words)s».") % {"words": broken[0]}, field)


def fill(text: str, values: Mapping[str, str], facts: Facts) -> Filled:
    """The text for one case: conditions decided, placeholders replaced by `values`; what is not there stays."""
    chosen = _chosen(text, values, facts)
    gaps: dict[str, None] = {}

    def put(found: re.Match[str]) -> str:
        name = _known(found[1])
        if values.get(name):
            return values[name]
        if name in PLACEHOLDERS:
            gaps[name] = None
            return f"{{{name}}}"
        return found[0]

    filled = _PLACE.sub(put, chosen)
    return Filled(re.sub(r"\n{3,}", "\n\n", filled).strip(), tuple(gaps))


def gaps_in(text: str) -> list[str]:
    """Placeholders and conditions that stand in a text unfilled, and marks of what was taken out of another's answer,
    as a person sees them."""
    places = [found[0] for found in _PLACE.finditer(text) if _known(found[1]) in PLACEHOLDERS]
    marks = [found[0] for found in _MARK.finditer(text)]
    return list(dict.fromkeys([*places, *marks, *(mark for mark in MARKS.values() if mark in text)]))


def _known(name: str) -> str:
    """A placeholder's name as the table has it: whoever writes «{ Имя }» means «имя»."""
    return " ".join(name.lower().split())


def _chosen(text: str, values: Mapping[str, str], facts: Facts) -> str:
    """The text without the halves of conditions that do not hold."""
    kept: list[str] = []
    at, shown, inside = 0, True, False
    for mark in _MARK.finditer(text):
        if shown:
            kept.append(text[at : mark.start()])
        word = mark[1].lower().split()[0]
        if word == "если" and not inside:
            shown, inside = _holds(mark[1], facts, values), True
        elif word == "иначе" and inside:
            shown = not shown
        elif word == "конец":
            shown, inside = True, False
        at = mark.end()
    if shown:
        kept.append(text[at:])
    return "".join(kept)


def _holds(mark: str, facts: Facts, values: Mapping[str, str]) -> bool:
    """Whether a condition holds. Raises `BadInput` for one that is none."""
    asked = mark.split(None, 1)[1].strip()
    if has := _HAS.fullmatch(asked):
        name = _known(has[2] or has[3])
        if name not in PLACEHOLDERS:
            raise BadInput(_("Такой подстановки нет: «{%(name)s}».") % {"name": name}, "text")
        return bool(values.get(name)) != bool(has[1] or has[3])
    found = _ASKED.fullmatch(asked)
    if found is None:
        raise BadInput(_("Условие не прочиталось: «%(words)s».") % {"words": asked}, "text")
    no, what, sign, word = bool(found[1]), found[2].lower(), found[3], found[4].lower()
    answer = _compared(what, sign, word, facts)
    if answer is None:
        raise BadInput(_("Такого условия нет: «%(words)s».") % {"words": asked}, "text")
    return answer != no


def _compared(what: str, sign: str, word: str, facts: Facts) -> bool | None:
    """None when the question is not in the table."""
    if what == "важность" and word in ("0", "1", "2", "3", "4"):
        return facts.importance >= int(word) if sign == ">=" else facts.importance == int(word)
    if sign != "=":
        return None
    if what == "режим" and word in REGIMES:
        return REGIMES[word] == facts.regime
    if what == "канал" and word in _CHANNELS:
        return word == facts.channel
    if what == "ответ" and word in ("публичный", "личный"):
        return (word == "публичный") == facts.public
    if what == "вид" and word in ("промежуточный", "окончательный"):
        return (word == "промежуточный") == facts.interim
    return None


_CHANNELS = ("portal", "phone", "email", "vk", "ok", "max", "site", "sheet", "telegram", "line", "feed", "open311")
_NOBODY = Facts("", "", 0, public=False, interim=False)


def words_of(placeholders: Sequence[str]) -> str:
    """«{имя}, {срок}», as a person types them."""
    return ", ".join(f"{{{one}}}" for one in placeholders)
