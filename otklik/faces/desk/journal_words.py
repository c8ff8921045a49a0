"""Entries of a case's journal as sentences. They hold ids and codes only, so names are looked up beside them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from otklik.cases.lifecycle import BY_NAME
from otklik.cases.models import Case, Clock
from otklik.cases.reading import ThreadItem
from otklik.classifier.models import Theme
from otklik.faces.desk.regime_forms import REGIMES
from otklik.organisations.models import Organisation, User

SHORT = dict(REGIMES)


class Line(NamedTuple):
    """One line of the journal: when, who, what, and what it says besides."""

    at: datetime
    who: str
    what: str
    more: str


def journal_lines(events: Iterable[ThreadItem]) -> list[Line]:
    """Entries as lines, oldest first. Three queries for the names, however many entries."""
    events = list(events)
    acted = {_number(e.who) for e in events if e.who.startswith("staff:")}
    people = _names(User, acted | {i for e in events for i in _ids(e, "for_user")})
    firms = _names(Organisation, {i for e in events for i in _ids(e, "organisation", "from_organisation")})
    themes = _names(Theme, {i for e in events for i in _ids(e, "theme")})
    return [
        Line(e.at, _acted(e, people), _what(e.text), _more(e.extra.get("fields", {}), firms, themes)) for e in events
    ]


def _acted(event: ThreadItem, people: Mapping[int, str]) -> str:
    """Who acted; a substitute with the colleague on leave in whose place it was done."""
    absent = event.extra.get("fields", {}).get("for_user")
    who = _who(event.who, people)
    return _("%(who)s за %(absent)s") % {"who": who, "absent": people.get(absent, "—")} if absent else who


def _number(reference: str) -> int:
    tail = reference.rpartition(":")[2]
    return int(tail) if tail.isdigit() else 0


def _ids(event: ThreadItem, *names: str) -> list[int]:
    found: list[int] = []
    for name in names:
        value = event.extra.get("fields", {}).get(name)
        found += [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, int)]
    return found


def _names(model: Any, ids: set[int]) -> dict[int, str]:
    if not ids - {0}:
        return {}
    return {row.pk: (row.short_name if model is not Theme else row.name) for row in model.objects.filter(pk__in=ids)}


def _who(reference: str, people: Mapping[int, str]) -> str:
    if reference.startswith("staff:"):
        return people.get(_number(reference), _("сотрудник"))
    if reference.startswith("resident-link"):
        return _("житель, по ссылке")
    if reference.startswith("executor-link"):
        return _("исполнитель, по ссылке")
    if reference.startswith("visitor") or reference == "system:portal":
        return _("портал")
    return _("программа")


def _what(verb: str) -> str:
    own = {
        "opened": _("Карточка открыта"),
        "open": _("Карточка открыта"),
        "triage": _("Разобрано"),
        "correct": _("Исправлено"),
        "point": _("Точка на карте изменена"),
        "take": _("Взято в работу"),
        "assign": _("Назначен исполнитель"),
        "add_co_executor": _("Добавлен соисполнитель"),
        "redirect": _("Перенаправлено"),
        "reply": _("Исполнитель ответил"),
        "ask": _("Исполнитель ответил: нужен срок или не наше"),
        "word": _("Записано со слов исполнителя"),
        "hand_over": _("Передано в другой муниципалитет"),
        "pause": _("Срок приостановлен"),
        "resume": _("Срок снова идёт"),
        "revoke_link": _("Ссылка исполнителя отменена"),
        "pass_alarm_on": _("Тревога перешла к следующему дежурному"),
        "warn": _("Предупреждение о сроке"),
        "draft": _("Сохранён черновик ответа"),
        "send_to_review": _("Отправлено на согласование"),
        "approve": _("Ответ согласован"),
        "return": _("Ответ возвращён на доработку"),
        "publish": _("Ответ опубликован"),
        "set_aside": _("Отложено"),
        "close": _("Закрыто"),
        "silence": _("Закрыто: житель не ответил"),
        "confirm": _("Житель подтвердил: исправлено"),
        "refute": _("Житель: не исправлено"),
        "reopen": _("Открыто снова"),
        "confirm_alarm": _("Тревога передана"),
        "link": _("Создана ссылка для исполнителя"),
        "reveal": _("Показаны контакты"),
        "pass_contact": _("Контакт передан исполнителю"),
        "take_contact_back": _("Контакт забран у исполнителя"),
        "erased": _("Личные данные жителя стёрты"),
        "note": _("Заметка для коллег"),
        "register": _("Внесены номер и даты из другой системы"),
        "register_own": _("Зарегистрировано у себя"),
        "unregister": _("Регистрация убрана как ошибка"),
        "sent": _("Ответ отправлен"),
        "not_ours": _("Отмечено: не наша компетенция"),
        "forwarded": _("Переслано по компетенции"),
        "ask_extension": _("Понадобится отсрочка"),
        "extend": _("Срок ответа продлён"),
        "transfer": _("Переведено в другой режим"),
        "part_due": _("Изменён срок части"),
        "withdraw_part": _("Часть снята"),
        "ask_upper": _("Попросили ЦУР решить"),
        "recall_upper": _("Просьба к ЦУР отозвана"),
        "keep": _("ЦУР решил: оставить как есть"),
        "understand": _("Разобрано программой"),
        "mirror": _("Состояние из источника"),
        "settle": _("Решено расхождение с источником"),
        "number_added": _("Записан номер в другой системе"),
        "number_removed": _("Убран номер в другой системе"),
        "mapped": _("Слово источника сопоставлено"),
        "clock_warned": _("Предупреждение о сроке"),
    }
    return own.get(verb) or (str(BY_NAME[verb].label) if verb in BY_NAME else verb)


def _more(fields: Mapping[str, Any], firms: Mapping[int, str], themes: Mapping[int, str]) -> str:
    said = []
    if {"from", "to"} <= fields.keys():
        said.append(f"{_state(fields['from'])} → {_state(fields['to'])}")
    if isinstance(fields.get("theme"), list):
        said.append(_("тема: %(theme)s") % {"theme": " → ".join(themes.get(t, "—") for t in fields["theme"])})
    if isinstance(fields.get("importance"), list):
        said.append(_("важность: %(change)s") % {"change": " → ".join(str(n) for n in fields["importance"])})
    firm = [firms[i] for name in ("from_organisation", "organisation") if (i := fields.get(name) or 0) in firms]
    if firm:
        said.append(" → ".join(firm))
    regimes = fields.get("regime")
    if isinstance(regimes, list):
        said.append(" → ".join(str(SHORT.get(code, code)) for code in regimes))
    elif isinstance(regimes, str) and regimes in SHORT and regimes != Case.Regime.SOCIAL:
        said.append(str(SHORT[regimes]))
    if fields.get("days"):
        said.append(_("дней: %(n)s") % {"n": fields["days"]})
    if fields.get("outcome"):
        said.append(_("итог: %(outcome)s") % {"outcome": _label(Case.Outcome, fields["outcome"])})
    if fields.get("version"):
        said.append(_("версия %(n)s") % {"n": fields["version"]})
    if fields.get("system") and isinstance(fields["system"], str):
        said.append(fields["system"])
    if fields.get("mirrored"):
        said.append(_("изменилось: %(what)s") % {"what": ", ".join(_moved(name) for name in fields["mirrored"])})
    if fields.get("conflicts"):
        said.append(_("расходится: %(what)s") % {"what": ", ".join(_moved(name) for name in fields["conflicts"])})
    if fields.get("chosen") in ("theirs", "ours"):
        side = _("взято из источника") if fields["chosen"] == "theirs" else _("оставлено наше")
        said.append(f"{_moved(str(fields.get('conflict', '')))}: {side}")
    if fields.get("by_hand"):
        said.append(_("вручную"))
    if fields.get("note"):
        said.append(str(fields["note"]))
    if fields.get("reason"):
        said.append(_("причина: %(reason)s") % {"reason": fields["reason"]})
    if fields.get("stopped"):
        kinds = ", ".join(_label(Clock.Kind, kind) for kind in fields["stopped"])
        said.append(_("остановлен срок: %(kinds)s") % {"kinds": kinds})
    return " · ".join(said)


def _moved(name: str) -> str:
    """What of a case follows its source."""
    words = {
        "state": _("состояние"), "due": _("срок"), "executor": _("исполнитель"), "answer": _("ответ"),
        "status": _("состояние в источнике"), "numbers": _("номера"), "register": _("регистрация"),
    }
    return words.get(name, name)


def _state(value: str) -> str:
    return _label(Case.State, value)


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value in choices.values else value
