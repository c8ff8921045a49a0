"""Classifiers in the database: taken over from files, and the one that is in force.

Loading is idempotent: rows are compared with the files and only what differs is written. Texts of an edition
may be mended in place; a theme that left the files is kept, marked as retired, because cases name it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from otklik.acting import once
from otklik.classifier.models import ClassifierVersion, NotToConfuse, Theme, ThemeGroup
from otklik.classifier.reading import ClassifierSpec, shipped
from otklik.failures import Failure


class ClassifierMissing(Failure):
    """No edition of the classifier is in force on the day asked."""


def load(spec: ClassifierSpec) -> ClassifierVersion:
    """Take `spec` into the database and give its edition. A second load of the same files changes nothing."""
    with transaction.atomic():
        version, created = ClassifierVersion.objects.select_for_update().get_or_create(
            code=spec.code,
            defaults={"name": spec.name, "valid_from": spec.valid_from, "loaded_at": timezone.now()},
        )
        changed = _mend(version, {"name": spec.name, "valid_from": spec.valid_from})
        changed = _load_groups(version, spec) or changed
        changed = _load_themes(version, spec) or changed
        changed = _load_pairs(version, spec) or changed
        if changed and not created:
            version.loaded_at = timezone.now()
            version.save(update_fields=["loaded_at"])
    return version


def load_shipped() -> ClassifierVersion:
    """Take over the classifier that comes with the program."""
    return load(shipped())


def current(on: date | None = None) -> ClassifierVersion:
    """The edition in force on the local day `on`, today when not given: the newest that is already valid.

    Raises `ClassifierMissing` when there is none.
    """
    day = on or timezone.localdate()
    version = ClassifierVersion.objects.filter(valid_from__lte=day).order_by("valid_from", "pk").last()
    if version is None:
        raise ClassifierMissing("Классификатор тем не загружен. Выполните «otklik migrate».")
    return version


def with_predecessors(theme_id: int) -> list[int]:
    """A theme and those of earlier editions that became it, so that lists show old cases under it. One query a page."""
    return [theme_id, *_earlier("s.becomes_id = %s", theme_id)]


def predecessors_of_group(group_id: int) -> list[int]:
    """Themes of earlier editions that became themes of this group. One query a page."""
    return _earlier("s.becomes_id IN (SELECT id FROM classifier_theme WHERE group_id = %s)", group_id)


def _earlier(start: str, value: int) -> list[int]:
    return once(("earlier", start, value), lambda: _ask_earlier(start, value))


def _ask_earlier(start: str, value: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE earlier AS (SELECT s.theme_id FROM classifier_themesuccessor s WHERE {start}"
            " UNION SELECT s.theme_id FROM classifier_themesuccessor s JOIN earlier e ON s.becomes_id = e.theme_id)"
            " SELECT theme_id FROM earlier WHERE theme_id <> %s", [value, value],
        )
        return [row[0] for row in cursor.fetchall()]


def _load_groups(version: ClassifierVersion, spec: ClassifierSpec) -> bool:
    rows = {group.code: group for group in version.groups.all()}
    changed = False
    for order, group in enumerate(spec.groups):
        values = {
            "name": group.name,
            "help": group.help,
            "importance_hint": group.importance_hint,
            "order": order,
        }
        changed = (
            _put(ThemeGroup, rows.get(group.code), {"version": version, "code": group.code}, values)
            or changed
        )
    return changed


def _load_themes(version: ClassifierVersion, spec: ClassifierSpec) -> bool:
    groups = {group.code: group.pk for group in version.groups.all()}
    rows = {theme.code: theme for theme in version.themes.all()}
    changed = False
    for order, theme in enumerate(spec.themes):
        values = {
            "group_id": groups[theme.group],
            "name": theme.name,
            "help": theme.help,
            "synonyms": list(theme.synonyms),
            "importance": theme.importance,
            "fast": theme.fast,
            "executor_kind": theme.executor_kind,
            "order": order,
            "retired": False,
        }
        changed = (
            _put(Theme, rows.pop(theme.code, None), {"version": version, "code": theme.code}, values)
            or changed
        )
    for gone in rows.values():
        changed = _mend(gone, {"retired": True}) or changed
    return changed


def _load_pairs(version: ClassifierVersion, spec: ClassifierSpec) -> bool:
    themes = dict(version.themes.values_list("code", "pk"))
    rows = {
        (pair.theme_id, pair.other_id): pair for pair in NotToConfuse.objects.filter(theme__version=version)
    }
    changed = False
    for edge in spec.not_to_confuse:
        key = {"theme_id": themes[edge.theme], "other_id": themes[edge.other]}
        row = rows.pop((key["theme_id"], key["other_id"]), None)
        changed = _put(NotToConfuse, row, key, {"note": edge.note}) or changed
    for gone in rows.values():
        gone.delete()
        changed = True
    return changed


def _put(
    model: type[models.Model], row: models.Model | None, key: Mapping[str, Any], values: Mapping[str, Any]
) -> bool:
    if row is None:
        model._default_manager.create(**key, **values)
        return True
    return _mend(row, values)


def _mend(row: models.Model, values: Mapping[str, Any]) -> bool:
    """Write into `row` what differs from `values`; tell whether anything did."""
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    if differing:
        row.save(update_fields=list(differing))
    return bool(differing)
