"""A practice or a lent template for another region: asked for, allowed by the head of the ЦУР, taken as a signed file.

The word is given for exactly what would go and to whom (a digest): another text, another document is another content.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, acting, widened
from otklik.answers.models import TemplateFigure
from otklik.answers.templates import reaction_of
from otklik.cases.noticing import notify
from otklik.failures import BadInput, NotYours, Refused
from otklik.files.models import StoredFile
from otklik.files.storage import path_of
from otklik.journal.appending import NewEntry, append
from otklik.practice import allowed, region_keys
from otklik.practice.lending import refuse_resident_words
from otklik.practice.models import LentTemplate, Practice, Sending, TrustedRegion
from otklik.practice.packet_things import PRACTICE, TEMPLATE
from otklik.territory.models import Kind, Territory
from otklik.together import together
from otklik.typed_text import typed, within

State = Sending.State
MOST_FILE = 3 * 1024 * 1024  # of a document, as everywhere (`letter_form`)


@dataclass(frozen=True)
class Load:
    """What would go now. `document`: the DOCX inside, by its name and size; `left_behind`: there is a file that stays.
    """

    kind: str
    body: Mapping[str, Any]
    digest: str
    title: str
    document: tuple[str, int] | None = None
    left_behind: bool = False


def load(row: Sending) -> Load:
    """What this sending would take out as things stand. Inside `acting` and, for its document, `widened`."""
    if row.practice is not None:
        return _of_practice(row, row.practice)
    assert row.lent is not None
    return _of_template(row, row.lent)


def _of_practice(row: Sending, one: Practice) -> Load:
    file = _document(one)
    person = one.contact
    body = {
        "practice": _uid(PRACTICE, one.pk), "centre": one.place.name, "title": one.title, "group": one.group,
        "problem": one.problem, "steps": one.steps, "cost": one.cost, "act": one.act,
        "contact": f"{person.full_name}, {person.position}".rstrip(", ")[:300] if person else "",
        "file": {"name": file[0], "content": base64.b64encode(file[1]).decode()} if file else None,
    }  # fmt: skip
    shown = (file[0], len(file[1])) if file else None
    return Load(PRACTICE, body, _digest(row, body), one.title, shown, one.file_id is not None and file is None)


def _of_template(row: Sending, one: LentTemplate) -> Load:
    template, author = one.template, one.lent_by
    body = {
        "template": _uid(TEMPLATE, one.pk), "centre": template.place.name if template.place else "",
        "author": author.full_name[:200] if author else "", "name": template.name, "text": template.text,
        "theme": template.theme, "note": one.note, **row.figures,
    }
    return Load(TEMPLATE, body, _digest(row, body), template.name)


def _uid(kind: str, pk: int) -> str:
    """The name by which the other side knows it again: of our key and its number, so that no table keeps it."""
    return str(uuid5(NAMESPACE_URL, f"otklik:{region_keys.own_key()}/{kind}/{pk}"))


def _document(one: Practice) -> tuple[str, bytes] | None:
    """The name and bytes of a DOCX; None for none, for a PDF and for what is too big to travel."""
    if one.file_id is None:
        return None
    stored = StoredFile.objects.filter(pk=one.file_id).first()
    if stored is None or stored.size > MOST_FILE or not path_of(stored.sha256).exists():
        return None
    content = path_of(stored.sha256).read_bytes()
    return None if content.startswith(b"%PDF-") else (stored.original_name or "akt.docx", content)


def _digest(row: Sending, body: Mapping[str, Any]) -> str:
    text = json.dumps([row.partner.key, body], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def is_allowed(row: Sending, found: Load) -> bool:
    """Whether what stands there now may leave."""
    return row.state == State.APPROVED and row.digest == found.digest


def ask(
    actor: Actor, *, partner_id: int | None, practice_id: int | None = None, lent_id: int | None = None,
    now: datetime | None = None,
) -> Sending:
    """Ask the head of the ЦУР to let one thing go to one region. What is allowed as it stands stays allowed."""
    now = now or timezone.now()
    with acting(actor), widened():
        partner = TrustedRegion.objects.filter(pk=partner_id or 0, ended_at=None).first()
        if partner is None:
            raise BadInput(_("Выберите область из списка доверенных."), "partner")
        if practice_id is not None:
            found = _practice(actor, practice_id)
            row = Sending.objects.filter(practice=found, partner=partner).first() or Sending(
                practice=found, partner=partner
            )
        else:
            lent = _lent(actor, lent_id)
            row = Sending.objects.filter(lent=lent, partner=partner).first() or Sending(lent=lent, partner=partner)
        if row.pk and row.state == State.APPROVED and load(row).digest == row.digest:
            return row
        row.figures = _figures(row.lent) if row.lent is not None else {}
        what = load(row)
        row.state, row.digest, row.words = State.ASKED, what.digest, ""
        row.asked_by_id, row.asked_at, row.decided_at, row.decided_by = allowed.user_id(actor), now, None, None
        row.save()
        _note(row, actor, "sending_asked", now)
        region = Territory.objects.filter(kind=Kind.REGION, active=True).order_by("pk").first()
        told = allowed.people_of(region, "head") if region else []
        notify([one for one in told if one != allowed.user_id(actor)], "exchange", case=None, now=now,
               words=f"Разрешите отправить за пределы области: {what.title[:120]} — {partner.name}", link=page_of(row))
    return row


def decide(
    actor: Actor, sending_id: int, *, allow: bool, seen: str, words: str = "", now: datetime | None = None
) -> Sending:
    """The head of the ЦУР allows what they have read (`seen`: its digest), or does not, with words why."""
    now, words = now or timezone.now(), within(typed(words), 500, "words")
    with acting(actor), widened():
        row = _locked(sending_id)
        if not allowed.heads_region(actor):
            raise Refused(_("Это решает руководитель ЦУР."))
        if not allow and not words:
            raise BadInput(_("Напишите, что нужно изменить."), "words")
        what = load(row)
        if allow and what.digest != seen:
            raise BadInput(_("Текст только что изменили. Прочитайте его ещё раз."), "seen")
        row.state, row.digest, row.words = State.APPROVED if allow else State.REFUSED, what.digest, words
        row.decided_by_id, row.decided_at = allowed.user_id(actor), now
        row.save()
        _note(row, actor, "sending_allowed" if allow else "sending_refused", now, digest=what.digest[:32])
        if row.asked_by_id and row.asked_by_id != allowed.user_id(actor):
            said = "Разрешено отправить за пределы области" if allow else "Не разрешено отправить за пределы области"
            notify([row.asked_by_id], "exchange", case=None, now=now, words=f"{said}: {what.title[:150]}",
                   link=page_of(row))
    return row


def take_out(actor: Actor, sending_id: int, *, now: datetime | None = None) -> tuple[TrustedRegion, Load]:
    """What leaves now, allowed and written down; `packets` signs it. `Refused` with the words of what is missing."""
    now = now or timezone.now()
    with acting(actor), widened():
        row = _locked(sending_id)
        _require_keeper(actor, row)
        if row.partner.ended_at is not None:
            raise Refused(_("Этой области больше не доверяют. Спросите администратора."))
        what = load(row)
        if not is_allowed(row, what):
            raise Refused(
                _("После разрешения текст изменили. Попросите руководителя ЦУР разрешить ещё раз.")
                if row.state == State.APPROVED
                else _("Руководитель ЦУР не разрешил отправлять это за пределы области.") if row.state == State.REFUSED
                else _("За пределы области ничего не уходит без разрешения руководителя ЦУР. Дождитесь его.")
            )
        row.sent_at = now
        row.save(update_fields=["sent_at"])
        _note(row, actor, "sending_sent", now, digest=what.digest[:32])
    return row.partner, what


def may_see(actor: Actor, row: Sending) -> bool:
    """Its centre's people, and those of the ЦУР who let it out."""
    return allowed.heads_region(actor) or allowed.keeps_region(actor) or allowed.may_keep(actor, place_of(row))


def place_of(row: Sending) -> int | None:
    """Whose it is."""
    return row.practice.place_id if row.practice is not None else row.lent.template.place_id if row.lent else None


def page_of(row: Sending) -> str:
    """The address of a sending."""
    return f"/region/exchange/sendings/{row.pk}/"


def the_sending(actor: Actor, sending_id: int) -> Sending:
    """One of them. `NotYours` for strangers. Inside `acting`."""
    row: Sending | None = _rows().filter(pk=sending_id).first()
    if row is None or not may_see(actor, row):
        raise NotYours(_("Такой отправки нет."))
    return row


def ways_of(
    *, practice_id: int | None = None, lent_ids: list[int] | None = None
) -> tuple[list[Sending], list[TrustedRegion]]:
    """Where a practice, or these templates, go, and where they may. Inside `acting`; one statement."""
    rows = _rows().order_by("partner__name", "pk")
    rows = rows.filter(practice_id=practice_id) if practice_id is not None else rows.filter(lent__in=lent_ids or [])
    found = together({"sendings": rows, "partners": region_keys.trusted()})
    return found["sendings"], found["partners"]


def waiting(actor: Actor) -> list[Sending]:
    """What waits for the word of the head of the ЦУР. Inside `acting`."""
    return list(_rows().filter(state=State.ASKED).order_by("asked_at")[:50]) if allowed.heads_region(actor) else []


def _rows() -> Any:
    return Sending.objects.select_related(
        "partner", "practice__place", "practice__contact", "lent__template__place", "lent__lent_by", "asked_by",
        "decided_by",
    )


def _figures(lent: LentTemplate) -> dict[str, int | None]:
    """How it did here. Kept as it was when it was asked for: figures that move would take every permission away."""
    told = reaction_of(TemplateFigure.objects.filter(template=lent.template).first())
    return {"used": told.used, "share": told.share, "said": told.said}


def _practice(actor: Actor, practice_id: int) -> Practice:
    row = Practice.objects.select_for_update(of=("self",)).select_related("place", "contact").filter(
        pk=practice_id
    ).first()
    if row is None:
        raise NotYours(_("Такой практики нет."))
    allowed.require_keeper(actor, row.place_id)
    if row.came_from_id is not None:
        raise Refused(_("Эта практика сама пришла из другого региона: её отправляют те, чья она."))
    if row.state != Practice.State.CONFIRMED:
        raise Refused(_("За пределы области отправляют подтверждённую практику. Эта: %(state)s.")
                      % {"state": row.get_state_display()})  # fmt: skip
    return row


def _lent(actor: Actor, lent_id: int | None) -> LentTemplate:
    row = LentTemplate.objects.select_for_update(of=("self",)).select_related("template__place", "lent_by").filter(
        pk=lent_id or 0, withdrawn_at=None, template__retired=False
    ).first()
    if row is None:
        raise NotYours(_("Такого шаблона в сети нет."))
    allowed.require_keeper(actor, row.template.place_id)
    refuse_resident_words(row.template)
    return row


def _require_keeper(actor: Actor, row: Sending) -> None:
    """What is no more offered here does not go elsewhere."""
    allowed.require_keeper(actor, place_of(row))
    if row.practice is not None and row.practice.state != Practice.State.CONFIRMED:
        raise Refused(_("Практику больше не предлагают или её правят: сначала её подтвердит куратор."))
    if row.lent is not None and (row.lent.withdrawn_at is not None or row.lent.template.retired):
        raise Refused(_("Этот шаблон больше не дают."))


def _locked(sending_id: int) -> Sending:
    row: Sending | None = _rows().select_for_update(of=("self",)).filter(pk=sending_id).first()
    if row is None:
        raise NotYours(_("Такой отправки нет."))
    return row


def _note(row: Sending, actor: Actor, verb: str, now: datetime, **fields: object) -> None:
    if row.practice_id is not None:
        stream, told = f"practice:{row.practice_id}", fields
    else:
        assert row.lent is not None
        template = row.lent.template
        stream, told = f"template:{template.pk}", {"place": template.place_id, "version": template.version, **fields}
    append(NewEntry(stream, verb, actor.reference, now, {"region": row.partner.code, **told}))
