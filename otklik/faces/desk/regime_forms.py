"""Forms of registrations and regimes on the case page. A typed day is that day; the hour is not asked for."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from otklik.cases.models import Registration
from otklik.faces.desk.fields import MISSING, Day, DeskForm, area

# On a card of a social network nothing is called an «обращение», so regimes go by their short names.
REGIMES = [
    ("social", _("соцсети и портал")), ("pos", _("ПОС")), ("law59", _("59-ФЗ")), ("law8", _("8-ФЗ")),
]
WHICH = {"required": _("Обновите страницу и попробуйте ещё раз."), "invalid": _("Обновите страницу.")}


def moment_of(day: date | None, *, end: bool = False) -> datetime | None:
    """A typed day as a moment: today is now, another day its beginning, or its last second for a limit."""
    if day is None:
        return None
    now = timezone.localtime()
    if day == now.date() and not end:
        return now
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59) if end else time.min))


class RegisterForm(DeskForm):
    """What another system says of the case."""

    panel = "register"
    regime = forms.ChoiceField(
        label=_("Где зарегистрировано"), choices=Registration.Regime.choices, error_messages=MISSING
    )
    system = forms.CharField(
        label=_("Система"), required=False, max_length=120, help_text=_("Например: СЭД администрации. Можно не писать.")
    )
    number = forms.CharField(
        label=_("Входящий номер"), max_length=100, error_messages={"required": _("Напишите входящий номер.")}
    )
    registered_at = Day(label=_("Зарегистрировано"), required=False)
    received_at = Day(label=_("Поступило"), required=False, help_text=_("Если раньше, чем зарегистрировали."))
    due_at = Day(
        label=_("Срок там"), required=False, help_text=_("Если система его назвала: он важнее нашего расчёта.")
    )
    status = forms.CharField(label=_("Состояние там"), required=False, max_length=120)


class RegistrationForm(DeskForm):
    """A form about one registration of the case."""

    registration = forms.IntegerField(widget=forms.HiddenInput, error_messages=WHICH)


class SentForm(RegistrationForm):
    """«Отправлено, исх. № … от …»."""

    panel = "sent"
    number = forms.CharField(
        label=_("Исходящий номер"), max_length=100, error_messages={"required": _("Напишите исходящий номер.")}
    )
    at = Day(label=_("Когда отправили"))
    signer = forms.CharField(
        label=_("Кто подписал"), max_length=200, error_messages={"required": _("Напишите, кто подписал.")}
    )
    way = forms.ChoiceField(label=_("Как отправили"), choices=Registration.Way.choices, error_messages=MISSING)
    in_spite = forms.CharField(
        label=_("Почему до окончания всех частей"), required=False, max_length=300,
        help_text=_("Нужно, только если не все исполнители закончили."),
    )


class SourceAnsweredForm(RegistrationForm):
    """The other system has answered: its day and its word."""

    panel = "source_answered"
    at = Day(label=_("Когда там ответили"))
    status = forms.CharField(label=_("Состояние там"), required=False, max_length=120)


class NotOursForm(RegistrationForm):
    """Whose matter it is."""

    panel = "not_ours"
    reason = forms.CharField(
        label=_("Чья это компетенция"), max_length=300, error_messages={"required": _("Напишите, чья это компетенция.")}
    )


class ForwardedForm(RegistrationForm):
    """Sent on to whose matter it is."""

    panel = "forwarded"
    to = forms.CharField(
        label=_("Куда переслали"), max_length=300, error_messages={"required": _("Напишите, куда переслали.")}
    )
    number = forms.CharField(
        label=_("Исходящий номер"), max_length=100, error_messages={"required": _("Напишите исходящий номер.")}
    )
    at = Day(label=_("Когда переслали"))
    signer = forms.CharField(
        label=_("Кто подписал"), max_length=200, error_messages={"required": _("Напишите, кто подписал.")}
    )
    notified = forms.BooleanField(label=_("Человека уведомили о пересылке"), required=False)
    not_complained_of = forms.BooleanField(label=_("Это не те, на кого жалуются"), required=False)


class ExtendForm(RegistrationForm):
    """The answer is put off."""

    panel = "extend"
    days = forms.IntegerField(
        label=_("На сколько дней"), min_value=1, max_value=60,
        error_messages={
            "required": _("Укажите число дней."), "invalid": _("Напишите число дней цифрами."),
            "min_value": _("Не меньше одного дня."), "max_value": _("Столько закон не даёт."),
        },
    )
    reason = forms.CharField(
        label=_("Причина"), max_length=500, widget=area(2), help_text=_("Её сообщают тому, кто написал."),
        error_messages={"required": _("Напишите причину.")},
    )
    noticed_at = Day(label=_("Когда отправили уведомление"))
    decided_by = forms.CharField(
        label=_("Кто решил продлить"), required=False, max_length=200,
        help_text=_("По 59-ФЗ решает руководитель или уполномоченный. Если это не вы, напишите должность и фамилию."),
    )


class ExtensionLetterForm(ExtendForm):
    """The notice of it, which is made before it leaves: who decided and when it left are not known yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["noticed_at"].required = False


class ForwardingLetterForm(ForwardedForm):
    """The letters of a forwarding, likewise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("to", "number", "at", "signer"):
            self.fields[name].required = False


class AskExtensionForm(RegistrationForm):
    """From now on the limit of the notice is watched."""

    panel = "ask_extension"


class UnregisterForm(RegistrationForm):
    """Entered by mistake."""

    panel = "unregister"
    reason = forms.CharField(
        label=_("В чём ошибка"), max_length=300, error_messages={"required": _("Напишите, в чём ошибка.")}
    )


class OwnForm(DeskForm):
    """The next number of the body's own register."""

    panel = "register_own"
    register = forms.IntegerField(error_messages={"required": _("Выберите журнал."), "invalid": _("Выберите журнал.")})


class TransferForm(DeskForm):
    """To other rules."""

    panel = "transfer"
    regime = forms.ChoiceField(label=_("В какой режим"), choices=REGIMES, error_messages=MISSING)
    received_at = Day(
        label=_("С какого дня считать"), required=False,
        help_text=_("Когда поступило по этим правилам. Пусто — с этой минуты."),
    )
    reason = forms.CharField(
        label=_("Почему переводите"), max_length=2000, widget=area(2),
        error_messages={"required": _("Напишите, почему переводите.")},
    )


OF_ONE = (SentForm, SourceAnsweredForm, NotOursForm, ForwardedForm, ExtendForm, AskExtensionForm, UnregisterForm)
