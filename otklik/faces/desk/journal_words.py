"""Entries of a case's journal as sentences. They hold ids and codes only, so names are looked up beside them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from otklik.cases.clock_rules import zone
from otklik.cases.lifecycle import BY_NAME
from otklik.cases.models import Case, Clock, Recheck
from otklik.cases.outcome_table import BY_CODE
from otklik.cases.reading import ThreadItem
from otklik.classifier.models import Theme
from otklik.faces.desk.escalation_words import people_in, told_words
from otklik.faces.desk.regime_forms import REGIMES
from otklik.organisations.models import Organisation, User
from otklik.together import together

SHORT = dict(REGIMES)


class Line(NamedTuple):
    """One line of the journal: when, who, what, and what it says besides."""

    at: datetime
    who: str
    what: str
    more: str


def journal_lines(events: Iterable[ThreadItem]) -> list[Line]:
    """Entries as lines, oldest first. One query for the names, however many entries."""
    events = list(events)
    acted = {_number(e.who) for e in events if e.who.startswith("staff:")}
    told = {i for e in events for i in people_in(e.extra.get("fields", {}))}
    named = _named({
        "people": (User, acted | told | {i for e in events for i in _ids(e, "for_user")}),
        "firms": (Organisation, {i for e in events for i in _ids(e, "organisation", "from_organisation")}),
        "themes": (Theme, {i for e in events for i in _ids(e, "theme")}),
    })
    people, firms, themes = named["people"], named["firms"], named["themes"]
    return [
        Line(e.at, _acted(e, people), _what(e.text), _more(e.extra.get("fields", {}), firms, themes, people))
        for e in events
    ]


def came_back(events: Sequence[ThreadItem], lines: Sequence[Line], answer_id: int) -> Line | None:
    """Why this answer came back to its author, or to its approver: whoever mends it reads that first, not the journal.

    None once it was sent on again.
    """
    of_it = ("return", "withdraw_approval", "send_to_review")
    for event, line in zip(reversed(events), reversed(lines), strict=True):
        fields = event.extra.get("fields", {})
        if event.text in of_it and fields.get("answer") == answer_id:
            return None if event.text == "send_to_review" else line._replace(more=fields.get("reason", ""))
    return None


# What brings a case (back) to a desk with somebody's words, and what takes it up.
BROUGHT = frozenset({"recheck_failed", "reopen", "hand_over", "hand_over_again"})
TAKEN_UP = frozenset({"assign", "publish", "publish_common", "publish_common_interim", "close", "set_aside"})


def brought_by(events: Sequence[ThreadItem], lines: Sequence[Line]) -> Line | None:
    """Why the case is here: what the curator found, why another centre handed it over. None once it is taken up."""
    for event, line in zip(reversed(events), reversed(lines), strict=True):
        if event.text in TAKEN_UP:
            return None
        if event.text in BROUGHT:
            return line._replace(more=event.extra.get("fields", {}).get("reason", ""))
    return None


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


def _named(wanted: Mapping[str, tuple[Any, set[int]]]) -> dict[str, dict[int, str]]:
    """The names by their ids, of each kind; one query for all."""
    asked = {kind: model.objects.filter(pk__in=ids) for kind, (model, ids) in wanted.items() if ids - {0}}
    found = together(asked) if asked else {}
    return {
        kind: {row.pk: row.name if kind == "themes" else row.short_name for row in found.get(kind, ())}
        for kind in wanted
    }


def _who(reference: str, people: Mapping[int, str]) -> str:
    if reference.startswith("staff:"):
        return people.get(_number(reference), _("сотрудник"))
    if reference.startswith("resident-link"):
        return _("житель, по ссылке")
    if reference.startswith("organisation-link"):
        return _("исполнитель, по списку")
    if reference.startswith("executor-link"):
        return _("исполнитель, по ссылке")
    if reference.startswith("visitor") or reference == "system:portal":
        return _("портал")
    return _("программа")


OWN_WORDS = {
    "opened": _lazy("Карточка открыта"),
    "open": _lazy("Карточка открыта"),
    "followed": _lazy("Житель не согласен с ответом: написал новое обращение"),
    "triage": _lazy("Разобрано"),
    "triage_by_itself": _lazy("Тема выбрана программой"),
    "undo_triage": _lazy("Разбор отменён"),
    "undo": _lazy("Последнее действие отменено"),
    "set_importance": _lazy("Исправлена важность"),
    "correct": _lazy("Исправлены тема, место или важность"),
    "point": _lazy("Точка на карте изменена"),
    "take": _lazy("Взято в работу"),
    "assign": _lazy("Назначен исполнитель"),
    "add_co_executor": _lazy("Добавлен соисполнитель"),
    "redirect": _lazy("Перенаправлено"),
    "reply": _lazy("Исполнитель ответил"),
    "ask": _lazy("Исполнитель ответил: нужен срок или не наше"),
    "word": _lazy("Записано со слов исполнителя"),
    "hand_over": _lazy("Передано в другой муниципалитет"),
    "pause": _lazy("Срок приостановлен"),
    "resume": _lazy("Срок снова идёт"),
    "rejudge": _lazy("Сроки пересчитаны по новой версии регламента"),
    "calendar_known": _lazy("Сроки пересчитаны: известно постановление о переносе выходных"),
    "go_on": _lazy("Пауза кончилась, срок пошёл сам"),
    "pause_end_warned": _lazy("Предупредили, что пауза кончается"),
    "revoke_link": _lazy("Ссылка исполнителя отменена"),
    "pass_alarm_on": _lazy("Тревога перешла к следующему дежурному"),
    "warn": _lazy("Предупреждение о сроке"),
    "draft": _lazy("Сохранён черновик ответа"),
    "send_to_review": _lazy("Отправлено на согласование"),
    "approve": _lazy("Ответ согласован"),
    "return": _lazy("Ответ возвращён на доработку"),
    "withdraw_approval": _lazy("Согласование отозвано"),
    "publish_common": _lazy("Опубликован общий ответ на проблему"),
    "publish_common_interim": _lazy("Опубликован общий промежуточный ответ"),
    "put_common": _lazy("Подготовлен общий ответ на проблему"),
    "publish": _lazy("Ответ опубликован"),
    "promise_kept": _lazy("Обещание выполнено"),
    "promise_held": _lazy("Обещанное сделано, вернулись по другому поводу"),
    "promise_moved": _lazy("Обещание перенесено, житель предупреждён"),
    "promise_off": _lazy("Обещание снято"),
    "promise_followed": _lazy("Обещание: подтвердилось или нет"),
    "promise_named": _lazy("Обещание для портала"),
    "postpone": _lazy("Решение отложено"),
    "come_back": _lazy("Отложенное вернулось"),
    "set_aside": _lazy("Отложено"),
    "close": _lazy("Закрыто"),
    "restrict": _lazy("Доступ ограничен"),
    "open_up": _lazy("Доступ открыт"),
    "silence": _lazy("Закрыто: житель не ответил"),
    "confirm": _lazy("Житель подтвердил: исправлено"),
    "refute": _lazy("Житель: не исправлено"),
    "add_words": _lazy("Житель написал ещё"),
    "rate": _lazy("Житель оценил"),
    "recheck": _lazy("Перепроверено"),
    "recheck_failed": _lazy("Перепроверено: не сделано"),
    "dispute_rating": _lazy("Оспорено в рейтинге"),
    "rating_without": _lazy("Спор о рейтинге: карточка исключена"),
    "rating_with": _lazy("Спор о рейтинге: карточка оставлена"),
    "reopen": _lazy("Открыто снова"),
    "confirm_alarm": _lazy("Тревога передана"),
    "link": _lazy("Создана ссылка для исполнителя"),
    "reveal": _lazy("Показаны контакты"),
    "pass_contact": _lazy("Контакт передан исполнителю"),
    "take_contact_back": _lazy("Контакт забран у исполнителя"),
    "erased": _lazy("Личные данные жителя стёрты"),
    "note": _lazy("Заметка для коллег"),
    "register": _lazy("Внесены номер и даты из другой системы"),
    "register_own": _lazy("Зарегистрировано у себя"),
    "unregister": _lazy("Регистрация убрана как ошибка"),
    "sent": _lazy("Ответ отправлен"),
    "not_ours": _lazy("Отмечено: не наша компетенция"),
    "forwarded": _lazy("Переслано по компетенции"),
    "ask_extension": _lazy("Понадобится отсрочка"),
    "extend": _lazy("Срок ответа продлён"),
    "complained": _lazy("Отмечено, на кого жалуются"),
    "not_complained": _lazy("Убрано: жалуются не на них"),
    "law_prepare": _lazy("Подготовлено решение по закону"),
    "law_text": _lazy("Изменено письмо о решении"),
    "law_decide": _lazy("Решение по закону принято"),
    "law_done": _lazy("Письмо о решении отправлено"),
    "law_withdraw": _lazy("Решение по закону снято"),
    "transfer": _lazy("Переведено в другой режим"),
    "collective": _lazy("Отмечено: коллективное обращение"),
    "origin": _lazy("Отмечено, через кого пришло обращение"),
    "not_collective": _lazy("Отмечено: обращение не коллективное"),
    "matter": _lazy("Изменён срок: выбран короткий или общий"),
    "several_bodies": _lazy("Отмечено: вопросы касаются нескольких органов"),
    "inquire": _lazy("Отправлено письмо в другой орган"),
    "copies_out": _lazy("Все копии отправлены"),
    "inquiry_over": _lazy("Отмечено, чем кончилось письмо в другой орган"),
    "prove": _lazy("Отправка подтверждена"),
    "post": _lazy("Внесено в почтовый реестр"),
    "reception": _lazy("Записан личный приём"),
    "part_due": _lazy("Изменён срок части"),
    "withdraw_part": _lazy("Часть снята"),
    "ask_upper": _lazy("Попросили ЦУР решить"),
    "recall_upper": _lazy("Просьба к ЦУР отозвана"),
    "keep": _lazy("ЦУР решил: оставить как есть"),
    "understand": _lazy("Разобрано программой"),
    "mirror": _lazy("Состояние из источника"),
    "settle": _lazy("Решено расхождение с источником"),
    "number_added": _lazy("Записан номер в другой системе"),
    "number_removed": _lazy("Убран номер в другой системе"),
    "mapped": _lazy("Слово источника сопоставлено"),
    "clock_warned": _lazy("Предупреждение о сроке"),
    "clock_escalated": _lazy("Срок вышел: сообщили выше"),
    "redirect_again": _lazy("Перенаправлено (решил ЦУР)"),
    "hand_over_again": _lazy("Передано (решил ЦУР)"),
    "co_reply": _lazy("Соисполнитель ответил"),
    "ask_word": _lazy("Записано со слов исполнителя: нужен срок или не наше"),
    "co_word": _lazy("Записано со слов соисполнителя"),
    "publish_interim": _lazy("Промежуточный ответ опубликован"),
    "settle_answered": _lazy("Принято из источника: ответ дан"),
    "settle_closed": _lazy("Принято из источника: закрыто"),
    "settle_opened": _lazy("Принято из источника: снова открыто"),
    "retheme": _lazy("Тема сменилась с новой редакцией"),
    "refer": _lazy("Передано в другую программу"),
    "refer_settled": _lazy("Проверено, дошло ли до другой программы"),
    "referred": _lazy("Другая программа приняла"),
    "referral_news": _lazy("Новости из другой программы"),
    "outside_number": _lazy("Изменены номера в других системах"),
    "make_problem": _lazy("Сделано проблемой"), "tell_news": _lazy("Отправлена новость о проблеме"),
    "tell_where": _lazy("Жителю сказано, куда обратиться"),
    "join_problem": _lazy("Присоединено к проблеме"),
    "leave_problem": _lazy("Отделено от проблемы"),
    "fold": _lazy("Присоединено к проблеме: почти те же слова о том же месте"),
    "undo_join": _lazy("Присоединение отменено"),
    "not_alike": _lazy("Отмечено: не то, больше не предлагать"),
}


def _what(verb: str) -> str:
    if verb in OWN_WORDS:
        return str(OWN_WORDS[verb])
    return str(BY_NAME[verb].label) if verb in BY_NAME else verb


def _more(
    fields: Mapping[str, Any], firms: Mapping[int, str], themes: Mapping[int, str], people: Mapping[int, str]
) -> str:
    said = told_words(fields, people)
    if {"from", "to"} <= fields.keys():
        said.append(f"{_state(fields['from'])} → {_state(fields['to'])}")
    if isinstance(fields.get("theme"), list):
        said.append(_("тема: %(theme)s") % {"theme": " → ".join(themes.get(t, "—") for t in fields["theme"])})
    if isinstance(fields.get("importance"), list):
        said.append(_("важность: %(change)s") % {"change": " → ".join(str(n) for n in fields["importance"])})
    if isinstance(fields.get("undone"), list):
        said.append(_what(str(fields["undone"][-1])))
    firm = [firms[i] for name in ("from_organisation", "organisation") if (i := fields.get(name) or 0) in firms]
    if firm:
        said.append(" → ".join(firm))
    regimes = fields.get("regime")
    if isinstance(regimes, list):
        said.append(" → ".join(str(SHORT.get(code, code)) for code in regimes))
    elif isinstance(regimes, str) and regimes in SHORT and regimes != Case.Regime.SOCIAL:
        said.append(str(SHORT[regimes]))
    if fields.get("follows"):
        said.append(_("повторное: житель не согласен с прежним ответом"))
    if fields.get("law") in BY_CODE:
        said.append(str(BY_CODE[fields["law"]].name))
    if isinstance(fields.get("problem"), int):
        said.append(_("проблема № %(n)s") % {"n": fields["problem"]})
    if fields.get("days"):
        said.append(_("дней: %(n)s") % {"n": fields["days"]})
    if fields.get("outcome"):
        said.append(_("итог: %(outcome)s") % {"outcome": _label(Case.Outcome, fields["outcome"])})
    if fields.get("stars"):
        said.append(_("оценка: %(n)s из 5") % {"n": fields["stars"]})
    if fields.get("found"):
        said.append(_label(Recheck.Found, fields["found"]))
    if fields.get("way"):
        said.append(_label(Recheck.Way, fields["way"]))
    if fields.get("threshold"):
        told = {"p": round(fields.get("p", 0) * 100), "least": round(fields["threshold"] * 100)}
        said.append(_("уверенность %(p)s %%, порог %(least)s %%") % told)
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
    if fields.get("until") and fields.get("waits_for"):
        until = datetime.fromisoformat(fields["until"]).astimezone(zone())
        said.append(_("пауза не дольше чем до %(day)s") % {"day": f"{until:%d.%m.%Y %H:%M}"})
    if fields.get("stopped"):
        kinds = ", ".join(_label(Clock.Kind, kind) for kind in fields["stopped"])
        said.append(_("остановлен срок: %(kinds)s") % {"kinds": kinds})
    return " · ".join(said)


# What of a case follows its source.
MOVED_WORDS = {
    "state": _lazy("состояние"), "due": _lazy("срок"), "executor": _lazy("исполнитель"), "answer": _lazy("ответ"),
    "status": _lazy("состояние в источнике"), "numbers": _lazy("номера"), "register": _lazy("регистрация"),
}


def _moved(name: str) -> str:
    return str(MOVED_WORDS.get(name, name))


def _state(value: str) -> str:
    return _label(Case.State, value)


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value in choices.values else value
