"""Forms of a joint matter and of the upper level: parts with their dates, requests to the ЦУР."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from otklik.cases.actions.assign import PartTask
from otklik.faces.desk.fields import Day, DeskForm, Moment, area

WHICH = {"required": _("Обновите страницу и попробуйте ещё раз."), "invalid": _("Обновите страницу.")}


class PartDueForm(DeskForm):
    """Another date for a part."""

    panel = "part_due"
    assignment = forms.IntegerField(widget=forms.HiddenInput, error_messages=WHICH)
    due_at = Moment(label=_("Новый срок части"))
    reason = forms.CharField(
        label=_("Почему"), max_length=300, error_messages={"required": _("Напишите, почему срок другой.")}
    )


class WithdrawPartForm(DeskForm):
    """A part that is not needed."""

    panel = "withdraw_part"
    assignment = forms.IntegerField(widget=forms.HiddenInput, error_messages=WHICH)
    reason = forms.CharField(
        label=_("Почему больше не нужна"), max_length=300,
        error_messages={"required": _("Напишите, почему часть больше не нужна.")},
    )


class AskUpperForm(DeskForm):
    """What the ЦУР is asked to decide."""

    panel = "ask_upper"
    organisation = forms.IntegerField(required=False, error_messages={"invalid": _("Выберите организацию из списка.")})
    territory = forms.IntegerField(required=False, error_messages={"invalid": _("Выберите место из списка.")})
    reason = forms.CharField(
        label=_("О чём просите и почему"), max_length=500, widget=area(2),
        error_messages={"required": _("Напишите, о чём просите и почему.")},
    )


class KeepForm(DeskForm):
    """The decision that things stay as they are."""

    panel = "keep"
    words = forms.CharField(
        label=_("Почему остаётся как есть"), max_length=500, widget=area(2),
        error_messages={"required": _("Напишите, почему остаётся как есть.")},
    )


class PartRow(forms.Form):
    """One more body of a joint matter: an empty row is no row."""

    part_organisation = forms.IntegerField(required=False)
    part_task = forms.CharField(required=False, max_length=5000)
    part_due = Day(required=False)


def part_rows(sent: QueryDict) -> list[dict[str, Any]]:
    """The rows of the assign form as they were sent, to be shown again."""
    columns = [sent.getlist(name) for name in ("part_organisation", "part_task", "part_due")]
    longest = max((len(column) for column in columns), default=0)
    rows = [[column[n] if n < len(column) else "" for column in columns] for n in range(min(longest, 20))]
    return [{"organisation": o, "task": t, "due": d} for o, t, d in rows if o.strip() or t.strip()]


def parts_of(rows: Sequence[dict[str, Any]], end_of: Any) -> tuple[list[PartTask], list[str]]:
    """The rows as parts, and what is wrong with them. `end_of` makes the end of a day of it."""
    parts: list[PartTask] = []
    wrong: list[str] = []
    for number, row in enumerate(rows, 1):
        form = PartRow({"part_organisation": row["organisation"], "part_task": row["task"], "part_due": row["due"]})
        if not form.is_valid() or not form.cleaned_data["part_organisation"]:
            wrong.append(_now("Строка %(n)s: выберите организацию и проверьте срок.") % {"n": number})
            continue
        due: datetime | None = end_of(form.cleaned_data["part_due"], end=True)
        parts.append(PartTask(form.cleaned_data["part_organisation"], form.cleaned_data["part_task"], due))
    return parts, wrong
