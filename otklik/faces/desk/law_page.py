"""What the page «Решение по обращению» shows of a case. Inside `acting`, reading only."""

from collections.abc import Mapping, Sequence, Set
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Staff
from otklik.cases import numbers
from otklik.cases.clock_rules import zone
from otklik.cases.clocks import explain
from otklik.cases.gate import ROLE_NAMES
from otklik.cases.law_authority import deciding_roles
from otklik.cases.lifecycle import allowed_moves
from otklik.cases.models import Case, Clock, ComplainedOf, LawDecision, Registration
from otklik.cases.outcome_filling import answers_before, has_address, site_answers, stops_of
from otklik.cases.outcome_rules import AUTHORISED, LawRule, may_decide
from otklik.cases.outcome_table import BY_CODE, RULES
from otklik.cases.outcome_terms import OPEN
from otklik.cases.registered import LAWS
from otklik.faces.desk.choices import all_organisations_for
from otklik.faces.desk.fields import DeskForm
from otklik.faces.desk.law_forms import ComplainedForm, LawDoneForm, LawWithdrawForm, LetterForm, PrepareForm

MANY = 50  # earlier answers offered at most


class Offered(NamedTuple):
    """One outcome that may be chosen: who decides it, whether this person does."""

    rule: LawRule
    mine: bool
    who: str


class Group(NamedTuple):
    """Outcomes under one heading."""

    heading: str
    offered: Sequence[Offered]


class Taken(NamedTuple):
    """One decision with its row of the table and what may be done with it now."""

    row: LawDecision
    rule: LawRule
    who: str
    mine: bool
    earlier: Sequence[Any]
    clock: Clock | None
    why: Sequence[str]
    forms: Mapping[str, DeskForm]


class Standing(NamedTuple):
    """One open registration under a law: the decision about it, or those that may be chosen."""

    entry: Registration
    taken: Taken | None
    groups: Sequence[Group]
    form: PrepareForm | None


def law_context(
    actor: Staff, case: Case, *, entry_id: int | None = None, code: str = "",
    bound: Mapping[str, DeskForm] | None = None, failed_decision: int | None = None,
) -> dict[str, Any]:
    """The context of `desk/law.html`. `bound`: forms with their errors, by panel, of the decision `failed_decision`."""
    bound = bound or {}
    allowed = {move.name for move in allowed_moves(actor, case)}
    roles, _act = deciding_roles(actor, case, timezone.localdate())
    entries = list(Registration.objects.filter(case=case, regime__in=LAWS, ended_at=None).select_related("body"))
    beside = ("registration", "decided_by", "prepared_by", "stopped_by__case")
    rows = LawDecision.objects.filter(case=case).select_related(*beside).order_by("id")
    decisions = list(rows.prefetch_related("earlier__registration__case"))
    clocks = list(Clock.objects.filter(case=case, stopped_at=None, kind__in=[Clock.Kind.TELL, Clock.Kind.FORWARD]))
    stops = list(stops_of(case))
    bodies = [(one.pk, one.short_name) for one in all_organisations_for(case)]
    standing = []
    for entry in entries:
        live = next((one for one in decisions if one.registration_id == entry.pk and one.state in OPEN), None)
        mine_bound = bound if live is not None and live.pk == failed_decision else {}
        taken = _taken(live, allowed, roles, clocks, mine_bound) if live else None
        offered = _offered(case, entry, roles, bool(stops)) if taken is None and "law_prepare" in allowed else []
        form = _form(case, entry, offered, entry_id, code, bound, bodies, stops)
        standing.append(Standing(entry, taken, _groups(offered), form))
    return {
        "case": case, "number": case.number, "allowed": allowed, "standing": standing, "stops": stops,
        "before": [_taken(one, set(), roles, [], {}) for one in decisions if one.state not in OPEN],
        "complained": list(ComplainedOf.objects.filter(case=case).select_related("organisation").order_by("id")),
        "complained_form": bound.get("complained") or ComplainedForm(organisations=bodies),
        "published": list(site_answers(case)[:MANY]), "bodies": bodies, "code": code,
        "is_request": bool(entries) and all(entry.regime == "law8" for entry in entries),
    }


def prepare_form_of(actor: Staff, case: Case, data: Any) -> PrepareForm | None:
    """The form of the outcome that was sent, with its choices; None when there is no such outcome or registration."""
    rule = BY_CODE.get(str(data.get("code", "")))
    sent = str(data.get("entry", ""))
    rows = Registration.objects.filter(case=case, regime__in=LAWS)
    entry = rows.filter(pk=int(sent)).first() if sent.isascii() and sent.isdecimal() and len(sent) < 18 else None
    if rule is None or entry is None:
        return None
    bodies = [(one.pk, one.short_name) for one in all_organisations_for(case)]
    return PrepareForm(data, **_choices(case, entry, rule, bodies, list(stops_of(case))))


def who_decides(rule: LawRule) -> str:
    """«руководитель, уполномоченный по акту»."""
    names = [str(ROLE_NAMES[role]) for role in ROLE_NAMES if role in rule.deciders]
    return ", ".join([*names, *([_("уполномоченный по акту")] if AUTHORISED in rule.deciders else [])])


def _offered(case: Case, entry: Registration, roles: Set[str], stopped: bool) -> list[Offered]:
    """The outcomes of the registration's law that can be true of this case."""
    known = bool(case.resident and case.resident.name) and has_address(case, "email")
    return [
        Offered(rule, may_decide(rule, roles), who_decides(rule)) for rule in RULES
        if rule.regime == entry.regime and not (rule.anonymous == "only" and known)
        and (stopped or "stop" not in rule.needs)
    ]


def _groups(offered: Sequence[Offered]) -> list[Group]:
    headings = {
        "send": _("Переслать"), "close": _("Вернуть, не отвечать, прекратить переписку"),
        "published": _("Ответ опубликован"),
    }
    found = [Group(words, [one for one in offered if one.rule.group == code]) for code, words in headings.items()]
    return [group for group in found if group.offered]


def _form(
    case: Case, entry: Registration, offered: Sequence[Offered], entry_id: int | None, code: str,
    bound: Mapping[str, DeskForm], bodies: Sequence[tuple[int, str]], stops: Sequence[LawDecision],
) -> PrepareForm | None:
    """The form of the chosen outcome of this registration: as it was sent if it had errors."""
    if entry_id is not None and entry_id != entry.pk:
        return None
    sent = bound.get("law_prepare")
    if isinstance(sent, PrepareForm) and offered:
        return sent
    rule = next((one.rule for one in offered if one.rule.code == code), None)
    if rule is None:
        return None
    known = {"entry": entry.pk, "code": rule.code, "addressee": case.resident.name if case.resident else ""}
    form = PrepareForm(initial=known, **_choices(case, entry, rule, bodies, stops))
    if "url" in form.fields:
        form.fields["url"].widget.attrs["list"] = "law-published"
    return form


def _choices(
    case: Case, entry: Registration, rule: LawRule, bodies: Sequence[tuple[int, str]], stops: Sequence[LawDecision]
) -> dict[str, Any]:
    earlier = answers_before(case, entry)[:MANY] if "earlier" in rule.needs else []
    return {
        "rule": rule, "organisations": bodies,
        "stops": [(one.pk, f"исх. № {one.out_number}, {_day(one.done_at)}: {one.reason[:80]}") for one in stops],
        "earlier": [
            (row.pk, f"№ {row.out_number} от {_day(row.out_at)} ({numbers.shown(row.case.number)})") for row in earlier
        ],
    }


def _taken(
    row: LawDecision, allowed: Set[str], roles: Set[str], clocks: Sequence[Clock], bound: Mapping[str, DeskForm]
) -> Taken:
    rule = BY_CODE[row.code]
    prepared, decided = row.state == LawDecision.State.PREPARED, row.state == LawDecision.State.DECIDED
    mine = may_decide(rule, roles)
    forms: dict[str, DeskForm] = {}
    if prepared and row.tells and "law_text" in allowed:
        forms["law_text"] = LetterForm(initial={"text": row.text, "was": row.text}, auto_id=ids_of("text", row.pk))
    if decided and "law_done" in allowed:
        forms["law_done"] = LawDoneForm(initial={"at": timezone.localdate()}, auto_id=ids_of("done", row.pk))
    if (prepared or (decided and mine)) and "law_withdraw" in allowed:
        forms["law_withdraw"] = LawWithdrawForm(auto_id=ids_of("withdraw", row.pk))
    clock = next((one for one in clocks if one.registration_id == row.registration_id), None)
    return Taken(
        row, rule, who_decides(rule), mine and prepared and "law_decide" in allowed, list(row.earlier.all()), clock,
        explain(clock) if clock else (), forms | {name: form for name, form in bound.items() if name in forms},
    )


def ids_of(form: str, decision_id: int) -> str:
    """Ids of a form of one decision: a page may show two."""
    return f"law_{form}{decision_id}_%s"


def _day(moment: Any) -> str:
    return f"{moment.astimezone(zone()):%d.%m.%Y}" if moment else ""
