"""Forms of bodies: uploaded, checked, the newest used; a letter is drawn on its body's form, or on the plain one."""

import hashlib
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.answers import letter, letter_form, letter_form_pdf
from otklik.answers.letter import Letter
from otklik.answers.models import LetterForm
from otklik.failures import NotYours, Refused
from otklik.journal.appending import NewEntry, append
from otklik.organisations.models import Organisation

ROLES = frozenset({"administrator", "head"})


def upload(
    actor: Actor, organisation_id: int, content: bytes, name: str, *, now: datetime | None = None
) -> LetterForm:
    """Check a form and make it the body's. Raises `BadInput` (field «file»), `Refused`, `NotYours`.

    The one before stays in the table, out of use: what was printed on it can be seen.
    """
    now = now or timezone.now()
    placeholders = letter_form.check(content)
    sha = hashlib.sha256(content).hexdigest()
    with acting(actor), widened():
        body = _body(actor, organisation_id)
        held = LetterForm.objects.filter(organisation=body, retired_at=None).first()
        if held is not None and held.sha256 == sha:
            return held
        LetterForm.objects.filter(organisation=body, retired_at=None).update(retired_at=now)
        row = LetterForm.objects.create(
            organisation=body, name=name.replace("\x00", "")[-200:] or "blank.docx", content=content, sha256=sha,
            placeholders=placeholders, uploaded_by_id=actor.user_id if isinstance(actor, Staff) else None,
            uploaded_at=now,
        )
        _note(body, actor, "letter_form", now, {"form": row.pk, "sha256": sha})
        return row


def remove(actor: Actor, organisation_id: int, *, now: datetime | None = None) -> bool:
    """Letters of this body stand on the plain form again. Returns whether there was one to remove."""
    now = now or timezone.now()
    with acting(actor), widened():
        body = _body(actor, organisation_id)
        gone = bool(LetterForm.objects.filter(organisation=body, retired_at=None).update(retired_at=now))
        if gone:
            _note(body, actor, "letter_form_removed", now, {})
        return gone


def _body(actor: Actor, organisation_id: int) -> Organisation:
    body = Organisation.objects.select_for_update(of=("self",)).select_related("territory").filter(
        pk=organisation_id
    ).first()
    if body is None:
        raise NotYours(_("Такой организации нет."))
    place = body.territory.scope_id or body.territory_id
    if isinstance(actor, Staff) and not ROLES & actor.roles_at(place):
        raise Refused(_("Бланк меняет администратор или руководитель этого места."))
    return body


def _note(body: Organisation, actor: Actor, verb: str, now: datetime, fields: dict[str, object]) -> None:
    append(NewEntry(f"organisation:{body.pk}", verb, actor.reference, now, fields))


def form_of(body_id: int | None) -> bytes | None:
    """The form that a body's letters stand on: its own, else that of the body it belongs to."""
    if body_id is None:
        return None
    parent = Organisation.objects.filter(pk=body_id).values_list("parent_id", flat=True).first()
    rows = LetterForm.objects.filter(organisation_id__in=[one for one in (body_id, parent) if one], retired_at=None)
    found = {row.organisation_id: bytes(row.content) for row in rows}
    return found.get(body_id) or found.get(parent or 0)


def as_docx(made: Letter) -> bytes:
    """The letter as DOCX on its body's form, or on the plain one."""
    form = form_of(made.body_id)
    return letter_form.fill(form, made) if form else letter.as_docx(made)


def as_pdf(made: Letter) -> bytes:
    """The letter as PDF on its body's form, or on the plain one."""
    form = form_of(made.body_id)
    return letter_form_pdf.as_pdf(letter_form.fill(form, made), made.subject) if form else letter.as_pdf(made)
