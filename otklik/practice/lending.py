"""Templates of answers lent to the network: whose, how they do, who took a copy. The copy is the taker's own.

Gates open `acting` themselves; readers are called inside it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, acting, widened
from otklik.answers import templates
from otklik.answers.models import AnswerTemplate, TemplateFigure
from otklik.answers.templates import Reaction, reaction_of
from otklik.cases.noticing import notify
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.appending import NewEntry, append
from otklik.practice import allowed
from otklik.practice.models import LentTemplate, TemplateCopy
from otklik.practice.residents import refuse_residents
from otklik.territory.models import Territory
from otklik.together import together
from otklik.typed_text import line

SHOWN = 100
_clean: dict[tuple[int, int, str], bool] = {}  # versions that this process has looked at: they never change


@dataclass(frozen=True)
class Lent:
    """A lent template with its figures: of its own centre, and of all copies together."""

    row: LentTemplate
    own: Reaction
    copies: tuple[TemplateCopy, ...]
    copied_used: int
    outdated: frozenset[int]  # ids of copies that were taken from an older version

    @property
    def used(self) -> int:
        """How often it was the beginning of an answer, anywhere."""
        return self.own.used + self.copied_used


def may_lend(actor: Actor, template: AnswerTemplate) -> bool:
    """Whether this person gives a template of their centre to the network."""
    return template.place_id is not None and not template.retired and templates.may_keep(actor, template.place_id)


def lendable(actor: Actor) -> list[AnswerTemplate]:
    """Templates of one's own centres that are not lent yet. Inside `acting`."""
    gone = LentTemplate.objects.filter(withdrawn_at=None).values("template_id")
    rows = templates.visible_templates(actor).exclude(place=None).exclude(pk__in=gone).filter(retired=False)
    return [one for one in rows.order_by("name")[:SHOWN] if may_lend(actor, one)]


def lend(actor: Actor, template_id: int, *, note: str = "", now: datetime | None = None) -> LentTemplate:
    """Give a template to the network, or give it again."""
    now, note = now or timezone.now(), line(note, 300, "note")
    with acting(actor), widened():
        template = AnswerTemplate.objects.select_for_update().filter(pk=template_id).first()
        if template is None or not may_lend(actor, template):
            raise BadInput(_("Выберите шаблон своего центра."), "template")
        refuse_residents(note, "note", colleagues=_colleagues(template))
        refuse_resident_words(template)
        row, _new = LentTemplate.objects.update_or_create(
            template=template,
            defaults={"lent_by_id": allowed.user_id(actor), "note": note, "at": now, "withdrawn_at": None},
        )
        _note(row, actor, "template_lent", now)
    return row


def withdraw(actor: Actor, lent_id: int, *, now: datetime | None = None) -> None:
    """Nobody can take it any more; copies stay with who took them. Twice is nothing."""
    now = now or timezone.now()
    with acting(actor), widened():
        row = _locked(lent_id)
        if not templates.may_keep(actor, row.template.place_id):
            raise Refused(_("Забирает шаблон центр, который его дал."))
        if row.withdrawn_at is None:
            row.withdrawn_at = now
            row.save(update_fields=["withdrawn_at"])
            _note(row, actor, "template_withdrawn", now)


def take_copy(actor: Actor, lent_id: int, *, place_id: int | None, now: datetime | None = None) -> TemplateCopy:
    """«Взять себе»: a template of one's own centre with the same words, or the newer version over the earlier copy."""
    now = now or timezone.now()
    with acting(actor), widened():
        row = _locked(lent_id)
        source = row.template
        if row.withdrawn_at is not None or source.retired:
            raise Refused(_("Этот шаблон больше не дают."))
        place = Territory.objects.filter(pk=place_id or 0).first()
        if place is None or not templates.may_keep(actor, place.pk):
            raise BadInput(_("Выберите свой центр."), "place")
        if place.pk == source.place_id:
            raise BadInput(_("Это шаблон вашего же центра."), "place")
        refuse_resident_words(source)  # its centre may have written on
        before = TemplateCopy.objects.filter(lent=row, place=place).first()
        if before is not None and before.version == source.version and not before.template.retired:
            return before
        copy = templates.save(
            actor, name=source.name, text=source.text, theme=source.theme, place_id=place.pk,
            template_id=before.template.pk if before else None, now=now,
        )
        taken, _new = TemplateCopy.objects.update_or_create(
            lent=row, place=place,
            defaults={"template": copy, "version": source.version, "taken_by_id": allowed.user_id(actor), "at": now},
        )
        _note(row, actor, "template_copied", now, to=place.pk)
        if row.lent_by_id and row.lent_by_id != allowed.user_id(actor):
            notify([row.lent_by_id], "exchange", case=None, now=now, link="/region/exchange/templates/",
                   words=f"{place.short_name} взял ваш шаблон: {source.name[:120]}")
    return taken


def lent_templates() -> list[Lent]:
    """What the network may take, the most used first. Inside `acting`."""
    rows: QuerySet[LentTemplate] = LentTemplate.objects.filter(withdrawn_at=None, template__retired=False)
    read = together({
        "lent": rows.select_related("template__place", "lent_by").order_by("-at")[:SHOWN],
        "copies": TemplateCopy.objects.filter(lent__in=rows).select_related("place", "template"),
    })
    found = [one for one in read["lent"] if one.template.changed_at <= one.at or _tells_nothing(one.template)]
    known = {one.pk for one in found}
    copies = [one for one in read["copies"] if one.lent_id in known]
    ids = [*(one.template_id for one in found), *(one.template_id for one in copies)]
    figures = {one.template_id: one for one in TemplateFigure.objects.filter(template__in=ids)}
    out = []
    for one in found:
        own = [copy for copy in copies if copy.lent_id == one.pk]
        out.append(
            Lent(
                one, reaction_of(figures.get(one.template_id)), tuple(own),
                sum(figures[copy.template_id].used for copy in own if copy.template_id in figures),
                frozenset(copy.pk for copy in own if copy.version < one.template.version),
            )
        )
    return sorted(out, key=lambda one: (-one.used, one.row.template.name))


def _tells_nothing(template: AnswerTemplate) -> bool:
    """Whether a template that was written on after it was lent still tells of no resident."""
    key = (template.pk, template.version, template.text)
    if key not in _clean:
        try:
            refuse_resident_words(template)
            _clean[key] = True
        except BadInput:
            _clean[key] = False
    return _clean[key]


def refuse_resident_words(template: AnswerTemplate) -> None:
    """`BadInput` when a template tells of a resident: the whole network reads it."""
    for text in (template.name, template.text):
        refuse_residents(text, "template", colleagues=_colleagues(template))


def _colleagues(template: AnswerTemplate) -> list[str]:
    return [one.full_name for one in allowed.colleagues(template.place)] if template.place else []


def _locked(lent_id: int) -> LentTemplate:
    rows = LentTemplate.objects.select_for_update(of=("self",)).select_related("template")
    row = rows.filter(pk=lent_id).first()
    if row is None:
        raise NotYours(_("Такого шаблона в сети нет."))
    return row


def _note(row: LentTemplate, actor: Actor, verb: str, now: datetime, **fields: object) -> None:
    append(NewEntry(f"template:{row.template_id}", verb, actor.reference, now,
                    {"place": row.template.place_id, "version": row.template.version, **fields}))
