"""What the forms of the desk are made of: moments, days, and a form whose ids collide with no other."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.faces.typed_forms import TypedForm

MISSING = {"required": _("Заполните это поле."), "invalid_choice": _("Выберите из списка.")}

NO_ORGANISATION = {"required": _("Выберите организацию."), "invalid": _("Выберите организацию из списка.")}

YEARS = range(1900, 2201)


class Moment(forms.DateTimeField):
    """A date with a time of the day, in the region's zone, by the browser's own control."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        )
        kwargs.setdefault("input_formats", ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M"])
        kwargs["error_messages"] = MISSING | {
            "invalid": _("Напишите дату и время, например 12.06.2026 14:30."),
            "required": _("Укажите дату и время."),
        }
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> datetime | None:
        """The moment; a year in which nobody lives is no date: reckoning with it would leave the calendar."""
        try:
            moment: datetime | None = super().to_python(value)
        except OverflowError:
            moment = datetime.min  # noqa: DTZ901
        if moment is not None and moment.year not in YEARS:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return moment


class Day(forms.DateField):
    """A day, by the browser's own control."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%d.%m.%Y"])
        kwargs["error_messages"] = MISSING | {"invalid": _("Напишите дату, например 12.06.2026.")}
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        """The day, of a year in which somebody lives."""
        day: date | None = super().to_python(value)
        if day is not None and day.year not in YEARS:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class Degrees(forms.FloatField):
    """A coordinate that a map sets. Nobody types it, so a broken one is nobody's fault: then there is no point."""

    def __init__(self, most: int) -> None:
        super().__init__(required=False, widget=forms.HiddenInput, min_value=-most, max_value=most)

    def clean(self, value: Any) -> float | None:
        """The degrees, or None for what is no place on the earth."""
        try:
            degrees: float | None = super().clean(value)
        except forms.ValidationError:
            return None
        return degrees


def area(rows: int, **attrs: Any) -> forms.Textarea:
    """A text field of so many rows."""
    return forms.Textarea(attrs={"rows": rows, **attrs})


class DeskForm(TypedForm):
    """A form whose ids do not collide with the other forms of the page. `panel` prefixes the ids only."""

    panel = ""
    unseen_words: str | Promise = _("Форма пришла не целиком. Обновите страницу и попробуйте ещё раз.")
    unseen = ""  # what is wrong with a field that nobody sees

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{self.panel}_%s")
        kwargs.setdefault("label_suffix", "")
        self._drawn: set[str | None] | None = None  # fields the page asked for; None among them: its own errors
        super().__init__(data, **kwargs)

    def add_error(self, field: str | None, error: Any) -> None:
        """A field that nobody sees cannot be mended by whoever typed: what is wrong with it is said above the form."""
        if field in self.fields and self.fields[field].widget.is_hidden:
            error = str(self.unseen_words if isinstance(error, forms.ValidationError) else error)
            if error == self.unseen:
                return
            self.unseen, field = error, None
        super().add_error(field, error)

    def watch(self) -> None:
        """From now on note what the page draws of this form: not every panel is on it any more."""
        _all_of_it = self.errors
        self._drawn = set()

    def __getitem__(self, name: str) -> forms.BoundField:
        """The field, and a note that the page has it."""
        if self._drawn is not None:
            self._drawn.add(name)
        return super().__getitem__(name)

    def non_field_errors(self) -> Any:
        """What is wrong with the form as a whole, and a note that the page says it."""
        if self._drawn is not None:
            self._drawn.add(None)
        return super().non_field_errors()

    @property
    def is_absent(self) -> bool:
        """Whether the watched page has nothing of this form."""
        return not self._drawn

    def unsaid(self) -> list[str]:
        """What is wrong and the watched page did not say: each with the name of its field."""
        drawn, lines = self._drawn or set(), []
        for name, errors in self.errors.items():
            if name in self.fields and name not in drawn:
                lines += [f"{self.fields[name].label}: {error}" for error in errors]
            elif name not in self.fields and None not in drawn:
                lines += [str(error) for error in errors]
        return lines

    def unshown(self) -> list[tuple[str, str]]:
        """(label, words) of what was typed and the watched page did not give back: it must not be lost."""
        drawn = self._drawn or set()
        typed = [
            (str(field.label), str(self.data.get(name, "")).strip()) for name, field in self.fields.items()
            if name not in drawn and isinstance(field.widget, forms.TextInput | forms.Textarea)
        ]
        return [(label, words) for label, words in typed if words]


class PageForms(dict[str, DeskForm]):
    """The forms of a page by name: those that were sent, the rest made when the page draws them; most it does not.

    A name that `makers` do not know is to a template as empty as any other that is not there.
    """

    def __init__(self, makers: Mapping[str, Callable[[], DeskForm]], sent: Mapping[str, DeskForm]) -> None:
        super().__init__(sent)
        self._makers = makers

    def __missing__(self, name: str) -> DeskForm:
        self[name] = made = self._makers[name]()
        return made


def now_local() -> str:
    """This minute as the browser's control wants it."""
    return timezone.localtime(timezone.now()).strftime("%Y-%m-%dT%H:%M")
