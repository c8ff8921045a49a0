"""The form of a decree on moved days off: its number and date, and from which day to which each day off moves."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from otklik.faces.typed_forms import TypedForm

MOVES = 6  # more than any decree so far


class DecreeForm(TypedForm):
    """One year's decree. Shortened days are not asked for: they follow from the moves."""

    source = forms.CharField(
        label=_("Постановление: номер и дата"), max_length=300,
        help_text=_("Например: постановление Правительства РФ от 24.09.2025 № 1466."),
        error_messages={"required": _("Напишите номер и дату постановления.")},
    )

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"label_suffix": ""}))
        edges = {"min": f"{year}-01-01", "max": f"{year}-12-31", "type": "date"}
        for n in range(MOVES):
            for name, label in ((f"from{n}", _("Выходной с")), (f"to{n}", _("переносится на"))):
                self.fields[name] = forms.DateField(
                    label=label, required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs=dict(edges)),
                    error_messages={"invalid": _("Напишите дату, например 12.06.2026.")},
                )

    def clean(self) -> dict[str, Any]:
        """Each move has both its days."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        moves: list[tuple[date, date]] = []
        for n in range(MOVES):
            origin, to = given.get(f"from{n}"), given.get(f"to{n}")
            if bool(origin) != bool(to) and not {f"from{n}", f"to{n}"} & set(self.errors):
                self.add_error(f"to{n}", _now("Нужны обе даты: с какого дня и на какой."))
            elif origin and to:
                moves.append((origin, to))
        given["moves"] = moves
        return given

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The pairs of days, for the page."""
        return [(self[f"from{n}"], self[f"to{n}"]) for n in range(MOVES)]
