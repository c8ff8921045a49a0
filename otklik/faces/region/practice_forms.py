"""Forms of practices: the page itself, who does what by when when it is taken, and short words."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from otklik.faces.desk.fields import Day
from otklik.faces.region.exchange_forms import place_choices
from otklik.faces.typed_forms import TypedForm
from otklik.organisations.models import User
from otklik.practice.practice_taking import MOST_TASKS, Planned
from otklik.practice.practices import MOST_PROBLEM, MOST_STEP, MOST_STEPS, Typed
from otklik.territory.models import Territory

MAX_FILE = 5 * 1024 * 1024


class PracticeForm(TypedForm):
    """One page: what was, what was done in three to five steps, what it costs, by what act, whom to ask."""

    title = forms.CharField(label=gettext_lazy("Название"), max_length=200)
    group = forms.ChoiceField(label=gettext_lazy("О чём"))
    problem = forms.CharField(
        label=gettext_lazy("Что было"), max_length=MOST_PROBLEM, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Без сведений о жителях: практику читает вся сеть."),
    )
    steps = forms.CharField(
        label=gettext_lazy("Что сделали"), max_length=MOST_STEPS * (MOST_STEP + 2),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("От трёх до пяти шагов, каждый с новой строки."),
    )
    cost = forms.CharField(
        label=gettext_lazy("Сколько стоит"), max_length=200, help_text=gettext_lazy("Например: ничего; 40 тысяч в год")
    )
    act = forms.CharField(
        label=gettext_lazy("Каким местным актом оформили"), max_length=300, required=False,
        help_text=gettext_lazy("Номер и дата; если акта нет, оставьте пустым."),
    )
    file = forms.FileField(
        label=gettext_lazy("Акт или образец (DOCX, PDF)"), required=False,
        help_text=gettext_lazy("PDF до 5 МБ, DOCX до 3 МБ, без макросов. Прежний файл останется, если нового нет."),
    )
    contact = forms.TypedChoiceField(
        label=gettext_lazy("У кого спросить"), coerce=int, required=False, empty_value=None
    )
    place = forms.TypedChoiceField(label=gettext_lazy("Чья практика"), coerce=int, required=False, empty_value=None)
    version = forms.IntegerField(
        required=False, widget=forms.HiddenInput, error_messages={"invalid": gettext_lazy("Обновите страницу.")}
    )

    def __init__(
        self, *args: Any, groups: dict[str, str], people: list[User], places: list[Territory], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = [("", "—"), *groups.items()]  # type: ignore[attr-defined]
        self.fields["contact"].choices = _people(people, gettext_lazy("никого не называть"))  # type: ignore[attr-defined]
        if places:
            self.fields["place"].choices = place_choices(places, "—")[1:]  # type: ignore[attr-defined]
        else:
            del self.fields["place"]

    def clean_file(self) -> Any:
        """A file of the two kinds that can be read everywhere, by its first bytes; the gate looks inside."""
        sent = self.cleaned_data.get("file")
        if sent is None:
            return None
        if sent.size > MAX_FILE:
            raise forms.ValidationError(gettext_lazy("Файл больше 5 МБ."))
        content = sent.read()
        if not content.startswith((b"PK\x03\x04", b"%PDF-")):
            raise forms.ValidationError(gettext_lazy("Это не DOCX и не PDF."))
        return sent.name, content

    def typed(self) -> Typed:
        """What the gate takes. Of a valid form."""
        given = self.cleaned_data
        return Typed(
            given["title"], given["group"], given["problem"], given["steps"], given["cost"], given["act"],
            given["contact"], given["file"],
        )


class TakeForm(TypedForm):
    """Up to five dated tasks of named people: a step a week is proposed, and whoever is alone in the centre."""

    place = forms.TypedChoiceField(label=gettext_lazy("Какой центр берёт"), coerce=int)

    def __init__(
        self, *args: Any, steps: list[str], people: list[User], places: list[Territory], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = place_choices(places, "—")[1:]  # type: ignore[attr-defined]
        alone, today = people[0].pk if len(people) == 1 else None, timezone.localdate()
        for number in range(1, MOST_TASKS + 1):
            told = steps[number - 1] if number <= len(steps) else ""
            self.fields[f"what_{number}"] = forms.CharField(
                label=gettext_lazy("Что сделать"), max_length=300, required=False, initial=told
            )
            self.fields[f"who_{number}"] = forms.TypedChoiceField(
                label=gettext_lazy("Кто"), coerce=int, required=False, empty_value=None, choices=_people(people, "—"),
                initial=alone if told else None,
            )
            self.fields[f"due_{number}"] = Day(
                label=gettext_lazy("К какому дню"), required=False,
                initial=today + timedelta(weeks=number) if told else None,
            )

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        """The fields of each task, together."""
        return [
            (self[f"what_{n}"], self[f"who_{n}"], self[f"due_{n}"]) for n in range(1, MOST_TASKS + 1)
        ]  # fmt: skip

    def planned(self) -> list[Planned]:
        """The tasks of a valid form; a row without words is none."""
        given = self.cleaned_data
        return [
            Planned(given[f"what_{n}"], given[f"who_{n}"], given[f"due_{n}"])
            for n in range(1, MOST_TASKS + 1) if given[f"what_{n}"].strip()
        ]  # fmt: skip


class WordsForm(TypedForm):
    """One line: what was done, or why."""

    words = forms.CharField(label=gettext_lazy("Что вышло, одной строкой"), max_length=500)


class ReasonForm(TypedForm):
    """Why it is given back, or put aside."""

    reason = forms.CharField(label=gettext_lazy("Почему"), max_length=500)


class InUseForm(TypedForm):
    """«Ещё пользуетесь?»"""

    in_use = forms.TypedChoiceField(
        label=gettext_lazy("Ещё пользуетесь?"), choices=[("yes", gettext_lazy("да")), ("no", gettext_lazy("нет"))],
        widget=forms.RadioSelect, coerce=lambda one: one == "yes",
        error_messages={"required": gettext_lazy("Выберите «да» или «нет».")},
    )
    why = forms.CharField(label=gettext_lazy("Почему"), max_length=500, required=False)


def _people(people: list[User], empty: str | Promise) -> list[tuple[Any, Any]]:
    return [("", empty), *((one.pk, f"{one.full_name}, {one.position}".rstrip(", ")) for one in people)]
