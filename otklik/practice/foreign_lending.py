"""Templates of answers that came from other regions, and copies of them. The copy is the taker's own, as of a lent one.

Gates open `acting` themselves; readers are called inside it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, acting, widened
from otklik.answers import templates
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.appending import NewEntry, append
from otklik.practice import allowed
from otklik.practice.models import ForeignTemplate, TemplateCopy
from otklik.territory.models import Territory
from otklik.together import together

SHOWN = 100


@dataclass(frozen=True)
class Foreign:
    """One of them with who took it; `outdated`: ids of copies of an older text."""

    row: ForeignTemplate
    copies: tuple[TemplateCopy, ...]

    @property
    def outdated(self) -> frozenset[int]:
        """Copies that were taken before the newest file came."""
        return frozenset(one.pk for one in self.copies if one.version < self.row.version)


def foreign_templates() -> list[Foreign]:
    """What other regions lend to ours, the newest first. Inside `acting`."""
    rows = ForeignTemplate.objects.filter(withdrawn_at=None)
    read = together({
        "lent": rows.select_related("region").order_by("-came_at")[:SHOWN],
        "copies": TemplateCopy.objects.filter(foreign__in=rows).select_related("place"),
    })
    return [
        Foreign(one, tuple(copy for copy in read["copies"] if copy.foreign_id == one.pk)) for one in read["lent"]
    ]


def take_copy(actor: Actor, foreign_id: int, *, place_id: int | None, now: datetime | None = None) -> TemplateCopy:
    """«Взять себе»: a template of one's own centre with the same words, or the newer text over the earlier copy."""
    now = now or timezone.now()
    with acting(actor), widened():
        row = _locked(foreign_id)
        if row.withdrawn_at is not None:
            raise Refused(_("Этот шаблон больше не дают."))
        place = Territory.objects.filter(pk=place_id or 0).first()
        if place is None or not templates.may_keep(actor, place.pk):
            raise BadInput(_("Выберите свой центр."), "place")
        before = TemplateCopy.objects.filter(foreign=row, place=place).select_related("template").first()
        if before is not None and before.version == row.version and not before.template.retired:
            return before
        copy = templates.save(
            actor, name=row.name, text=row.text, theme=row.theme, place_id=place.pk,
            template_id=before.template.pk if before else None, now=now,
        )
        taken, _new = TemplateCopy.objects.update_or_create(
            foreign=row, place=place,
            defaults={"template": copy, "version": row.version, "taken_by_id": allowed.user_id(actor), "at": now},
        )
        fields = {"place": place.pk, "version": copy.version, "region": row.region.code}
        append(NewEntry(f"template:{copy.pk}", "template_copied", actor.reference, now, fields))
    return taken


def put_away(actor: Actor, foreign_id: int, *, now: datetime | None = None) -> None:
    """It is not offered here any more; copies stay with who took them. Twice is nothing."""
    now = now or timezone.now()
    with acting(actor), widened():
        row = _locked(foreign_id)
        if not allowed.keeps_region(actor):
            raise Refused(_("Убирает чужой шаблон куратор, координатор или руководитель ЦУР."))
        if row.withdrawn_at is None:
            row.withdrawn_at = now
            row.save(update_fields=["withdrawn_at"])
            append(NewEntry(f"foreign_template:{row.pk}", "template_withdrawn", actor.reference, now,
                            {"region": row.region.code}))  # fmt: skip


def _locked(foreign_id: int) -> ForeignTemplate:
    rows = ForeignTemplate.objects.select_for_update(of=("self",)).select_related("region")
    row = rows.filter(pk=foreign_id).first()
    if row is None:
        raise NotYours(_("Такого шаблона в сети нет."))
    return row
