"""The lifecycle of a case, as data: which moves exist, from where to where, who may make them, and which events
they are for clocks. `docs/lifecycle.md` is drawn from this table and a test enumerates it.

Case state, answer state and fix state are three things: this table is of the case.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.acting import Actor, Link, Staff, System
from otklik.cases.models import Case

S = Case.State
OPEN_STATES = (S.NEW, S.TRIAGED, S.ASSIGNED, S.REPLIED, S.ANSWERED)
IN_WORK = (S.NEW, S.TRIAGED, S.ASSIGNED, S.REPLIED)

TRIAGERS = frozenset({"operator", "coordinator"})
COORDINATORS = frozenset({"coordinator"})
SETTLERS = TRIAGERS | {"curator"}
PUBLISHERS = frozenset({"coordinator", "operator", "head"})
APPROVERS = frozenset({"approver", "head", "coordinator"})
CURATORS = frozenset({"curator"})
UPPER = frozenset({"coordinator", "operator"})  # of the ЦУР itself
UNDOERS = TRIAGERS | {"head"}
DESK = TRIAGERS | {"approver", "head", "curator", "analyst"}


@dataclass(frozen=True)
class Move:
    """One possible step. `target` None leaves the state. `roles` are of staff, `holders` of links or "system"."""

    name: str
    label: str | Promise
    sources: tuple[str, ...]
    target: str | None
    roles: frozenset[str] = frozenset()
    holders: frozenset[str] = frozenset()
    events: tuple[str, ...] = ()  # what this is for running clocks (policies name these in `stops`)
    new_turn: bool = False  # starts the clocks of the regime again
    stops_all: bool = False  # no clock runs on, when the case came to its target
    pauses: bool = False  # pausable clocks stand still
    resumes: bool = False  # and go on
    upper: frozenset[str] = frozenset()  # roles that count only when held for the whole region: the ЦУР decides


EXECUTORS = frozenset({"executor", "organisation"})  # by the link of one task, or out of an organisation's list
ACTED = "person_acted"  # whatever staff do is the first action that `react` waits for
TASKED = (S.ASSIGNED, S.REPLIED)
EVER = (*OPEN_STATES, S.CLOSED)
MOVES: tuple[Move, ...] = (
    Move("understand", _("Разобрано программой"), IN_WORK, None, holders=frozenset({"system"})),
    Move("take", _("Взять себе"), IN_WORK, None, TRIAGERS, events=(ACTED,)),
    Move("triage", _("Разобрать"), (S.NEW, S.TRIAGED), S.TRIAGED, TRIAGERS, events=(ACTED,)),
    # By itself the program sets a theme only where the municipality allows it (decision 103).
    Move("triage_by_itself", _("Тема выбрана программой"), (S.NEW,), S.TRIAGED, holders=frozenset({"system"})),
    Move("undo_triage", _("Отменить разбор"), (S.TRIAGED,), S.NEW, TRIAGERS, events=(ACTED,)),
    Move("correct", _("Исправить"), TASKED, None, TRIAGERS, events=(ACTED,)),
    Move("set_importance", _("Исправить важность"), IN_WORK, None, SETTLERS, events=(ACTED,)),
    Move("hand_over", _("Передать в другой муниципалитет"), IN_WORK, S.NEW, TRIAGERS | {"curator"}, events=(ACTED,)),
    Move("assign", _("Назначить"), (S.NEW, S.TRIAGED, S.REPLIED), S.ASSIGNED, TRIAGERS, events=(ACTED,)),
    Move("add_co_executor", _("Добавить соисполнителя"), TASKED, None, TRIAGERS, events=(ACTED,)),
    Move("redirect", _("Перенаправить"), TASKED, S.ASSIGNED, TRIAGERS, events=(ACTED,)),
    # From the second hop on, whether a redirect or a hand-over, the ЦУР decides (design, section 4, step 5). A centre
    # asks it to; what waits there is a request with its reason.
    Move("redirect_again", _("Перенаправить (решает ЦУР)"), TASKED, S.ASSIGNED, CURATORS, events=(ACTED,), upper=UPPER),
    Move("hand_over_again", _("Передать (решает ЦУР)"), IN_WORK, S.NEW, CURATORS, events=(ACTED,), upper=UPPER),
    Move("ask_upper", _("Попросить ЦУР решить"), IN_WORK, None, TRIAGERS, events=(ACTED,)),
    Move("recall_upper", _("Отозвать просьбу к ЦУР"), IN_WORK, None, TRIAGERS, events=(ACTED,)),
    Move("keep", _("Оставить как есть (решение ЦУР)"), IN_WORK, None, CURATORS, events=(ACTED,), upper=UPPER),
    Move("part_due", _("Изменить срок части"), TASKED, None, TRIAGERS, events=(ACTED,)),
    Move("withdraw_part", _("Снять часть"), TASKED, None, TRIAGERS, events=(ACTED,)),
    Move("reply", _("Исполнитель: сделано"), TASKED, S.REPLIED, holders=EXECUTORS),
    # A date asked for and «не наше» leave the work undone: the case stays with the executor until staff decide.
    Move("ask", _("Исполнитель: нужен срок или не наше"), TASKED, S.ASSIGNED, holders=EXECUTORS),
    Move("co_reply", _("Ответ соисполнителя"), TASKED, None, holders=EXECUTORS),
    Move("word", _("Записать со слов: сделано"), TASKED, S.REPLIED, TRIAGERS, events=(ACTED,)),
    Move("ask_word", _("Записать со слов: нужен срок или не наше"), TASKED, S.ASSIGNED, TRIAGERS, events=(ACTED,)),
    Move("co_word", _("Записать со слов соисполнителя"), TASKED, None, TRIAGERS, events=(ACTED,)),
    Move("link", _("Дать ссылку исполнителю"), TASKED, None, TRIAGERS, events=(ACTED,)),
    Move("revoke_link", _("Отменить ссылку исполнителя"), EVER, None, TRIAGERS, events=(ACTED,)),
    Move("pause", _("Приостановить срок"), IN_WORK, None, TRIAGERS | {"head"}, events=(ACTED,), pauses=True),
    Move("resume", _("Возобновить срок"), IN_WORK, None, TRIAGERS | {"head"}, events=(ACTED,), resumes=True),
    # Another version of the regulation, or a decree that moved days off: the dates of what runs are counted anew.
    Move("rejudge", _("Сроки пересчитаны"), IN_WORK, None, holders=frozenset({"system"})),
    Move("go_on", _("Срок пошёл сам"), IN_WORK, None, holders=frozenset({"system"}), resumes=True),
    Move("draft", _("Сохранить черновик"), IN_WORK, None, TRIAGERS | {"head"}, events=(ACTED,)),
    Move("send_to_review", _("На согласование"), IN_WORK, None, TRIAGERS | {"head"}, events=(ACTED,)),
    Move("approve", _("Согласовать"), IN_WORK, None, APPROVERS, events=(ACTED,)),
    Move("return", _("Вернуть на доработку"), IN_WORK, None, APPROVERS, events=(ACTED,)),
    Move("withdraw_approval", _("Отозвать согласование"), IN_WORK, None, APPROVERS, events=(ACTED,)),
    # A final answer ends also what was promised before it.
    Move("publish", _("Опубликовать"), IN_WORK, S.ANSWERED, PUBLISHERS, events=("answer_published", "fixed", ACTED)),
    Move("publish_interim", _("Опубликовать промежуточный"), IN_WORK, None, PUBLISHERS,
         events=("interim_published", ACTED)),
    # One answer to a problem: approved and sent by people, carried to each case by the program.
    Move("publish_common", _("Общий ответ опубликован"), IN_WORK, S.ANSWERED, holders=frozenset({"system"}),
         events=("answer_published", "fixed", ACTED)),
    Move("publish_common_interim", _("Общий промежуточный ответ опубликован"), IN_WORK, None,
         holders=frozenset({"system"}), events=("interim_published", ACTED)),
    Move("put_common", _("Общий ответ подготовлен"), IN_WORK, None, holders=frozenset({"system"}), events=(ACTED,)),
    # Promises to the resident: kept, moved with words that they read, taken off, named for everybody.
    Move("promise_kept", _("Обещание выполнено"), EVER, None, TRIAGERS | {"head"}, events=(ACTED,)),
    Move("promise_moved", _("Перенести обещание"), EVER, None, PUBLISHERS | {"approver"}, events=(ACTED,)),
    Move("promise_off", _("Снять обещание"), EVER, None, TRIAGERS | {"head"}, events=(ACTED,)),
    Move("promise_held", _("Обещанное сделано, вернулись по другому поводу"), EVER, None, COORDINATORS | {"head"}),
    Move("promise_named", _("Показать обещание на портале"), EVER, None, COORDINATORS | {"head"}, events=(ACTED,)),
    # The case came back after «сделано», or the resident confirmed it.
    Move("promise_followed", _("Что стало с обещанием"), EVER, None, holders=frozenset({"system"})),
    # «Отложенное решение»: put off until a planned day, and back by itself.
    Move("postpone", _("Отложить решение"), IN_WORK, None, COORDINATORS | {"head"}, holders=frozenset({"system"}),
         events=(ACTED,), pauses=True),
    Move("come_back", _("Отложенное вернулось"), EVER, None, COORDINATORS | {"head"},
         holders=frozenset({"system"}), resumes=True),
    # Registers: mirrors of other systems, and our own where an act switched it on. A case may stand in several at
    # once; what ends one of them ends the case only when nothing else is open («also» is for the others).
    Move("register", _("Внести номер и даты"), EVER, None, TRIAGERS, holders=frozenset({"system"}), events=(ACTED,)),
    Move("source_answered", _("Ответ дан в системе-источнике"), IN_WORK, S.ANSWERED, TRIAGERS,
         holders=frozenset({"system"}), events=(ACTED,)),
    Move("register_own", _("Зарегистрировать у себя"), IN_WORK, None, TRIAGERS, events=(ACTED,)),
    Move("unregister", _("Внесено по ошибке"), IN_WORK, None, TRIAGERS, events=(ACTED,)),
    Move("sent", _("Отметить отправку"), IN_WORK, S.ANSWERED, PUBLISHERS, events=(ACTED,)),
    Move("not_ours", _("Не наша компетенция"), IN_WORK, None, TRIAGERS, events=(ACTED,)),
    Move("forwarded", _("Переслано по компетенции"), IN_WORK, S.CLOSED, TRIAGERS, events=(ACTED,), stops_all=True),
    Move("forwarded_also", _("Переслано по компетенции, работа продолжается"), IN_WORK, None, TRIAGERS,
         events=(ACTED,)),
    Move("ask_extension", _("Понадобится отсрочка"), IN_WORK, None, TRIAGERS, events=(ACTED,)),
    Move("extend", _("Продлить срок ответа"), IN_WORK, None, TRIAGERS, events=(ACTED,)),
    # What stands beside an appeal: its signers, letters to other bodies, the proof that the answer left, the talk.
    Move("collective", _("Отметить коллективное обращение"), EVER, None, TRIAGERS, events=(ACTED,)),
    Move("origin", _("Отметить, через кого пришло обращение"), EVER, None, TRIAGERS, events=(ACTED,)),
    Move("matter", _("Выбрать короткий срок"), IN_WORK, None, TRIAGERS, events=(ACTED,)),
    Move("several_bodies", _("Вопросы касаются нескольких органов"), IN_WORK, None, TRIAGERS, events=(ACTED,)),
    Move("inquire", _("Отметить письмо в другой орган"), IN_WORK, None, TRIAGERS, events=(ACTED,)),
    Move("inquiry_over", _("Отметить ответ другого органа"), EVER, None, TRIAGERS, events=(ACTED,)),
    Move("prove", _("Подтвердить отправку"), EVER, None, PUBLISHERS, events=(ACTED,)),
    Move("post", _("Внести в почтовый реестр"), EVER, None, TRIAGERS, events=(ACTED,)),
    Move("reception", _("Записать личный приём"), (S.NEW,), None, TRIAGERS | {"head", "curator"}, events=(ACTED,)),
    Move("reception_over", _("Личный приём: вопрос решён на месте"), (S.NEW,), S.CLOSED,
         TRIAGERS | {"head", "curator"}, events=(ACTED,), stops_all=True),
    # Decisions by law (59-ФЗ, 8, 10, 11; 8-ФЗ, 18–20). Who may take which, the gate asks of `outcome_table`.
    Move("complained", _("Указать, на кого жалоба"), IN_WORK, None, TRIAGERS | {"head"}, events=(ACTED,)),
    Move("law_prepare", _("Подготовить решение по закону"), IN_WORK, None, TRIAGERS | {"head"}, events=(ACTED,)),
    Move("law_text", _("Изменить письмо о решении"), IN_WORK, None, TRIAGERS | {"head", "approver"}, events=(ACTED,)),
    Move("law_decide", _("Решить по закону"), IN_WORK, S.CLOSED, TRIAGERS | {"head", "approver"}, events=(ACTED,),
         stops_all=True),
    Move("law_done", _("Письмо о решении отправлено"), IN_WORK, S.CLOSED, PUBLISHERS, events=(ACTED,), stops_all=True),
    Move("law_withdraw", _("Снять решение по закону"), IN_WORK, None, TRIAGERS | {"head", "approver"}, events=(ACTED,)),
    # The only way from one regime to another: a person, with a reason. The gate holds every other move to that.
    Move("transfer", _("Перевести в другой режим"), IN_WORK, None, TRIAGERS, events=(ACTED,)),
    Move("set_aside", _("Отложить как не сообщение"), (S.NEW, S.TRIAGED), S.CLOSED, TRIAGERS,
         holders=frozenset({"system"}), events=(ACTED,), stops_all=True),
    Move("close", _("Закрыть"), (S.ANSWERED,), S.CLOSED, TRIAGERS | {"head"}, events=(ACTED,), stops_all=True),
    Move("silence", _("Закрыто: житель не ответил"), (S.ANSWERED,), S.CLOSED, holders=frozenset({"system"}),
         stops_all=True),
    Move("confirm", _("Исправлено, спасибо"), (S.ANSWERED, S.CLOSED), S.CLOSED, holders=frozenset({"resident"}),
         stops_all=True),
    Move("rate", _("Житель оценил"), (S.ANSWERED, S.CLOSED), None, holders=frozenset({"resident"})),
    # By a link of theirs, or in the conversation where they wrote: then the program carries it.
    Move("refute", _("Не исправлено"), (S.ANSWERED, S.CLOSED), S.TRIAGED, holders=frozenset({"resident", "system"}),
         new_turn=True),
    Move("add_words", _("Житель написал ещё"), IN_WORK, None, holders=frozenset({"resident", "system"})),
    # After the answer, and not surely «не исправлено»: kept in the thread, and a person looks.
    Move("heard", _("Житель написал после ответа"), (S.ANSWERED, S.CLOSED), None, holders=frozenset({"system"})),
    Move("seen", _("Прочитано"), EVER, None, TRIAGERS | {"head"}, events=(ACTED,)),
    Move("resend", _("Решить о недоставленном ответе"), EVER, None, PUBLISHERS, events=(ACTED,)),
    Move("edited", _("Автор изменил или удалил сообщение"), EVER, None, holders=frozenset({"system"})),
    # The resident agrees on their page to be answered elsewhere, and arrives there with the code they got.
    Move("go_elsewhere", _("Житель попросил отвечать в другом месте"), EVER, None, holders=frozenset({"resident"})),
    Move("came_elsewhere", _("Житель пришёл по коду"), EVER, None, holders=frozenset({"system"})),
    Move("answered_outside", _("Ответ дан вне программы"), IN_WORK, S.ANSWERED, holders=frozenset({"system"})),
    # An answer of ours was waiting meanwhile: it is not needed, or what was said there was not the final word.
    Move("drop_draft", _("Снять черновик"), EVER, None, TRIAGERS | {"head"}, events=(ACTED,)),
    Move("keep_draft", _("Оставить черновик"), (S.ANSWERED,), S.TRIAGED, TRIAGERS | {"head"}, events=(ACTED,)),
    Move("reopen", _("Открыть снова"), (S.ANSWERED, S.CLOSED), S.TRIAGED, COORDINATORS | {"curator", "head"},
         events=(ACTED,), new_turn=True),
    # Looked at again, as a sample of the curator: what was found there is worth more than anybody's word.
    Move("recheck", _("Перепроверено"), (S.ANSWERED, S.CLOSED), None, CURATORS, events=(ACTED,)),
    Move("recheck_failed", _("Перепроверено: не сделано"), (S.ANSWERED, S.CLOSED), S.TRIAGED, CURATORS,
         events=(ACTED,), new_turn=True),
    # What a rating counts is for the curator to say; the case itself goes its way.
    Move("dispute_rating", _("Оспорить в рейтинге"), EVER, None, COORDINATORS | {"head"}),
    Move("settle_rating", _("Решить спор о рейтинге"), EVER, None, CURATORS),
    Move("mirror", _("Состояние из источника"), EVER, None, holders=frozenset({"system"})),
    Move("mirror_answered", _("Ответ дан в источнике"), IN_WORK, S.ANSWERED, holders=frozenset({"system"})),
    Move("mirror_closed", _("Закрыто в источнике"), OPEN_STATES, S.CLOSED, holders=frozenset({"system"}),
         stops_all=True),
    Move("mirror_opened", _("Снова открыто в источнике"), (S.ANSWERED, S.CLOSED), S.TRIAGED,
         holders=frozenset({"system"}), new_turn=True),
    # The same by a person who takes the source's word where it and ours have parted.
    Move("settle", _("Решить расхождение с источником"), EVER, None, SETTLERS, events=(ACTED,)),
    Move("settle_answered", _("Принять: ответ дан в источнике"), IN_WORK, S.ANSWERED, SETTLERS, events=(ACTED,)),
    Move("settle_closed", _("Принять: закрыто в источнике"), OPEN_STATES, S.CLOSED, SETTLERS, events=(ACTED,),
         stops_all=True),
    Move("settle_opened", _("Принять: снова открыто в источнике"), (S.ANSWERED, S.CLOSED), S.TRIAGED, SETTLERS,
         events=(ACTED,), new_turn=True),
    Move("retheme", _("Тема по новой редакции"), OPEN_STATES, None, holders=frozenset({"system"})),
    # What another program is asked to do, and what it says of it: the case here goes its own way meanwhile.
    Move("refer", _("Передать в другую программу"), IN_WORK, None, TRIAGERS, events=(ACTED,)),
    Move("refer_settled", _("Проверено, дошло ли до другой программы"), EVER, None, TRIAGERS, events=(ACTED,)),
    Move("referred", _("Принято другой программой"), EVER, None, holders=frozenset({"system"})),
    Move("referral_news", _("Новости из другой программы"), EVER, None, holders=frozenset({"system"})),
    Move("outside_number", _("Номер в другой системе"), EVER, None, TRIAGERS, events=(ACTED,)),
    Move("confirm_alarm", _("Передал, принял"), EVER, None, TRIAGERS | {"head", "curator"}, events=(ACTED,)),
    Move("pass_alarm_on", _("Тревога передана следующему дежурному"), EVER, None, holders=frozenset({"system"})),
    Move("warn", _("Предупреждение о сроке"), IN_WORK, None, holders=frozenset({"system"})),
    # The last act, by whoever did it, for ten seconds: back to where the case stood (`actions/undo_last.py`).
    Move("undo_to_new", _("Отменить последнее действие"), (S.NEW, S.TRIAGED, S.ASSIGNED, S.ANSWERED, S.CLOSED), S.NEW,
         UNDOERS),
    Move("undo_to_triaged", _("Отменить последнее действие"), (S.TRIAGED, S.ASSIGNED, S.ANSWERED, S.CLOSED), S.TRIAGED,
         UNDOERS),
    Move("undo_to_assigned", _("Отменить последнее действие"), (S.ASSIGNED, S.ANSWERED), S.ASSIGNED, UNDOERS),
    Move("undo_to_replied", _("Отменить последнее действие"), (S.REPLIED, S.ASSIGNED, S.ANSWERED), S.REPLIED, UNDOERS),
    Move("undo_to_answered", _("Отменить последнее действие"), (S.CLOSED,), S.ANSWERED, UNDOERS),
    # A possible call to panic: few read it. Whoever has it before them may close it, only its readers open it again.
    Move("restrict", _("Ограничить доступ"), EVER, None, TRIAGERS | {"head", "curator"}, events=(ACTED,)),
    Move("open_up", _("Открыть доступ"), EVER, None, COORDINATORS | {"head", "curator"}, events=(ACTED,),
         upper=frozenset({"operator", "approver"})),
    Move("letter", _("Сделано письмо"), EVER, None, TRIAGERS | {"head", "approver"}, events=(ACTED,)),
    Move("note", _("Внутренняя заметка"), EVER, None, DESK),  # for colleagues: no step towards the resident
    Move("make_problem", _("Сделать проблемой"), EVER, None, TRIAGERS | {"head"}, events=(ACTED,)),
    Move("join_problem", _("Присоединить к проблеме"), EVER, None, TRIAGERS | {"head"}, events=(ACTED,)),
    Move("leave_problem", _("Отделить от проблемы"), EVER, None, TRIAGERS | {"head"}, events=(ACTED,)),
    # By itself the program joins only what the centre allowed (decision 104); taking back is a person's step.
    Move("fold", _("Присоединено программой"), OPEN_STATES, None, holders=frozenset({"system"})),
    Move("undo_join", _("Отменить присоединение"), EVER, None, TRIAGERS | {"head"}, events=(ACTED,)),
    Move("not_alike", _("Не то: больше не предлагать"), EVER, None, TRIAGERS | {"head"}, events=(ACTED,)),
    Move("tell_news", _("Новость о проблеме"), OPEN_STATES, None, holders=frozenset({"system"})),
    # «Не наше»: where to turn to goes to whoever wrote.
    Move("tell_where", _("Сказано, куда обратиться"), (S.CLOSED,), None, holders=frozenset({"system"})),
    Move("reveal", _("Показать контакты"), EVER, None, TRIAGERS | {"head", "curator"}, events=(ACTED,)),
    Move("pass_contact", _("Передать контакт исполнителю"), TASKED, None, TRIAGERS, events=(ACTED,)),
    Move("take_contact_back", _("Забрать контакт у исполнителя"), EVER, None, TRIAGERS, events=(ACTED,)),
)
BY_NAME = {move.name: move for move in MOVES}


def may(actor: Actor, move: Move, case: Case) -> bool:
    """Whether this actor may make the move on this case, whatever its state."""
    if isinstance(actor, Staff):
        above = any(grant.role in move.upper and grant.scopes is None for grant in actor.grants)
        return above or bool(move.roles & actor.roles_at(case.scope_id))
    if isinstance(actor, Link):
        return actor.holder in move.holders and actor.case_id == case.pk
    return isinstance(actor, System) and "system" in move.holders


def allowed_moves(actor: Actor, case: Case) -> list[Move]:
    """The moves this actor can make now, in the table's order."""
    return [m for m in MOVES if case.state in m.sources and may(actor, m, case)]


def drawing() -> str:
    """The lifecycle as a Mermaid state diagram, from the table."""
    lines = ["stateDiagram-v2", "    [*] --> new"]
    for move in MOVES:
        for source in move.sources if move.target else ():
            lines.append(f"    {source} --> {move.target}: {move.name}")
    return "\n".join(lines)


def table() -> str:
    """The moves as a Markdown table, from the same data."""
    lines = ["| Move | Label | From | To | Who | Clock events |", "|---|---|---|---|---|---|"]
    for m in MOVES:
        holders = sorted(f"link: {h}" if h != "system" else h for h in m.holders)
        who = ", ".join([*sorted(m.roles), *(f"{r} of the region" for r in sorted(m.upper)), *holders])
        more = {"all stop": m.stops_all, "new turn": m.new_turn, "pause": m.pauses, "go on": m.resumes}
        events = ", ".join((*m.events, *(words for words, holds in more.items() if holds)))
        lines.append(
            f"| `{m.name}` | {m.label} | {', '.join(m.sources)} | {m.target or 'stays'} | {who} | {events} |"
        )
    return "\n".join(lines)
