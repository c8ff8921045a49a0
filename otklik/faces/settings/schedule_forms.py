"""Forms of working hours: a week from a day on, and days on which an organisation differs from it."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from otklik.faces.typed_forms import TypedForm
from otklik.policy.schedules import OwnDay, Week, WorkingHours
from otklik.policy.years import CalendarError

NAMES = (
    _("Понедельник"), _("Вторник"), _("Среда"), _("Четверг"), _("Пятница"), _("Суббота"), _("Воскресенье"),
)
PARTS = ("start", "end", "rest", "back")
MOST_DAYS = 62  # closed in one go: a summer of a school, not a slip of the pen
WHEN = {"required": _("Укажите день."), "invalid": _("Напишите дату, например 12.06.2026.")}


def _day_field(label: Any, **kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, error_messages=WHEN, **kwargs)


def _time_field(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label, required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": _("Напишите время, например 09:00.")},
    )


def _hours(form: forms.Form, suffix: str = "") -> WorkingHours | None:
    """The hours of four fields; None when they are empty. What is wrong becomes an error of the first of them."""
    start, end, rest, back = (form.cleaned_data.get(part + suffix) for part in PARTS)
    if not any((start, end, rest, back)) or any(part + suffix in form.errors for part in PARTS):
        return None
    try:
        if not start or not end or bool(rest) != bool(back):
            raise CalendarError(_now("Нужны и начало, и конец."))
        return WorkingHours(start, end, (rest, back) if rest and back else None)
    except CalendarError as wrong:
        form.add_error("start" + suffix, str(wrong))
        return None


class WeekForm(TypedForm):
    """Hours of each weekday, from a day on."""

    since = _day_field(_("Действуют с"))
    always = forms.BooleanField(
        label=_("Круглосуточно, без выходных"), required=False, help_text=_("Тогда часы ниже не нужны.")
    )
    source = forms.CharField(
        label=_("Основание"), max_length=300, required=False, help_text=_("Приказ или распоряжение, если есть."),
    )

    def __init__(self, *args: Any, week: Week, today: date, **kwargs: Any) -> None:
        kwargs["initial"] = {"since": today, "always": week.always} | _initial(week)
        super().__init__(*args, **(kwargs | {"label_suffix": ""}))
        for number in range(len(NAMES)):
            for part, label in zip(PARTS, (_("с"), _("до"), _("обед с"), _("до")), strict=True):
                self.fields[f"{part}{number}"] = _time_field(label)

    def clean(self) -> dict[str, Any]:
        """A week has at least one working day."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        days = tuple(_hours(self, str(number)) for number in range(len(NAMES)))
        if self.errors:
            return given
        try:
            given["week"] = Week(days, given["since"], given["always"])
        except CalendarError as wrong:
            self.add_error("start0", str(wrong))
        return given

    def rows(self) -> list[dict[str, Any]]:
        """The fields of each weekday, for the page."""
        return [
            {
                "name": name, "fields": [self[f"{part}{number}"] for part in PARTS],
                "error": next((self.errors[f"{p}{number}"] for p in PARTS if f"{p}{number}" in self.errors), None),
            }
            for number, name in enumerate(NAMES)
        ]


class DaysForm(TypedForm):
    """Own days: closed, open although others rest, an hour shorter."""

    first = _day_field(_("Первый день"))
    last = _day_field(_("Последний день"), required=False, help_text=_("Пусто — один день."))
    kind = forms.ChoiceField(
        label=_("Что в эти дни"),
        choices=[("closed", _("закрыто")), ("opened", _("открыто, часы ниже")), ("shortened", _("короче на час"))],
        error_messages={"required": _("Выберите.")},
    )
    start, end, rest, back = (_time_field(label) for label in (_("Открыто с"), _("до"), _("обед с"), _("до")))
    note = forms.CharField(
        label=_("Почему"), max_length=120, help_text=_("Например: санитарный день, местный праздник."),
        error_messages={"required": _("Напишите, почему: это увидят в объяснении срока.")},
    )

    def clean(self) -> dict[str, Any]:
        """The days, one by one."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        hours = _hours(self)
        if given.get("kind") == "opened" and hours is None and not self.errors:
            self.add_error("start", _now("Напишите, с какого и до какого часа открыто."))
        first = given.get("first")
        last = given.get("last") or first
        if first and last and not timedelta(0) <= last - first < timedelta(days=MOST_DAYS):
            self.add_error("last", _now("Последний день не раньше первого и не дальше двух месяцев от него."))
        if not self.errors and first and last:
            kind = given["kind"]
            own = (hours if kind == "opened" else None, kind == "shortened", given["note"])
            given["days"] = [OwnDay(first + timedelta(days=n), *own) for n in range((last - first).days + 1)]
        return given


def _initial(week: Week) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for number, hours in enumerate(week.days):
        if hours:
            parts = (hours.start, hours.end, *(hours.pause or (None, None)))
            known |= {f"{part}{number}": f"{at:%H:%M}" for part, at in zip(PARTS, parts, strict=True) if at}
    return known
