"""How the columns of a source's sheets are read: remembered by their header, used again, corrected by people.

Columns are kept as {our field: column} with `number:СИСТЕМА` for the numbers of other systems.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, acting, widened
from otklik.failures import BadInput, NotYours
from otklik.intake.models import SheetLayout, SheetProfile
from otklik.intake.sheets import numbers
from otklik.intake.sheets.columns import (
    REQUIRED,
    ColumnMap,
    Field,
    MapRejected,
    guessed,
    parse_map,
    recognise,
)
from otklik.journal.appending import NewEntry, append

Columns = dict[str, str]


def digest_of(headers: Sequence[str]) -> str:
    """The fingerprint of a header: the same names in another order are the same sheet."""
    return hashlib.sha256(json.dumps(sorted(headers), ensure_ascii=False).encode()).hexdigest()


def column_map(stored: Mapping[str, str]) -> ColumnMap:
    """Stored columns as the reader of rows takes them."""
    fields, systems = numbers.split(stored)
    return ColumnMap({Field(name): column for name, column in fields.items()}, numbers=systems)


def remembered(profile: SheetProfile, headers: Sequence[str]) -> Columns | None:
    """How a sheet with this header was read last time; None when there was none."""
    found = SheetLayout.objects.filter(profile=profile, header_digest=digest_of(headers)).first()
    return dict(found.columns) if found else None


def recognised(headers: Sequence[str], written: str = "", *, incomplete: bool = False) -> Columns:
    """Columns by what a person wrote (`--map`), else by the headers. Raises `MapRejected` when the id or the text is
    missing, unless `incomplete`: then a person will say it."""
    if incomplete:
        found = guessed(headers)
    else:
        found = dict((parse_map(written, headers) if written else recognise(headers)).columns)
    columns = {str(name): column for name, column in found.items()}
    if not written:
        used = set(columns.values())
        columns |= {
            numbers.PREFIX + system: column
            for system, column in numbers.guessed_numbers(headers).items() if column not in used
        }
    return columns


def by_meanings(headers: Sequence[str], meanings: Sequence[str]) -> Columns:
    """Columns from what a person chose for each: a field's name, `number` for another system's number, "" to leave
    it. Raises `BadInput` when one field was chosen twice. Without an id the number people quote serves as one.
    """
    columns: Columns = {}
    for header, meaning in zip(headers, meanings, strict=False):
        if not meaning:
            continue
        name = numbers.PREFIX + numbers.system_of(header) if meaning == "number_elsewhere" else meaning
        if name not in Field.__members__.values() and not name.startswith(numbers.PREFIX):
            raise BadInput(_("Выберите значение столбца из списка."), "columns")
        if name in columns:
            raise BadInput(
                _("Столбцы «%(first)s» и «%(second)s» значат одно и то же. Оставьте один, другой не берите.")
                % {"first": columns[name], "second": header}, "columns",
            )
        columns[name] = header
    for stand_in in (Field.NUMBER, Field.INCOMING):
        if Field.ID not in columns and stand_in in columns:
            columns[Field.ID] = columns[stand_in]
    return columns


def meaning_of(stored: Mapping[str, str], header: str) -> str:
    """What was chosen for a column, in the words of `by_meanings`; "" when it is not taken."""
    found = [name for name, column in stored.items() if column == header]
    if any(name.startswith(numbers.PREFIX) for name in found):
        return "number_elsewhere"
    # One column may be both the id and the number: the number says both.
    return next((str(f) for f in (Field.NUMBER, Field.INCOMING) if f in found), next(iter(found), ""))


def require_columns(columns: Mapping[str, str]) -> None:
    """Raises `BadInput` when nothing says which row it is, or what was written."""
    for name in REQUIRED:
        if not columns.get(name):
            raise BadInput(_("Укажите столбцы с номером и с текстом."), str(name))


def remember(
    profile: SheetProfile, headers: Sequence[str], columns: Mapping[str, str], actor: Actor, now: datetime
) -> None:
    """Keep how a sheet was read, for the next one. Inside `acting`, widened."""
    digest = digest_of(headers)
    before = SheetLayout.objects.filter(profile=profile, header_digest=digest).first()
    if before is not None and before.columns == dict(columns):
        return
    SheetLayout.objects.update_or_create(
        profile=profile, header_digest=digest,
        defaults={
            "headers": list(headers), "columns": dict(columns), "saved_by": actor.reference, "saved_at": now,
        },
    )
    append(
        NewEntry(
            f"profile:{profile.pk}", "columns_set", actor.reference, now,
            {"header": digest[:16], "columns": sorted(columns)},
        )
    )


def correct(actor: Actor, layout_id: int, meanings: Sequence[str], now: datetime | None = None) -> SheetLayout:
    """Say anew what the columns of a remembered header mean; the next sheet is read so."""
    from otklik.intake.importing import require_importer

    with acting(actor), widened():
        layout = SheetLayout.objects.select_for_update().select_related("profile__into").filter(pk=layout_id).first()
        if layout is None:
            raise NotYours(_("Такого профиля нет."))
        require_importer(actor, layout.profile.into)
        columns = by_meanings(layout.headers, meanings)
        require_columns(columns)
        remember(layout.profile, layout.headers, columns, actor, now or timezone.now())
        layout.refresh_from_db()
        return layout


def forget(actor: Actor, layout_id: int, now: datetime | None = None) -> None:
    """Forget a header: the next such sheet is read by its headers again."""
    from otklik.intake.importing import require_importer

    with acting(actor), widened():
        layout = SheetLayout.objects.select_related("profile__into").filter(pk=layout_id).first()
        if layout is None:
            raise NotYours(_("Такого профиля нет."))
        require_importer(actor, layout.profile.into)
        layout.delete()
        append(
            NewEntry(
                f"profile:{layout.profile_id}", "columns_forgotten", actor.reference, now or timezone.now(),
                {"header": layout.header_digest[:16]},
            )
        )


__all__ = [
    "Columns", "MapRejected", "by_meanings", "column_map", "correct", "digest_of", "forget", "meaning_of",
    "recognised", "remember", "remembered", "require_columns",
]
