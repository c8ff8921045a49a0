"""The form of a regulation: plain fields for what a person may change, made from the version that holds."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from otklik.faces.typed_forms import TypedForm
from otklik.policy.editing import IMPORTANCES, Change, ClockChange
from otklik.policy.pausing import MOST_WORDS, USUAL, PauseReason
from otklik.policy.regulation import ClockRule, Policy
from otklik.policy.wording import TITLES

UNITS = [
    ("working_hours", _("рабочих часов")), ("hours", _("часов подряд")), ("working_days", _("рабочих дней")),
    ("days", _("дней")),
]
REASONS = 8  # rows of reasons that the page offers
WHOLE = {
    "required": _("Напишите число."), "invalid": _("Напишите целое число цифрами."),
    "min_value": _("Не меньше %(limit_value)s."), "max_value": _("Не больше %(limit_value)s."),
}


def _number(label: Any, required: bool = True, most: int = 10_000, least: int = 0) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=required, min_value=least, max_value=most, error_messages=WHOLE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class PolicyForm(TypedForm):
    """One regulation. The fields of its clocks follow the version it is made from."""

    title = forms.CharField(label=_("Название"), max_length=200, error_messages={"required": _("Напишите название.")})
    source = forms.CharField(
        label=_("Основание: акт, его номер и дата"), max_length=300,
        error_messages={"required": _("Напишите, каким актом это введено.")},
    )
    valid_from = forms.DateField(
        label=_("Действует с"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("С этого дня новые карточки считаются по новой версии. Открытые остаются на прежней."),
        error_messages={"required": _("Укажите день."), "invalid": _("Напишите дату, например 12.06.2026.")},
    )
    warn_1 = _number(_("Предупреждаем на, %"), most=100, least=1)
    warn_2 = _number(_("затем на, %"), most=100, least=1)
    warn_3 = _number(_("и на, %"), most=100, least=1)

    def __init__(self, *args: Any, base: Policy, today: date, **kwargs: Any) -> None:
        self.base, self.today = base, today
        kwargs["initial"] = _initial(base, today) | dict(kwargs.get("initial") or {})
        super().__init__(*args, **(kwargs | {"label_suffix": ""}))
        if base.regime == "social":
            self.fields["approval"] = forms.ChoiceField(
                label=_("Согласование ответа"),
                choices=[("yes", _("нужно, другим человеком")), ("no", _("не нужно"))],
                error_messages={"required": _("Выберите.")},
            )
            self.fields["silence_days"] = _number(_("Молчание закрывает через, рабочих дней"), most=365)
            self.fields["reopen_days"] = _number(_("«Не исправлено» можно сказать, дней"), most=3650)
            self.fields["reopen_importance_max"] = _number(_("Важность повторного сообщения, не выше"), most=4)
            self.fields["pause_cap"] = _number(_("Паузы вместе не дольше, рабочих дней"), False, most=250, least=1)
            for n in range(REASONS):
                self.fields[f"reason{n}"] = forms.CharField(
                    label=_now("Причина %(n)s") % {"n": n + 1}, max_length=MOST_WORDS, required=False
                )
                self.fields[f"reason{n}_most"] = _number(_("Одна пауза, рабочих дней"), False, most=250, least=1)
        for rule in base.clocks:
            self._add_clock(rule)

    def _add_clock(self, rule: ClockRule) -> None:
        kind = rule.kind
        self.fields[f"{kind}_limit"] = _number(_("Срок"))
        self.fields[f"{kind}_unit"] = forms.ChoiceField(label=_("Чего"), choices=UNITS)
        self.fields[f"{kind}_source"] = forms.CharField(
            label=_("Откуда правило"), max_length=300, error_messages={"required": _("Напишите, откуда правило.")}
        )
        if self.base.regime != "social":
            if rule.extension:
                self.fields[f"{kind}_extension"] = _number(_("Продлевают не больше чем на, дней"), most=365)
            return
        self.fields[f"{kind}_pausable"] = forms.BooleanField(label=_("Можно приостановить"), required=False)
        for n in IMPORTANCES:
            self.fields[f"{kind}_limit_{n}"] = _number(_now("При важности %(n)s") % {"n": n}, required=False)
            self.fields[f"{kind}_unit_{n}"] = forms.ChoiceField(label=_("Чего"), choices=UNITS, required=False)

    def clean_valid_from(self) -> date:
        """A rule holds from today at the earliest: nothing is judged anew by a rule of tomorrow."""
        day: date = self.cleaned_data["valid_from"]
        if day < self.today:
            raise forms.ValidationError(_now("Задним числом правило не вводят: не раньше сегодняшнего дня."))
        return day

    def clean(self) -> dict[str, Any]:
        """The percents rise."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        percents = [given.get(f"warn_{n}") for n in (1, 2, 3)]
        if None not in percents and percents != sorted(set(percents), key=int):  # type: ignore[arg-type]
            self.add_error("warn_2", _now("Проценты должны расти: например 50, 80, 100."))
        return given

    def change(self) -> Change:
        """What was set. Only after `is_valid`."""
        given = self.cleaned_data
        return Change(
            valid_from=given["valid_from"], title=given["title"], source=given["source"],
            warn_percent=(given["warn_1"], given["warn_2"], given["warn_3"]),
            clocks={rule.kind: self._clock(rule, given) for rule in self.base.clocks},
            approval=given["approval"] == "yes" if "approval" in given else None,
            silence_days=given.get("silence_days"), reopen_days=given.get("reopen_days"),
            reopen_importance_max=given.get("reopen_importance_max"),
            pause_cap=given.get("pause_cap"),
            pause_reasons=self._reasons(given) if "reason0" in given else None,
        )

    def _reasons(self, given: Mapping[str, Any]) -> tuple[PauseReason, ...]:
        """Those with words, in order; one whose words stayed keeps its code, so that old pauses stay named."""
        known = {one.words: one.code for one in (*USUAL, *self.base.pause_reasons)}
        taken, found = set(known.values()), []
        for n in range(REASONS):
            if not (words := given[f"reason{n}"].strip()):
                continue
            code = known.get(words) or next(c for c in (f"own{k}" for k in range(1, 1000)) if c not in taken)
            taken.add(code)
            found.append(PauseReason(code, words, given[f"reason{n}_most"]))
        return tuple(found)

    def reasons(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The rows of reasons, for the page; none where the regime knows no pauses."""
        if "reason0" not in self.fields:
            return []
        return [(self[f"reason{n}"], self[f"reason{n}_most"]) for n in range(REASONS)]

    def _clock(self, rule: ClockRule, given: Mapping[str, Any]) -> ClockChange:
        kind = rule.kind
        by_importance = {
            n: (given[f"{kind}_limit_{n}"], given.get(f"{kind}_unit_{n}") or given[f"{kind}_unit"])
            for n in IMPORTANCES if given.get(f"{kind}_limit_{n}") is not None
        }
        if self.base.regime != "social":
            by_importance = {
                o.importance: (o.limit.amount, o.limit.unit)
                for o in rule.overrides if o.importance is not None and o.theme is None
            }
        return ClockChange(
            amount=given[f"{kind}_limit"], unit=given[f"{kind}_unit"], source=given[f"{kind}_source"],
            pausable=given.get(f"{kind}_pausable", rule.pausable), by_importance=by_importance,
            extension_days=given.get(f"{kind}_extension"),
        )

    def sections(self) -> list[dict[str, Any]]:
        """The fields of each clock, for the page."""
        return [
            {
                "title": TITLES[rule.kind], "condition": rule.condition,
                "limit": self[f"{rule.kind}_limit"], "unit": self[f"{rule.kind}_unit"],
                "source": self[f"{rule.kind}_source"],
                "pausable": self[f"{rule.kind}_pausable"] if f"{rule.kind}_pausable" in self.fields else None,
                "extension": self[f"{rule.kind}_extension"] if f"{rule.kind}_extension" in self.fields else None,
                "rows": [
                    (self[f"{rule.kind}_limit_{n}"], self[f"{rule.kind}_unit_{n}"])
                    for n in IMPORTANCES if f"{rule.kind}_limit_{n}" in self.fields
                ],
                "wrong": any(name.startswith(f"{rule.kind}_limit_") for name in self.errors),
                "of_themes": [o for o in rule.overrides if o.theme],
            }
            for rule in self.base.clocks
        ]


def _initial(base: Policy, today: date) -> dict[str, Any]:
    known: dict[str, Any] = {
        "title": base.title, "source": "", "valid_from": today,
        "warn_1": base.warn_percent[0], "warn_2": base.warn_percent[1], "warn_3": base.warn_percent[2],
        "approval": "yes" if base.approval else "no", "silence_days": base.silence_closes_working_days,
        "reopen_days": base.reopen_days, "reopen_importance_max": base.reopen_importance_max,
        "pause_cap": base.pause_cap,
    }
    for n, one in enumerate(base.pause_reasons or USUAL):
        known |= {f"reason{n}": one.words, f"reason{n}_most": one.most}
    for rule in base.clocks:
        known |= {
            f"{rule.kind}_limit": rule.limit.amount, f"{rule.kind}_unit": rule.limit.unit,
            f"{rule.kind}_source": rule.source, f"{rule.kind}_pausable": rule.pausable,
            f"{rule.kind}_extension": rule.extension.days if rule.extension else None,
        }
        for other in rule.overrides:
            if other.importance is not None and other.theme is None:
                known[f"{rule.kind}_limit_{other.importance}"] = other.limit.amount
                known[f"{rule.kind}_unit_{other.importance}"] = other.limit.unit
        for n in IMPORTANCES:
            known.setdefault(f"{rule.kind}_unit_{n}", rule.limit.unit)
    return known
