"""Templates of answers: of the region for everybody, of each centre for itself, in versions, with their figures.

A change is a new version and an entry in the journal (`template:<id>`). A template is never deleted: it is retired.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, System, acting, widened
from otklik.answers import templating
from otklik.answers.models import AnswerTemplate, TemplateFigure, TemplateVersion
from otklik.cases.models import Case
from otklik.classifier.models import Theme, ThemeGroup
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.appending import NewEntry, append
from otklik.territory.models import Territory
from otklik.typed_text import line, typed, within

KEEPERS = frozenset({"coordinator", "head", "administrator"})  # of a centre's own
REGION_KEEPERS = frozenset({"curator", "administrator"})  # of the region's, held for the whole region
OFFERED = 40  # so many are shown to whoever writes an answer
SMALL = 5  # fewer reactions of residents than this are not shown: they would say something of single people


@dataclass(frozen=True)
class Reaction:
    """How residents took answers that began with a template. `share`: confirmed of those who said anything, in %."""

    used: int
    published: int
    share: int | None  # None: too few have said anything
    said: int


def reaction_of(figure: TemplateFigure | None) -> Reaction:
    """The prepared figures; a small sample is hidden."""
    if figure is None:
        return Reaction(0, 0, None, 0)
    said = figure.confirmed + figure.refuted
    share = round(100 * figure.confirmed / said) if said >= SMALL else None
    return Reaction(figure.used, figure.published, share, said if said >= SMALL else 0)


def visible_templates(actor: Actor) -> QuerySet[AnswerTemplate]:
    """The region's and those of one's own places."""
    rows = AnswerTemplate.objects.select_related("place", "figure")
    if isinstance(actor, Staff) and actor.sees is not None:
        places = Territory.objects.filter(pk__in=actor.sees).values_list("pk", "municipality_id")
        rows = rows.filter(Q(place=None) | Q(place_id__in={one for pair in places for one in pair if one}))
    return rows


def offered_for(actor: Actor, case: Case) -> list[AnswerTemplate]:
    """What may be inserted into an answer of a case: of its theme first, then of its group, then for any theme."""
    places = [place for place in (case.scope_id, case.scope.municipality_id) if place]
    theme = case.theme.code if case.theme else ""
    group = case.theme.group.code if case.theme else ""
    rows = AnswerTemplate.objects.filter(Q(place=None) | Q(place_id__in=places), retired=False)
    rows = rows.select_related("place", "figure").filter(theme__in={"", theme, group})

    def rank(one: AnswerTemplate) -> tuple[int, int, int, str]:
        near = 0 if one.theme and one.theme == theme else 1 if one.theme else 2
        used = one.figure.used if hasattr(one, "figure") else 0
        return near, int(one.place_id is None), -used, one.name

    return sorted(rows[:400], key=rank)[:OFFERED]


def may_keep(actor: Actor, place_id: int | None) -> bool:
    """Whether this person keeps templates of a place (None: of the region)."""
    if isinstance(actor, System):
        return True
    if not isinstance(actor, Staff):
        return False
    if place_id is None:
        return any(grant.role in REGION_KEEPERS and grant.scopes is None for grant in actor.grants)
    return bool(KEEPERS & actor.roles_at(place_id))


def save(
    actor: Actor, *, name: str, text: str, theme: str = "", place_id: int | None = None, template_id: int | None = None,
    base_version: int | None = None, now: datetime | None = None,
) -> AnswerTemplate:
    """Save a template: a new one, or the next version of one. The place of one that is there does not change.

    Raises `BadInput` for what is no template (`templating.check`), for a version that somebody else saved meanwhile;
    `Refused` for whoever may not keep it, `NotYours` for another centre's.
    """
    now = now or timezone.now()
    name, text = line(name, 120, "name"), within(typed(text), templating.MAX_TEMPLATE, "text")
    if not name:
        raise BadInput(_("Назовите шаблон, чтобы его находили."), "name")
    if not text:
        raise BadInput(_("Напишите текст шаблона."), "text")
    templating.check(text)
    with acting(actor), widened():
        _known_theme(theme)
        row = _locked(actor, template_id) if template_id else AnswerTemplate(place_id=place_id, version=0)
        _require(actor, row.place_id)
        if row.pk and base_version is not None and base_version != row.version:
            raise BadInput(_("Шаблон только что изменили. Ваш текст остался на странице: сравните."), "text")
        if row.pk and (row.name, row.text, row.theme, row.retired) == (name, text, theme, False):
            return row
        row.name, row.text, row.theme, row.retired = name, text, theme, False
        row.version += 1
        row.changed_by_id, row.changed_at = actor.user_id if isinstance(actor, Staff) else None, now
        row.save()
        TemplateVersion.objects.create(
            template=row, number=row.version, name=name, theme=theme, text=text, author_id=row.changed_by_id, at=now
        )
        _note(row, actor, "saved", now)
        return row


def retire(actor: Actor, template_id: int, *, now: datetime | None = None) -> AnswerTemplate:
    """«Убрать из списка»: nobody is offered it any more; answers that began with it keep it. Twice is nothing."""
    now = now or timezone.now()
    with acting(actor), widened():
        row = _locked(actor, template_id)
        _require(actor, row.place_id)
        if not row.retired:
            row.retired, row.changed_at = True, now
            row.changed_by_id = actor.user_id if isinstance(actor, Staff) else None
            row.save()
            _note(row, actor, "retired", now)
        return row


def _locked(actor: Actor, template_id: int) -> AnswerTemplate:
    row = AnswerTemplate.objects.select_for_update().filter(pk=template_id).first()
    if row is None or not visible_templates(actor).filter(pk=template_id).exists():
        raise NotYours(_("Такого шаблона нет, или он не ваш."))
    return row


def _require(actor: Actor, place_id: int | None) -> None:
    if not may_keep(actor, place_id):
        raise Refused(
            _("Шаблоны области ведёт куратор ЦУР или администратор области.") if place_id is None
            else _("Шаблоны центра ведёт его координатор, руководитель или администратор.")
        )


def _known_theme(code: str) -> None:
    if code and not (
        Theme.objects.filter(code=code, retired=False).exists() or ThemeGroup.objects.filter(code=code).exists()
    ):
        raise BadInput(_("Выберите тему из списка."), "theme")


def _note(row: AnswerTemplate, actor: Actor, verb: str, now: datetime) -> None:
    fields = {"version": row.version, "place": row.place_id, "text": hashlib.sha256(row.text.encode()).hexdigest()[:32]}
    append(NewEntry(f"template:{row.pk}", f"template_{verb}", actor.reference, now, fields))


def theme_names(rows: Sequence[AnswerTemplate]) -> dict[str, str]:
    """The names of the themes and groups that templates are for, by code; the newest edition's."""
    return names_of_themes({row.theme for row in rows if row.theme})


def names_of_themes(codes: set[str]) -> dict[str, str]:
    """The names of themes and groups by their code; the newest edition's."""
    names = dict(ThemeGroup.objects.filter(code__in=codes).order_by("version_id").values_list("code", "name"))
    return names | dict(Theme.objects.filter(code__in=codes).order_by("version_id").values_list("code", "name"))
