"""The form of a card of personal reception."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.cases.models import Reception, Register
from otklik.faces.desk.fields import Day, DeskForm, area
from otklik.organisations.models import Organisation


class ReceptionForm(DeskForm):
    """Who received whom, what was said, and what it ended with."""

    panel = "reception"
    key = forms.CharField(widget=forms.HiddenInput, required=False)  # a wrong one is replaced, and the form goes on
    body = forms.TypedChoiceField(
        label=_("Чей приём"), coerce=int,
        error_messages={
            "required": _("Выберите организацию."), "invalid_choice": _("Выберите организацию из списка."),
        },
    )
    held_at = Day(label=_("День приёма"))
    official = forms.CharField(
        label=_("Кто принимал"), max_length=200, error_messages={"required": _("Напишите, кто принимал.")}
    )
    post = forms.CharField(
        label=_("Должность"), max_length=200,
        error_messages={"required": _("Напишите должность того, кто принимал.")},
    )
    name = forms.CharField(
        label=_("Кто пришёл: фамилия, имя, отчество"), max_length=200,
        error_messages={"required": _("Напишите фамилию, имя и отчество того, кто пришёл.")},
    )
    identified = forms.BooleanField(label=_("Предъявил документ"), required=False, initial=True)
    phone = forms.CharField(
        label=_("Телефон"), required=False, max_length=40, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    territory = forms.IntegerField(error_messages={"required": _("Выберите место из списка.")})
    street = forms.CharField(label=_("Улица"), required=False, max_length=150)
    house = forms.CharField(label=_("Дом"), required=False, max_length=30)
    essence = forms.CharField(
        label=_("С чем пришёл"), widget=area(5), max_length=20_000,
        error_messages={"required": _("Запишите, с чем пришёл человек.")},
    )
    written = forms.BooleanField(
        label=_("Передал письменное обращение"), required=False,
        help_text=_("Его регистрируют, и ответ тоже письменный (59-ФЗ, статья 13, часть 4)."),
    )
    outcome = forms.ChoiceField(
        label=_("Чем кончился приём"), choices=Reception.Outcome.choices, widget=forms.RadioSelect,
        initial=Reception.Outcome.WRITTEN, error_messages={"required": _("Выберите, чем кончился приём.")},
    )
    consent = forms.BooleanField(
        label=_("Согласен на устный ответ"), required=False,
        help_text=_("Без согласия устно не отвечают (статья 13, часть 3)."),
    )
    told = forms.CharField(
        label=_("Что сказали человеку"), required=False, max_length=10_000, widget=area(3),
        help_text=_("Устный ответ, куда обратиться или почему отказано."),
    )
    earlier = forms.CharField(
        label=_("Номер и день прежнего ответа"), required=False, max_length=200,
        help_text=_("Только при отказе: ответ по существу, который уже давали (статья 13, часть 6)."),
    )
    register = forms.TypedChoiceField(
        label=_("Зарегистрировать письменный ответ"), coerce=int, required=False, empty_value=None,
        help_text=_("Если журнал ведётся здесь. Иначе внесите номер из СЭД на карточке."),
    )

    def __init__(
        self, *args: Any, bodies: Sequence[Organisation], registers: Sequence[Register], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = [("", "—"), *((one.pk, one.short_name) for one in bodies)]  # type: ignore[attr-defined]
        self.fields["register"].choices = [  # type: ignore[attr-defined]
            ("", _("нет, номер даст другая система")),
            *((one.pk, f"{one.get_regime_display()} · {one.body.short_name}") for one in registers),
        ]
