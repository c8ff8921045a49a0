"""An uploaded edition of the classifier: kept, mapped, adopted; open cases follow it, old ones keep their theme."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, System, acting, widened
from otklik.cases.actions.retheme import retheme
from otklik.cases.lifecycle import OPEN_STATES
from otklik.cases.models import Case, Responsibility
from otklik.cases.problem_models import Problem
from otklik.classifier import loading, storing
from otklik.classifier.models import ClassifierDraft, ClassifierVersion, Theme, ThemeGroup, ThemeSuccessor
from otklik.classifier.reading import ClassifierSpec
from otklik.failures import BadInput, Failure, NotYours, Refused
from otklik.intake.editions.comparing import Comparison, compare
from otklik.intake.editions.sheet import read_edition
from otklik.intake.models import OutsideWord
from otklik.journal.appending import NewEntry, append

ACTOR = System("classifier")
AT_ONCE = 500


def require_keeper(actor: Actor) -> None:
    """Only the administrator of the region (or the command line) changes the classifier."""
    if isinstance(actor, System):
        return
    if not isinstance(actor, Staff) or not any(g.role == "administrator" and g.scopes is None for g in actor.grants):
        raise Refused(_("Классификатор меняет администратор региона."))


def upload(
    actor: Actor, source: Path | BinaryIO, *, file_name: str, valid_from: date, title: str = "",
    mapping: Mapping[str, list[str]] | None = None, now: datetime | None = None,
) -> ClassifierDraft:
    """Read a sheet and keep it to be compared and adopted. Raises `ClassifierError` with the place of a fault."""
    require_keeper(actor)
    now = now or timezone.now()
    with acting(actor), widened():
        present = loading.current()
        if valid_from <= present.valid_from:
            raise BadInput(
                _("Новая редакция действует позже нынешней: не раньше %(day)s.")
                % {"day": f"{date.fromordinal(present.valid_from.toordinal() + 1):%d.%m.%Y}"}, "valid_from",
            )
        if ClassifierVersion.objects.filter(valid_from=valid_from).exists():
            raise BadInput(_("На этот день уже есть редакция. Выберите другой."), "valid_from")
        spec = read_edition(
            source, name=file_name, valid_from=valid_from, known=storing.edition(present), title=title[:200]
        )
        compare(spec, mapping or {})  # codes that are nowhere are told at once
        draft = ClassifierDraft.objects.create(
            file_name=file_name[:255], uploaded_by=actor.reference, uploaded_at=now, spec=storing.to_json(spec),
            mapping=dict(mapping or {}),
        )
        append(
            NewEntry(
                f"classifier:{draft.pk}", "edition_uploaded", actor.reference, now,
                {"themes": len(spec.themes), "valid_from": valid_from.isoformat()},
            )
        )
        return draft


def waiting(draft_id: int) -> ClassifierDraft:
    """An uploaded edition that is neither adopted nor dropped. Inside `acting`. Raises `NotYours`."""
    draft = ClassifierDraft.objects.filter(pk=draft_id, adopted=None, dropped_at=None).first()
    if draft is None:
        raise NotYours(_("Такой новой редакции нет: её уже приняли или отложили."))
    return draft


def comparison(draft: ClassifierDraft) -> tuple[ClassifierSpec, Comparison]:
    """The difference that a draft would make now. Inside `acting`."""
    spec = storing.from_json(draft.spec)
    return spec, compare(spec, draft.mapping)


def set_mapping(
    actor: Actor, draft_id: int, mapping: Mapping[str, list[str]], now: datetime | None = None
) -> ClassifierDraft:
    """Say what old themes become: what is given here is added to, and wins over, what was said before."""
    require_keeper(actor)
    with acting(actor), widened():
        ClassifierDraft.objects.select_for_update().filter(pk=draft_id).first()
        draft = waiting(draft_id)
        merged = {**draft.mapping, **{old: list(news) for old, news in mapping.items()}}
        compare(storing.from_json(draft.spec), merged)
        draft.mapping = merged
        draft.save(update_fields=["mapping"])
        append(
            NewEntry(
                f"classifier:{draft.pk}", "edition_mapped", actor.reference, now or timezone.now(),
                {"themes": sorted(mapping)},
            )
        )
        return draft


def drop(actor: Actor, draft_id: int, now: datetime | None = None) -> None:
    """Put an uploaded edition aside; nothing of it was in force."""
    require_keeper(actor)
    now = now or timezone.now()
    with acting(actor), widened():
        draft = waiting(draft_id)
        draft.dropped_at = now
        draft.save(update_fields=["dropped_at"])
        append(NewEntry(f"classifier:{draft.pk}", "edition_dropped", actor.reference, now, {}))


def adopt(actor: Actor, draft_id: int, now: datetime | None = None) -> ClassifierVersion:
    """Take an edition over from its day on. Refused while open cases would lose their theme unsaid.

    Directories follow at once; open cases by the job `classifier.follow`, when the edition is in force.
    """
    from procrastinate.contrib.django import app

    require_keeper(actor)
    now = now or timezone.now()
    with acting(actor), widened():
        ClassifierDraft.objects.select_for_update().filter(pk=draft_id).first()
        draft = waiting(draft_id)
        spec, difference = comparison(draft)
        if difference.blocking:
            names = ", ".join(f"«{line.theme.name}» ({line.open_cases})" for line in difference.blocking[:10])
            raise Refused(
                _("Открытые карточки остались бы без темы: %(themes)s. Скажите, чем эти темы стали, или «требует "
                  "разбора».") % {"themes": names}
            )  # fmt: skip
        version = loading.load(spec)
        _succeed(difference, version)
        draft.adopted = version
        draft.save(update_fields=["adopted"])
        append(
            NewEntry(
                f"classifier:{draft.pk}", "edition_adopted", actor.reference, now,
                {"version": version.code, "valid_from": version.valid_from.isoformat(),
                 "mapped": sum(line.is_mapped for line in difference.lines), "unmapped": len(difference.unmapped)},
            )
        )
        app.configure_task("classifier.follow", queueing_lock=f"classifier.follow:{draft_id}").defer()
        return version


def _succeed(difference: Comparison, version: ClassifierVersion) -> None:
    """Keep what each theme became, and let the directories that name themes know it too."""
    new = dict(version.themes.values_list("code", "pk"))
    rows: list[ThemeSuccessor] = []
    for line in difference.lines:
        if not line.is_mapped:
            continue
        rows += [ThemeSuccessor(theme=line.theme, becomes_id=new[code]) for code in line.becomes]
        if not line.becomes:
            rows.append(ThemeSuccessor(theme=line.theme, becomes=None))
        if len(line.becomes) == 1:
            _hand_down(line.theme, new[line.becomes[0]])
        elif line.how:
            OutsideWord.objects.filter(theme=line.theme).update(theme=None, mapped_at=None, mapped_by=None)
    ThemeSuccessor.objects.bulk_create(rows)
    _groups_follow(version)


def _hand_down(theme: Theme, becomes: int) -> None:
    for row in Responsibility.objects.filter(theme=theme):
        there, _new = Responsibility.objects.get_or_create(
            theme_id=becomes, group=None, territory_id=row.territory_id, organisation_id=row.organisation_id
        )
        Responsibility.objects.filter(pk=there.pk).update(
            assigned=F("assigned") + row.assigned, redirected=F("redirected") + row.redirected,
            confirmed=row.confirmed or there.confirmed,
        )
    OutsideWord.objects.filter(theme=theme).update(theme_id=becomes)


def _groups_follow(version: ClassifierVersion) -> None:
    """What the responsibility map says of a whole group holds for the group of the same code."""
    groups: dict[str, Any] = dict(version.groups.values_list("code", "pk"))
    old = ThemeGroup.objects.exclude(version=version).filter(code__in=groups)
    for row in Responsibility.objects.filter(theme=None, group__in=old).select_related("group"):
        Responsibility.objects.get_or_create(
            theme=None, group_id=groups[row.group.code], territory_id=row.territory_id,  # type: ignore[union-attr]
            organisation_id=row.organisation_id, defaults={"confirmed": row.confirmed, "assigned": row.assigned},
        )


def follow(now: datetime | None = None, limit: int | None = None) -> int:
    """The job: open cases (and problems) of earlier editions take the theme that theirs became. Returns how many.

    Safe to repeat and to kill: what is done is not found again. Before the day of the edition it does nothing.
    """
    done = 0
    while limit is None or done < limit:
        with acting(ACTOR, read_only=True):
            version = loading.current()
            batch = list(
                Case.objects.filter(state__in=OPEN_STATES, theme__isnull=False).exclude(theme__version=version)
                .filter(theme__successors__isnull=False).distinct().order_by("id")
                .values_list("pk", "theme_id")[:AT_ONCE]
            )
            news = _successors({theme_id for _pk, theme_id in batch if theme_id}, version)
        moved = 0
        for case_id, theme_id in batch:
            codes, becomes = news.get(theme_id or 0, ([], None))
            try:
                moved += retheme(ACTOR, case_id, was=theme_id or 0, becomes=becomes, offered=codes, now=now)
            except Failure:  # closed meanwhile
                continue
        done += moved
        if len(batch) < AT_ONCE or not moved:
            break
    _problems_follow()
    return done


def _problems_follow() -> None:
    with acting(ACTOR), widened():
        version = loading.current()
        themes = set(Problem.objects.exclude(theme=None).exclude(theme__version=version)
                     .values_list("theme_id", flat=True))  # fmt: skip
        for theme_id, (_codes, becomes) in _successors({pk for pk in themes if pk}, version).items():
            if becomes is not None:
                Problem.objects.filter(theme_id=theme_id).update(theme_id=becomes)


def _successors(theme_ids: set[int], version: ClassifierVersion) -> dict[int, tuple[list[str], int | None]]:
    """What themes became in an edition, over the editions between: the codes, and the theme when it is one."""
    out = {}
    for theme_id in theme_ids:
        reached = _reached(theme_id, version.pk)
        if reached is not None:
            out[theme_id] = ([code for _pk, code in reached], reached[0][0] if len(reached) == 1 else None)
    return out


def _reached(theme_id: int, version_id: int) -> Sequence[tuple[int, str]] | None:
    """The themes of an edition that a theme leads to; None when nothing was said about it."""
    found: dict[int, str] = {}
    seen, here, said = {theme_id}, [theme_id], False
    while here:
        rows = ThemeSuccessor.objects.filter(theme_id__in=here).values_list(
            "becomes_id", "becomes__code", "becomes__version_id"
        )
        here = []
        for pk, code, version in rows:
            said = True
            if pk is None or pk in seen:
                continue
            seen.add(pk)
            if version == version_id:
                found[pk] = code or ""
            else:
                here.append(pk)
    return list(found.items()) if said else None
