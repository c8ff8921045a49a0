"""Forms of works announced in advance. They read types; whether a thing may be done is the gates' to say."""

from collections.abc import Sequence

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from otklik.cases.planned import kinds
from otklik.faces.desk.fields import MISSING, DeskForm, Moment, area
from otklik.organisations.models import Organisation
from otklik.territory.models import Territory


class WorksForm(DeskForm):
    """What, where, from when till when."""

    panel = "works"
    kind = forms.ChoiceField(label=_("Что будет"), error_messages=MISSING)
    territory = forms.TypedChoiceField(label=_("Где"), coerce=int, error_messages=MISSING)
    places = forms.CharField(
        label=_("Улицы и дома"), required=False, max_length=20_000, widget=area(3),
        help_text=_("Улица на строке, дома после двоеточия: «Мира: 1–15, 20». Пусто — всё это место."),
    )
    begins_at = Moment(label=_("Начало"))
    ends_at = Moment(label=_("Окончание"))
    organisation = forms.TypedChoiceField(
        label=_("Кто ведёт работы"), required=False, coerce=int, empty_value=None, error_messages=MISSING
    )
    reason = forms.CharField(label=_("Причина"), required=False, max_length=300)
    ready_text = forms.CharField(
        label=_("Готовый ответ"), required=False, max_length=4000, widget=area(3),
        help_text=_("Чем отвечать тем, кто напишет. Пусто — программа составит из сведений выше."),
    )

    def __init__(
        self, places: Sequence[Territory], firms: Sequence[Organisation], data: QueryDict | None = None
    ) -> None:
        super().__init__(data)
        choices = {
            "kind": [(kind.code, kind.name) for kind in kinds().values()],
            "territory": [(place.pk, place.short_name) for place in places],
            "organisation": [("", "—"), *((one.pk, one.short_name) for one in firms)],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]


class ScheduleForm(DeskForm):
    """A schedule in a sheet, and the place it is about."""

    panel = "schedule"
    territory = forms.TypedChoiceField(label=_("О каком месте график"), coerce=int, error_messages=MISSING)
    file = forms.FileField(
        label=_("Таблица"), error_messages=MISSING | {"empty": _("Файл пустой.")},
        help_text=_("XLSX, ODS, XLS или CSV до 5 МБ. Нужны столбцы «Улица» и «Начало»; узнаём также дома, окончание, "
                    "населённый пункт, вид работ, причину, организацию."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.ods,.xls,.csv"}),
    )

    def __init__(self, places: Sequence[Territory], data: QueryDict | None = None, files: object = None) -> None:
        super().__init__(data, files=files)
        self.fields["territory"].choices = [(p.pk, p.short_name) for p in places]  # type: ignore[attr-defined]


class MoveWorksForm(DeskForm):
    """Other hours, and why."""

    panel = "move_works"
    ends_at = Moment(label=_("Новое окончание"))
    reason = forms.CharField(
        label=_("Почему"), max_length=300, error_messages=MISSING, help_text=_("Это увидят жители.")
    )


class CancelWorksForm(DeskForm):
    """Why they will not be."""

    panel = "cancel_works"
    reason = forms.CharField(
        label=_("Почему отменены"), max_length=300, error_messages=MISSING, help_text=_("Это увидят жители.")
    )
