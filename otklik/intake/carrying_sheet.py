"""A batch of what is to be carried back, as a workbook: one line for one thing to put into one field there."""

import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import override

from otklik.answers.models import AnswerVersion
from otklik.cases import clocks, numbers
from otklik.cases.actions.mirror import ANSWERED, CLOSED
from otklik.cases.models import Case, OutsideNumber
from otklik.intake import carrying
from otklik.intake.models import CarryBatch, MirroredRow, OutsideWord, SheetLayout
from otklik.intake.sheets.columns import Field
from otklik.organisations.models import Organisation

MAX_CELL = 32_767  # Excel's own limit
WIDTHS = (16, 18, 22, 30, 14, 20, 70, 26)


def columns() -> list[str]:
    """The header."""
    return [
        _("Система"), _("Номер там"), _("Другие номера"), _("Ссылка"), _("Наша карточка"), _("Что изменилось"),
        _("Новое значение"), _("Куда перенести"),
    ]


def batch_file(batch: CarryBatch) -> bytes:
    """The workbook of a batch, in the words of the other system. Inside `acting`: the cases that the actor sees."""
    with override("ru"):  # typed into a Russian system, whatever language the page speaks (decision 085)
        return _workbook(batch)


def _workbook(batch: CarryBatch) -> bytes:
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    sheet = book.add_worksheet(_("Перенести"))
    sheet.freeze_panes(1, 0)
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    for place, (name, width) in enumerate(zip(columns(), WIDTHS, strict=True)):
        sheet.write_string(0, place, name, bold)
        sheet.set_column(place, place, width)
    for at, line in enumerate(lines(batch), 1):
        for place, cell in enumerate(line):
            sheet.write_string(at, place, cell[:MAX_CELL], wrapped)
    book.close()
    return out.getvalue()


def lines(batch: CarryBatch) -> Iterator[list[str]]:
    """The lines of a batch, as they were when it was made: later changes are the next batch's."""
    rows = list(batch.cases.select_related("case").order_by("id"))
    ids = [row.case_id for row in rows]
    outside = dict(
        MirroredRow.objects.filter(profile_id=batch.profile_id, case_id__in=ids).values_list("case_id", "outside_id")
    )
    others: dict[int, list[OutsideNumber]] = {}
    for number in OutsideNumber.objects.filter(case_id__in=ids).order_by("id"):
        others.setdefault(number.case_id, []).append(number)
    texts = {
        (answer_id, number): text
        for answer_id, number, text in AnswerVersion.objects.filter(case_id__in=ids)
        .values_list("answer_id", "number", "text")
    }
    where = _fields_of(batch)
    firms = _their_names(batch, {row.said.get("executor") for row in rows})
    for row in rows:
        own = outside.get(row.case_id, "")
        there = others.get(row.case_id, [])
        link = next((n.url for n in there if n.number == own and n.url), "")
        more = ", ".join(f"{n.system} № {n.number}" for n in there if n.number != own)
        head = [batch.profile.name, own, more, link, numbers.shown(row.case.number)]
        for name in row.changed:
            what, value = _value(name, row.said, texts, firms)
            yield [*head, what, value, where.get(name, "")]


def _value(name: str, said: Mapping[str, Any], texts: Mapping[Any, str], firms: Mapping[int, str]) -> tuple[str, str]:
    if name == carrying.ANSWER:
        answer_id, version = said["answer"]
        what = _("Ответ (опубликован)") if said.get("published") else _("Ответ (согласован)")
        return what, texts.get((answer_id, version), "")
    if name == carrying.STATE:
        words = {ANSWERED: str(Case.State.ANSWERED.label), CLOSED: str(Case.State.CLOSED.label)}
        outcome = str(Case.Outcome(said["outcome"]).label) if said.get("outcome") else ""
        return _("Состояние"), ", ".join(part for part in (words.get(said["state"], _("в работе")), outcome) if part)
    if name == carrying.DATE:
        at = datetime.fromisoformat(said["date"]).astimezone(clocks.zone())
        return _("Дата"), at.strftime("%d.%m.%Y %H:%M")
    return _("Исполнитель"), firms.get(said["executor"], "")


def _fields_of(batch: CarryBatch) -> dict[str, str]:
    """Our changes → the field of that system, as its last sheet calls it; else in plain words."""
    layout = SheetLayout.objects.filter(profile_id=batch.profile_id).order_by("-saved_at").first()
    named = layout.columns if layout else {}

    def first(*fields: Field, otherwise: str) -> str:
        return next((f"«{named[f]}»" for f in fields if named.get(f)), otherwise)

    return {
        carrying.ANSWER: first(Field.ANSWER, otherwise=_("поле ответа")),
        carrying.STATE: first(Field.STEP, Field.OUTCOME, otherwise=_("поле состояния")),
        carrying.DATE: first(Field.ANSWERED, Field.CLOSED, otherwise=_("поле даты ответа")),
        carrying.EXECUTOR: first(Field.EXECUTOR, otherwise=_("поле исполнителя")),
    }


def _their_names(batch: CarryBatch, ids: set[int | None]) -> dict[int, str]:
    """How the source calls our organisations, where a word of its was mapped; else our own name."""
    wanted = {one for one in ids if one is not None}
    names = dict(Organisation.objects.filter(pk__in=wanted).values_list("pk", "name"))
    words = OutsideWord.objects.filter(profile_id=batch.profile_id, organisation_id__in=wanted).order_by("seen")
    names |= {firm: word for firm, word in words.values_list("organisation_id", "word") if firm is not None}
    return names
