"""Forms of the exchange of experience: a meeting, its words, what is taken, the guest's sheet, another's file."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.faces.typed_forms import TypedForm
from otklik.practice.allowed import centre_name
from otklik.practice.exchanges import WORDS, Meeting
from otklik.practice.models import MOST_TAKEN, Exchange, TrustedRegion
from otklik.practice.packet_reading import TakenRow
from otklik.territory.models import Territory

Choices = Sequence[tuple[object, object]]


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def place_choices(places: Sequence[Territory], empty: object) -> Choices:
    """Centres to choose from, first what an empty choice means."""
    return [("", empty), *((one.pk, centre_name(one)) for one in places)]


class MoveForm(TypedForm):
    """When, how and about what."""

    topic = forms.CharField(
        label=gettext_lazy("О чём"), max_length=200,
        help_text=gettext_lazy("Например: ответы о снеге за один день"),
    )
    way = forms.ChoiceField(
        label=gettext_lazy("Как"), choices=Exchange.Way.choices, widget=forms.RadioSelect, initial=Exchange.Way.CALL
    )
    begins_at = forms.DateTimeField(label=gettext_lazy("Начало"), widget=_moment())
    ends_at = forms.DateTimeField(label=gettext_lazy("Конец"), widget=_moment())
    where = forms.CharField(
        label=gettext_lazy("Ссылка или адрес"), max_length=300, required=False,
        help_text=gettext_lazy("Ссылка на видеосвязь или место выезда. Можно дописать позже."),
    )

    def meeting(self, **more: Any) -> Meeting:
        """What was typed, for the gate."""
        given = self.cleaned_data
        sides = {"host_id": None, "guest_id": None, "outside_name": "", "partner_id": None} | more
        return Meeting(
            given["topic"], given["way"], sides["host_id"], sides["guest_id"], given["begins_at"], given["ends_at"],
            sides["outside_name"], sides["partner_id"], given["where"],
        )


class PlanForm(MoveForm):
    """A new meeting."""

    host = forms.TypedChoiceField(label=gettext_lazy("Кто показывает"), coerce=int, required=False, empty_value=None)
    guest = forms.TypedChoiceField(label=gettext_lazy("Кто в гостях"), coerce=int, required=False, empty_value=None)
    outside_name = forms.CharField(
        label=gettext_lazy("Кто из другой области"), max_length=200, required=False,
        help_text=gettext_lazy("Пишите, только если одна из сторон не из вашей области."),
    )
    partner = forms.TypedChoiceField(
        label=gettext_lazy("У них есть Отклик"), coerce=int, required=False, empty_value=None,
        help_text=gettext_lazy("Область, чей ключ добавил администратор. Без неё гостю готовится пакет PDF и DOCX."),
    )
    field_order = ("host", "guest", "outside_name", "partner", "topic", "way", "begins_at", "ends_at", "where")

    def __init__(
        self, *args: Any, places: Sequence[Territory], partners: Sequence[TrustedRegion], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        outside = _("из другой области")
        self.fields["host"].choices = place_choices(places, outside)  # type: ignore[attr-defined]
        self.fields["guest"].choices = place_choices(places, outside)  # type: ignore[attr-defined]
        known: Choices = [("", _("нет")), *((one.pk, one.name) for one in partners)]
        self.fields["partner"].choices = known  # type: ignore[attr-defined]

    def planned(self) -> Meeting:
        """What was typed, with both sides."""
        given = self.cleaned_data
        return self.meeting(
            host_id=given["host"], guest_id=given["guest"], outside_name=given["outside_name"],
            partner_id=given["partner"],
        )


class VersionForm(TypedForm):
    """Carries the version that was on the page when somebody began to type."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class WordsForm(VersionForm):
    """Before the meeting."""

    programme = forms.CharField(
        label=gettext_lazy("Программа, пункт на строке"), max_length=WORDS["programme"], required=False, widget=_area(6)
    )
    host_people = forms.CharField(
        label=gettext_lazy("Участники хозяина, по одному на строке"), max_length=WORDS["host_people"], required=False,
        widget=_area(3),
    )
    guest_people = forms.CharField(
        label=gettext_lazy("Участники гостя, по одному на строке"), max_length=WORDS["guest_people"], required=False,
        widget=_area(3),
    )
    questions = forms.CharField(
        label=gettext_lazy("Вопросы гостя, по одному на строке"), max_length=WORDS["questions"], required=False,
        widget=_area(6),
    )


class AfterForm(VersionForm):
    """After the meeting."""

    minutes = forms.CharField(
        label=gettext_lazy("О чём говорили"), max_length=WORDS["minutes"], required=False, widget=_area(6)
    )
    press = forms.CharField(
        label=gettext_lazy("Новость для сайта"), max_length=WORDS["press"], required=False, widget=_area(5),
        help_text=gettext_lazy("Пусто — программа напишет её сама по карточке."),
    )
    photo = forms.FileField(label=gettext_lazy("Фото к новости"), required=False, widget=forms.FileInput(
        attrs={"accept": "image/*"}))  # fmt: skip


class TakeForm(TypedForm):
    """«Берём»."""

    what = forms.CharField(label=gettext_lazy("Что берём"), max_length=300)
    place = forms.TypedChoiceField(label=gettext_lazy("Какой центр"), coerce=int)
    responsible = forms.TypedChoiceField(
        label=gettext_lazy("Кто сделает"), coerce=int, required=False, empty_value=None
    )
    name = forms.CharField(
        label=gettext_lazy("или имя"), max_length=200, required=False,
        help_text=gettext_lazy("Если человека нет в программе."),
    )
    due = forms.DateField(label=gettext_lazy("К какому дню"), widget=_day())

    def __init__(self, *args: Any, places: Choices, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places  # type: ignore[attr-defined]
        self.fields["responsible"].choices = [("", "—"), *people]  # type: ignore[attr-defined]


class SheetForm(TypedForm):
    """The sheet of a guest without Otklik, typed in."""

    people = forms.CharField(
        label=gettext_lazy("Участники, по одному на строке"), max_length=4000, required=False, widget=_area(4)
    )
    questions = forms.CharField(
        label=gettext_lazy("О чём хотят спросить, по одному на строке"), max_length=6000, required=False,
        widget=_area(4),
    )
    words = forms.CharField(
        label=gettext_lazy("Что стоило бы показать иначе"), max_length=6000, required=False, widget=_area(3)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_TAKEN + 1):
            self.fields[f"what{number}"] = forms.CharField(
                label=_("Берут %(n)s") % {"n": number}, max_length=300, required=False
            )
            self.fields[f"who{number}"] = forms.CharField(label=_("Кто"), max_length=200, required=False)
            self.fields[f"due{number}"] = forms.DateField(label=_("Срок"), required=False, widget=_day())

    def clean(self) -> dict[str, Any]:
        """A thing without a name or a day is half a promise."""
        given = super().clean() or self.cleaned_data
        for number in range(1, MOST_TAKEN + 1):
            what, who = given.get(f"what{number}"), given.get(f"who{number}")
            due = given.get(f"due{number}")
            if (what or who or due) and not (what and who and due) and not self.errors:
                self.add_error(f"what{number}", _("Нужны все три: что берут, кто и к какому дню."))
        return given

    def taken(self) -> list[TakenRow]:
        """The things that are named."""
        given = self.cleaned_data
        return [
            TakenRow(given[f"what{n}"], given[f"who{n}"], given[f"due{n}"])
            for n in range(1, MOST_TAKEN + 1) if given.get(f"what{n}")
        ]

    def taken_fields(self) -> list[list[forms.BoundField]]:
        """The fields of each thing together, for the page."""
        return [[self[f"{name}{n}"] for name in ("what", "who", "due")] for n in range(1, MOST_TAKEN + 1)]


class SheetFileForm(TypedForm):
    """The filled sheet."""

    file = forms.FileField(
        label=gettext_lazy("Заполненный лист (DOCX)"),
        widget=forms.FileInput(attrs={"accept": ".docx"}),
        help_text=gettext_lazy("Программа впишет его в поля ниже; проверьте и нажмите «Внести»."),
    )


class PacketForm(TypedForm):
    """The file of another region."""

    file = forms.FileField(label=gettext_lazy("Файл обмена (.otklik)"))
    place = forms.TypedChoiceField(
        label=gettext_lazy("Кого из наших приглашают"), coerce=int, required=False, empty_value=None,
        help_text=gettext_lazy("Для приглашения. Для листа гостя не нужно: карточка уже есть."),
    )

    def __init__(self, *args: Any, places: Sequence[Territory], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = place_choices(places, "—")  # type: ignore[attr-defined]


def local_minute(at: datetime) -> datetime:
    """A moment without its seconds, as the control shows it."""
    return at.replace(second=0, microsecond=0)
