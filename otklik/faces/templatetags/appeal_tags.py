"""What the page of a case shows beside a registration: signers, letters to other bodies, proofs, the card of a talk."""

from typing import Any, NamedTuple

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from otklik.cases.actions.inquiries import letters_of
from otklik.cases.actions.proving import SENT
from otklik.cases.models import AppealOrigin, Case, Collective, Inquiry, Reception, Registration, SendingProof
from otklik.cases.registered import LAWS
from otklik.channels.models import Delivery
from otklik.faces.desk import appeal_forms as forms
from otklik.faces.desk.case_ahead import deliveries_question, proofs_question
from otklik.faces.desk.fields import DeskForm
from otklik.policy.checked import how_known
from otklik.together import asked

register = template.Library()


class LetterLine(NamedTuple):
    """A letter with the form of what came of it, while it waits."""

    row: Inquiry
    form: DeskForm | None
    late: bool


class Standing(NamedTuple):
    """An open registration by law with the forms of what may be sent out."""

    row: Registration
    matter: DeskForm | None
    several: DeskForm | None
    letter: DeskForm | None
    copies_out: DeskForm | None


class Sent(NamedTuple):
    """A registration whose letter has left, its proof, and the form of it."""

    row: Registration
    proof: SendingProof | None
    form: DeskForm | None


@register.simple_tag
def law_mark(article: str) -> SafeString:
    """«не проверено по тексту закона», with how the program knows the rule; nothing where its article was read."""
    known = how_known(article)
    if not known:
        return mark_safe("")
    told = _("не проверено по тексту закона")
    return format_html(
        '<span class="badge bg-orange-lt law-mark"><span lang="ru">{}</span> — {}: <span lang="ru">{}</span></span>',
        article, told, known,
    )


@register.inclusion_tag("desk/parts/appeal.html", takes_context=True)
def appeal_block(context: dict[str, Any]) -> dict[str, Any]:
    """The block; nothing is asked of the database where the case stands in no register."""
    case: Case = context["case"]
    standing = [entry.row for entry in context["registrations"] if entry.row.regime in LAWS]
    before = [row for row in context["registered_before"] if row.regime in LAWS]
    if not standing and not before and case.regime not in LAWS:
        return {"shown": False}
    allowed = context["allowed"]
    outcome = context.get("outcome")
    bound = dict(outcome.bound) if outcome is not None else {}
    letters = letters_of(case)
    collective = next(iter(asked(case, "collective", lambda of: Collective.objects.filter(case=of))), None)
    origin = next(iter(asked(case, "origin", lambda of: AppealOrigin.objects.filter(case=of))), None)
    return {
        "shown": True,
        "papers": "letter" in allowed,
        "number": context["number"],
        "collective": collective,
        "collective_form": _collective_form(case, collective, allowed, bound),
        "origin": origin,
        "origin_form": _origin_form(origin, allowed, bound),
        "reception": next(iter(asked(case, "reception", lambda of: Reception.objects.filter(case=of))), None),
        "letters": [_line(row, allowed, bound) for row in letters],
        "standing": [_standing(row, letters, allowed, bound) for row in standing],
        "sent": _sent(case, before, allowed, bound),
        "deliveries": _deliveries(case) if before else [],
        "csrf_token": context.get("csrf_token"),
        "request": context.get("request"),
    }


def _collective_form(
    case: Case, row: Collective | None, allowed: Any, bound: dict[str, DeskForm]
) -> DeskForm | None:
    if "collective" not in allowed:
        return None
    name = case.resident.name if case.resident else ""
    known = {"people": row.people, "answer_to": row.answer_to, "note": row.note} if row else {"answer_to": name}
    return bound.get("collective") or forms.CollectiveForm(initial=known)


def _origin_form(row: AppealOrigin | None, allowed: Any, bound: dict[str, DeskForm]) -> DeskForm | None:
    if "origin" not in allowed:
        return None
    known = {"through": row.through, "control": row.control} if row else {}
    return bound.get("origin") or forms.OriginForm(initial=known)


def _line(row: Inquiry, allowed: Any, bound: dict[str, DeskForm]) -> LetterLine:
    over = row.state in (Inquiry.State.ANSWERED, Inquiry.State.SILENT, Inquiry.State.RECALLED)
    late = row.due_at is not None and not over and row.due_at < timezone.now()
    if over or "inquiry_over" not in allowed:
        return LetterLine(row, None, late)
    sent = bound.get("inquiry_over")
    if sent is not None and str(sent.data.get("inquiry")) == str(row.pk):
        return LetterLine(row, sent, late)
    known = {"inquiry": row.pk, "at": timezone.localdate()}
    return LetterLine(row, forms.LetterOverForm(initial=known, auto_id=f"over{row.pk}_%s"), late)


def _standing(
    row: Registration, letters: list[Inquiry], allowed: Any, bound: dict[str, DeskForm]
) -> Standing:
    law59 = row.regime == Registration.Regime.LAW59
    fresh: dict[str, DeskForm | None] = {
        "matter": None, "several_bodies": None, "inquire": None, "copies_out": None,
    }
    whose = {"registration": row.pk}
    if "matter" in allowed and row.source_due_at is None:
        fresh["matter"] = forms.MatterForm(
            regime=row.regime, initial=whose | {"matter": row.matter}, auto_id=f"matter{row.pk}_%s"
        )
    if "several_bodies" in allowed and law59 and row.copies_at is None:
        fresh["several_bodies"] = forms.SeveralBodiesForm(initial=whose, auto_id=f"several{row.pk}_%s")
    if "inquire" in allowed:
        fresh["inquire"] = forms.LetterForm(
            copies=row.copies_at is not None, initial=whose | {"at": timezone.localdate()},
            auto_id=f"inquire{row.pk}_%s",
        )
        copied = any(one.kind == Inquiry.Kind.COPY and one.registration_id == row.pk for one in letters)
        running = row.clocks.filter(kind="copies", stopped_at=None).exists() if copied else False
        fresh["copies_out"] = forms.CopiesOutForm(initial=whose, auto_id=f"out{row.pk}_%s") if running else None
    for name, form in bound.items():
        if name in fresh and fresh[name] is not None and str(form.data.get("registration")) == str(row.pk):
            fresh[name] = form
    return Standing(row, fresh["matter"], fresh["several_bodies"], fresh["inquire"], fresh["copies_out"])


def _sent(case: Case, before: list[Registration], allowed: Any, bound: dict[str, DeskForm]) -> list[Sent]:
    left = [row for row in before if row.out_at and row.ended_by in SENT]
    rows = asked(case, "proofs", proofs_question) if left else ()
    proofs = {row.registration_id: row for row in rows}
    found = []
    for row in left:
        form: DeskForm | None = None
        if "prove" in allowed:
            sent = bound.get("prove")
            proof = proofs.get(row.pk)
            known = {
                "registration": row.pk, "kind": proof.kind if proof else forms.fitting(row),
                "reference": proof.reference if proof else "", "reason": proof.reason if proof else "",
            }
            mine = sent is not None and str(sent.data.get("registration")) == str(row.pk)
            form = sent if mine else forms.ProofForm(initial=known, auto_id=f"prove{row.pk}_%s")
        found.append(Sent(row, proofs.get(row.pk), form))
    return found


def _deliveries(case: Case) -> list[Delivery]:
    return asked(case, "done", deliveries_question)
