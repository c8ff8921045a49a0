"""The form of «Уведомления»: which kinds go out by which ways, and when nobody is to be disturbed."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.cases.models import NoticeChoice, NoticePost
from otklik.cases.noticing import KINDS, NOT_CHOSEN, quiet_of, ways_of
from otklik.faces.typed_forms import TypedForm

WAYS: Sequence[tuple[str, str | Promise]] = ((NoticePost.Way.EMAIL, _("почтой")), (NoticePost.Way.MAX, _("в MAX")))


def _clock() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class NoticeForm(TypedForm):
    """Quiet hours; the boxes of the kinds stand beside and are read by `ways`."""

    quiet_from = forms.TimeField(label=_("Тихо с"), widget=_clock())
    quiet_to = forms.TimeField(
        label=_("до"), widget=_clock(), help_text=_("Одинаковое время — тихих часов нет.")
    )
    quiet_days_off = forms.BooleanField(label=_("И весь день в выходные и праздники"), required=False)

    def __init__(self, data: QueryDict | None, choice: NoticeChoice | None) -> None:
        quiet = quiet_of(choice)
        initial = {"quiet_from": quiet.since, "quiet_to": quiet.until, "quiet_days_off": quiet.days_off}
        super().__init__(data, initial=initial)
        ticked = set(data.getlist("way")) if data is not None else None
        self.rows: list[dict[str, Any]] = [
            {
                "kind": kind, "label": told.label, "icon": told.icon,
                "boxes": [
                    (f"{kind}:{way}", name, f"{kind}:{way}" in ticked if ticked is not None
                     else way in ways_of(choice, kind)) for way, name in WAYS
                ],
            }
            for kind, told in KINDS.items() if kind not in NOT_CHOSEN
        ]

        known = {value for row in self.rows for value, _name, _ticked in row["boxes"]}
        self.strange = bool(ticked) and not (ticked or set()) <= known

    def clean(self) -> dict[str, Any]:
        """A box that the page does not have is refused, like everything that is not in a list."""
        if self.strange:
            raise forms.ValidationError(_("Выберите из списка."))
        given: dict[str, Any] = self.cleaned_data
        return given

    def ways(self) -> dict[str, list[str]]:
        """Kind → the ways that were ticked."""
        return {
            row["kind"]: [value.partition(":")[2] for value, _name, ticked in row["boxes"] if ticked]
            for row in self.rows
        }

    def hours(self) -> tuple[time, time, bool]:
        """Quiet since, until, days off."""
        given = self.cleaned_data
        return given["quiet_from"], given["quiet_to"], given["quiet_days_off"]
