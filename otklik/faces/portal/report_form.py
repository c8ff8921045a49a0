"""The fields of a report and what may be wrong with them, each said beside its field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.failures import BadInput
from otklik.residents.contacts import normal_phone
from otklik.territory.models import Territory
from otklik.territory.places_typed import settlement_typed

MOST_LETTERS: Final = 100_000
MOST_NOTE: Final = 300
# Signs nobody types and that spoil what others read: C0 and C1 controls but tab and line feed, and the signs
# that turn the direction of a line (Unicode Standard Annex 9), by which a text can be made to read as another.
_INVISIBLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")


def plain(text: str) -> str:
    """The text as a person sees it: line ends as `\\n`, no invisible signs, nothing around it."""
    return _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def too_big(request: HttpRequest) -> bool:
    """Whether so much was sent that it cannot even be read (DATA_UPLOAD_MAX_MEMORY_SIZE and its like)."""
    try:
        return request.POST is None
    except (SuspiciousOperation, MultiPartParserError):
        return True


class Words(forms.CharField):
    """A text field that drops invisible signs instead of quarrelling about them, and says how much is too much."""

    def __init__(self, most: int, **kwargs: Any) -> None:
        self.most = most
        # Django's own check refuses NUL; here it is simply dropped, nobody typed it.
        super().__init__(strip=False, **kwargs)
        self.validators = []

    def to_python(self, value: Any) -> str:
        return plain(str(value or ""))

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > self.most:
            raise forms.ValidationError(
                _("Слишком длинно: %(length)s знаков, а помещается %(most)s. Сократите, пожалуйста.")
                % {"length": _spaced(len(value)), "most": _spaced(self.most)}
            )


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0")


class ReportForm(forms.Form):
    """What the resident typed. The key and the photos travel beside it."""

    text = Words(
        MOST_LETTERS,
        error_messages={"required": gettext_lazy("Напишите, что случилось: хотя бы одним предложением.")},
    )
    theme = forms.IntegerField(required=False, min_value=1)
    territory = forms.IntegerField(
        error_messages={
            "required": gettext_lazy("Выберите район, город или село."),
            "invalid": gettext_lazy("Выберите место из списка."),
        }
    )
    settlement = Words(200, required=False)
    street = Words(150, required=False)
    house = Words(30, required=False)
    place_note = Words(MOST_NOTE, required=False)
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180)
    answer_by = forms.ChoiceField(choices=[("page", ""), ("phone", "")], required=False)
    phone = Words(40, required=False)
    name = Words(200, required=False)

    def clean(self) -> dict[str, Any]:
        """Check what one field says about another: the phone is needed only when an answer goes there."""
        given: dict[str, Any] = super().clean() or {}
        given["answer_by"] = given.get("answer_by") or "page"
        # A broken coordinate is not the resident's doing: they never typed it.
        for unseen in ("latitude", "longitude", "theme"):
            if unseen in self.errors:
                del self.errors[unseen]
                given[unseen] = None
        if given.get("latitude") is None or given.get("longitude") is None:
            given["latitude"] = given["longitude"] = None
        if given["answer_by"] != "phone":
            given["phone"] = ""
        elif "phone" in given:
            self._check_phone(given["phone"])
        return given

    def _check_phone(self, phone: str) -> None:
        if not phone:
            self.add_error("phone", _("Напишите номер, по которому вам позвонить, или выберите ответ на странице."))
            return
        try:
            normal_phone(phone)
        except BadInput as wrong:
            self.add_error("phone", str(wrong))


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """Where the report is about: the exact territory, and the words that name no territory we know."""

    territory_id: int
    note: str


def find_place(territory_id: int, settlement: str, note: str) -> FoundPlace:
    """Check the chosen place and narrow it by the typed settlement. To be called inside `acting`.

    A settlement we do not know is kept in the note for the operator. Raises `BadInput` for a place that
    is not of this region.
    """
    try:
        chosen = Territory.objects.filter(id=territory_id, active=True).exclude(kind="region").first()
    except OverflowError:  # a number that no database id can be
        chosen = None
    if chosen is None:
        raise BadInput(_("Этого места нет в нашем регионе. Выберите место из списка."), "territory")
    if not settlement or settlement.casefold() == chosen.short_name.casefold():
        return FoundPlace(chosen.id, note)
    found = settlement_typed(chosen.id, settlement) if chosen.kind != "settlement" else None
    if found is not None:
        return FoundPlace(found.id, note)
    note = "; ".join(filter(None, [settlement, note]))
    if len(note) > MOST_NOTE:
        raise BadInput(_("Слишком длинно. Сократите: где это, в двух словах."), "place_note")
    return FoundPlace(chosen.id, note)
