"""What the page of a case shows, gathered in one place. Inside `acting`, reading only."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from otklik.acting import Staff
from otklik.answers.approval import chain_is_empty
from otklik.answers.models import Answer, AnswerVersion
from otklik.answers.outside import asks_about_draft
from otklik.answers.promise_reading import first_open_question
from otklik.answers.reading import answer_question, versions_question
from otklik.cases import clocks, upper_help
from otklik.cases.actions.assign import address_of
from otklik.cases.keeping import kept_by
from otklik.cases.lifecycle import allowed_moves
from otklik.cases.models import Alarm, Assignment, Case, Clock, KeptText, PassedContact
from otklik.cases.reading import ThreadItem, thread
from otklik.channels.models import Account
from otklik.channels.registered import never_there
from otklik.faces.desk import forms
from otklik.faces.desk.case_ahead import ask_ahead, numbers_question, tasks_question
from otklik.faces.desk.choices import organisations_for
from otklik.faces.desk.fields import DeskForm, PageForms, now_local
from otklik.faces.desk.journal_words import brought_by, came_back, journal_lines
from otklik.faces.desk.kind_proposals import aside_initial
from otklik.faces.desk.next_step import is_open_to, main_step
from otklik.faces.desk.note_form import NoteForm
from otklik.faces.desk.outside_form import OutsideNumberForm
from otklik.faces.desk.promise_forms import PostponeForm
from otklik.faces.desk.refer_form import fresh_form, referrals_question
from otklik.faces.desk.regime_block import clock_lines, forms_of_regimes, regime_context
from otklik.faces.desk.restrict_form import OpenUpForm, RestrictForm
from otklik.faces.desk.suggestions import suggestions_of
from otklik.faces.desk.two_clocks import in_two
from otklik.files.models import StoredFile
from otklik.intake.referring import clients
from otklik.residents.models import Contact
from otklik.together import asked
from otklik.triage.understanding import is_of_theme

CHANNEL_ICONS = {
    Account.Channel.PORTAL: "world",
    Account.Channel.PHONE: "phone",
    Account.Channel.RECEPTION: "users",
    Account.Channel.SHEET: "file-spreadsheet",
    Account.Channel.EMAIL: "mail",
    Account.Channel.SITE: "world",
    Account.Channel.VK: "brand-vk",
    Account.Channel.OK: "brand-ok-ru",
    Account.Channel.TELEGRAM: "brand-telegram",
    Account.Channel.FEED: "rss",
    Account.Channel.OPEN311: "plug",
}


@dataclass
class Outcome:
    """What came of the last act, to be shown on the page: kept words, errors, and things shown once."""

    notice: str = ""
    failure: str = ""
    kept: Sequence[tuple[str, str]] = ()  # (label, words) typed into a panel that is not there any more
    bound: Mapping[str, DeskForm] = field(default_factory=dict)  # forms with their errors, by key
    opened: str = ""  # the panel to open instead of the main one
    contacts: Sequence[tuple[str, str]] | None = None  # (word for the kind, value), shown once
    link_text: str = ""  # the ready text with the executor's link
    link_assignment: int = 0
    looks_anew: str = ""  # proposals of likeness were changed by the act: they are asked for again
    undo_place: tuple[int, str, str] | None = None  # territory, street, house as they were before they were taken


def case_context(actor: Staff, case: Case, now: datetime, outcome: Outcome | None = None) -> dict[str, Any]:
    """The context of `desk/body.html`."""
    outcome = outcome or Outcome()
    ask_ahead(actor, case)
    items = thread(case)
    tasks = asked(case, "tasks", tasks_question)
    answer = next(iter(asked(case, "answer", answer_question)), None)
    versions = asked(case, "versions", versions_question) if answer else []
    kept = kept_by(actor, case)
    kept = None if kept and versions and kept.text == versions[-1].text else kept
    suggested = suggestions_of(case)
    allowed = {move.name for move in allowed_moves(actor, case)}
    allowed -= upper_help.withheld(actor, allowed, case, now)
    free = chain_is_empty(case) if allowed & {"draft", "publish"} else False
    main = next((t for t in reversed(tasks) if t.part == "responsible" and t.state != "withdrawn"), None)
    opened = outcome.opened if is_open_to(outcome.opened, allowed) else ""
    step = opened or main_step(
        case, answer, allowed, chain_is_empty=free, task_state=main.state if main else ""
    )
    limits = clocks.of_case(case)
    running = [clock for clock in limits if clock.stopped_at is None]
    small = _small_things(actor, case, now)
    regimes = regime_context(
        actor, case, allowed, outcome.bound, tasks, small.asks_upper, small.has_registers,
        small.was_stopped or case.follows_id is not None,
    )
    offered = allowed if regimes["may_ask_upper"] else allowed - {"ask_upper"}
    offered = offered - {"restrict" if case.restricted else "open_up"}
    lines = clock_lines(case, running)
    events = [item for item in items if item.kind == "event"]
    journal = journal_lines(events)
    context: dict[str, Any] = {
        "case": case,
        "now": now,
        "number": case.number,
        "channel_icon": CHANNEL_ICONS.get(Account.Channel(case.account.channel), "message"),
        "outside": case.answer_by == Case.AnswerBy.OUTSIDE,
        "never_there": never_there(case.account.channel) if case.answer_by == Case.AnswerBy.OUTSIDE else "",
        "outside_numbers": asked(case, "numbers", numbers_question),
        "referrals": asked(case, "referrals", referrals_question) if clients() else [],
        "conflicts": small.conflicts,
        "clocks": lines, "two": in_two(lines, tasks, asked(case, "promised", first_open_question)),
        "paused": any(clock.paused_at for clock in running),
        "goes_on": min((clock.resumes_at for clock in running if clock.resumes_at), default=None),
        "pause_offer": clocks.pause_offer(running) if "pause" in allowed else None,
        "answered": _answering(case, limits) if case.answered_at else None,
        "suggested": suggested,
        "first_photos": _first_photos(items, case),
        "first_missing": next((item.extra["missing"] for item in items if _is_first(item, case)), ()),
        "first_documents": next((item.extra["documents"] for item in items if _is_first(item, case)), ()),
        "items": [item for item in items if item.kind != "event" and not _is_first(item, case)],
        "journal": journal,
        "brought": brought_by(events, journal),
        "came_back": came_back(events, journal, answer.pk) if answer else None,
        "tasks": [t for t in tasks if t.state != Assignment.State.WITHDRAWN],
        "linked": small.linked,
        "withdrawn": [t for t in tasks if t.state == Assignment.State.WITHDRAWN],
        "answer": answer,
        "versions": versions,
        "latest": versions[-1] if versions else None,
        "outside_answer": asks_about_draft(case) if answer else None,
        "i_wrote": any(v.author_id == actor.user_id for v in versions),
        "chain_is_empty": free,
        "mentioned": small.mentioned,
        "noticed": small.noticed,
        "contact_kinds": small.contact_kinds,
        "contact_bases": PassedContact.Basis.choices,
        "alarm": Alarm.objects.filter(case=case, confirmed_at=None).first() if case.importance == 4 else None,
        "allowed": allowed,
        "may_triage": bool(allowed & {"triage", "correct"}),
        "step": step,
        "steps": step_templates(offered, answer, bool(tasks), step),
        "outcome": outcome,
        "kept": kept,
        "beside": _beside(outcome, kept, versions),
        "forms": PageForms(
            _forms(case, tasks, answer, versions, kept, _asked_day(case, main, items, now))
            | forms_of_regimes(case, regimes["registrations"]),
            outcome.bound,
        ),
    } | regimes
    if allowed & {"assign", "redirect", "redirect_again", "add_co_executor"}:
        context["organisations"] = organisations_for(case, "", suggested.executor)
    return context


def step_templates(allowed: Set[str], answer: Answer | None, has_tasks: bool, main: str) -> list[str]:
    """The panels of this case in the order of the work, the main one first."""
    state = answer.state if answer else ""
    shown = [
        ("publish", state == Answer.State.APPROVED),
        ("approve", state == Answer.State.REVIEW),
        ("triage", bool(allowed & {"triage", "correct"})),
        ("assign", "assign" in allowed),
        ("draft", "draft" in allowed and state in ("", Answer.State.DRAFT)),
        ("word", has_tasks and "word" in allowed),
        ("redirect", has_tasks and bool(allowed & {"redirect", "redirect_again"})),
        ("co_executor", "add_co_executor" in allowed),
        ("pause", "pause" in allowed or "resume" in allowed),
        ("postpone", bool(allowed & {"postpone", "come_back"})),
        ("ask_upper", "ask_upper" in allowed),
        ("hand_over", bool(allowed & {"hand_over", "hand_over_again"})),
        ("register", "register" in allowed and "register_own" in allowed),
        ("transfer", "transfer" in allowed),
        ("close", "close" in allowed),
        ("aside", "set_aside" in allowed),
        ("restrict", "restrict" in allowed),
        ("open_up", "open_up" in allowed),
        ("reopen", "reopen" in allowed),
    ]
    names = [name for name, is_shown in shown if is_shown]
    first = {
        "send_to_review": "draft", "by_hand": "publish", "return": "approve", "set_aside": "aside",
        "add_co_executor": "co_executor",
    }.get(main, main)
    if first not in names and first in ("publish", "approve"):
        first = "draft" if first == "publish" else "publish"
    names.sort(key=lambda name: name != first)
    return [f"desk/steps/{name}.html" for name in names]


def _is_first(item: ThreadItem, case: Case) -> bool:
    return item.kind == "resident" and item.text == case.text and bool(item.extra.get("turn") == 1)


def _first_photos(items: Sequence[ThreadItem], case: Case) -> Sequence[StoredFile]:
    return next((item.photos for item in items if _is_first(item, case)), ())


def _answering(case: Case, limits: Sequence[Clock]) -> Clock | None:
    """The limit by which the answer of this turn was judged."""
    own = [c for c in limits if (c.kind, c.turn, c.regime) == (Clock.Kind.ANSWER, case.turn, case.regime)]
    return max(own, key=lambda clock: clock.pk, default=None)


class _SmallThings(NamedTuple):
    """`contact_kinds`: which contacts there are, without showing them. `linked`: assignments with a link that holds."""

    contact_kinds: list[str]
    linked: set[int]
    mentioned: bool
    conflicts: bool
    asks_upper: bool
    has_registers: bool
    noticed: bool
    was_stopped: bool


def _small_things(actor: Staff, case: Case, now: datetime) -> _SmallThings:
    """Small questions in one: each alone costs the page as much as the thread does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ARRAY(SELECT kind FROM residents_contact WHERE resident_id = %s ORDER BY id),"
            " ARRAY(SELECT assignment_id FROM cases_tasklink"
            "  WHERE case_id = %s AND revoked_at IS NULL AND expires_at > %s),"
            " EXISTS (SELECT FROM cases_mention WHERE case_id = %s AND user_id = %s AND seen_at IS NULL),"
            " EXISTS (SELECT FROM intake_conflict WHERE case_id = %s AND settled_at IS NULL),"
            " EXISTS (SELECT FROM cases_upperrequest WHERE case_id = %s AND state = 'open'),"
            " EXISTS (SELECT FROM cases_register WHERE is_on),"
            " EXISTS (SELECT FROM cases_notice WHERE case_id = %s AND user_id = %s AND seen_at IS NULL),"
            " EXISTS (SELECT FROM cases_lawdecision d JOIN cases_case c ON c.id = d.case_id WHERE d.scope_id = %s"
            "  AND d.code = 'stopped' AND d.state = 'done' AND c.resident_id = %s AND d.case_id <> %s)",
            [case.resident_id, case.pk, now, case.pk, actor.user_id, case.pk, case.pk, case.pk, actor.user_id,
             case.scope_id, case.resident_id, case.pk],
        )
        kinds, linked, *answers = cursor.fetchone()
    return _SmallThings([str(Contact.Kind(kind).label) for kind in kinds], set(linked), *answers)


def _beside(
    outcome: Outcome, kept: KeptText | None, versions: Sequence[AnswerVersion]
) -> AnswerVersion | None:
    """The newest saved text, where this person has been writing on an older one: both are shown side by side."""
    bound = outcome.bound.get(forms.DraftForm.panel)
    if not versions or bound is None and kept is None:
        return None
    latest = versions[-1]
    base, text = (kept.base, kept.text) if kept else (None, "")
    if bound is not None:
        base, text = bound.data.get("base_version"), bound.data.get("text", "")
    return latest if str(base or "") != str(latest.number) and text.strip() != latest.text else None


def _asked_day(case: Case, main: Assignment | None, items: Sequence[ThreadItem], now: datetime) -> date | None:
    """The day that the responsible executor asked for, ahead and not told yet: an answer now is an interim one."""
    if case.regime != Case.Regime.SOCIAL or main is None or main.state != Assignment.State.NEEDS_TIME:
        return None
    for item in reversed(items):
        if item.kind == "answer":
            return None
        if item.kind == "word" and item.extra["reply"].assignment_id == main.pk:
            until: date | None = item.extra["reply"].until
            return until if until is not None and until >= now.astimezone(clocks.zone()).date() else None
    return None


def _forms(
    case: Case,
    tasks: Sequence[Assignment],
    answer: Answer | None,
    versions: Sequence[AnswerVersion],
    kept: KeptText | None,
    asked_day: date | None,
) -> dict[str, Callable[[], DeskForm]]:
    """How every form of the page begins: with what is known. `asked_day`: the executor's."""
    latest = versions[-1] if versions else None
    main = next((t for t in tasks if t.part == "responsible" and t.state != "withdrawn"), None)
    whose = {"assignment": main.pk if main else None}
    read = {"version": latest.number if latest else None}
    return {
        "triage": lambda: forms.TriageForm(
            initial={
                "street": case.street, "house": case.house, "title": case.title,
                "importance": "" if is_of_theme(case.importance_reason) else case.importance,
            }
        ),
        "assign": lambda: forms.AssignForm(
            initial={"task": case.title or (case.theme.name if case.theme else ""), "address": address_of(case)}
        ),
        "co": forms.CoExecutorForm,
        "redirect": lambda: forms.RedirectForm(initial=whose),
        "word": lambda: forms.WordForm(initial=whose | {"said_at": now_local()}),
        "draft": lambda: forms.DraftForm(
            initial={
                "text": kept.text if kept else latest.text if latest else "",
                "kind": answer.kind if answer else Answer.Kind.INTERIM if asked_day else Answer.Kind.FINAL,
                "promised_for": answer.promised_for if answer else asked_day,
                "base_version": kept.base if kept else latest.number if latest else None,
            }
        ),
        "approve": lambda: forms.ApproveForm(initial=read),
        "publish": lambda: forms.PublishForm(initial=read),
        "return": forms.ReturnForm,
        "by_hand": lambda: forms.ByHandForm(initial=read | {"at": now_local()}),
        "hand_over": forms.HandOverForm,
        "pause": forms.PauseForm,
        "postpone": PostponeForm,
        "close": forms.CloseForm,
        "aside": lambda: forms.AsideForm(initial=aside_initial(case)),
        "restrict": RestrictForm,
        "open_up": OpenUpForm,
        "reopen": forms.ReopenForm,
        "reveal": forms.RevealForm,
        "outside_number": OutsideNumberForm,
        "refer": lambda: fresh_form(case),
        "note": NoteForm,
    }
