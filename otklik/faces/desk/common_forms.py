"""Forms of one answer to a problem."""

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.answers.models import Answer
from otklik.answers.templating import MAX_TEMPLATE
from otklik.faces.desk.fields import Day, DeskForm, area


class CommonForm(DeskForm):
    """The text for all, with placeholders."""

    panel = "common"
    text = forms.CharField(
        label=_("Ответ всем"), widget=area(8, **{"data-keep": "common"}), max_length=MAX_TEMPLATE,
        error_messages={
            "required": _("Напишите текст ответа."),
            "max_length": _("Слишком длинно: не больше %(limit_value)s знаков, сейчас %(show_value)s."),
        },
    )
    kind = forms.ChoiceField(
        label=_("Вид ответа"), choices=Answer.Kind.choices, widget=forms.RadioSelect, initial=Answer.Kind.FINAL
    )
    promised_for = Day(
        label=_("Обещаем к дате"), required=False,
        help_text=_("Для промежуточного ответа: когда ответите окончательно."),
    )
    names_are_fine = forms.BooleanField(label=_("Имён жителей здесь нет"), required=False)
    base_version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class CommonApproveForm(DeskForm):
    """The next step for the whole text."""

    panel = "common_approve"
    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("Если согласовали устно"), required=False, max_length=300,
        help_text=_("Кем и когда, например «глава, по телефону, 12 июня 14:30»."),
    )
    in_spite = forms.CharField(
        label=_("Почему отправляете, несмотря на замечания"), required=False, widget=area(2), max_length=300,
        help_text=_("Нужно только при серьёзных замечаниях."),
    )


class CommonReasonForm(DeskForm):
    """What is to be changed, or why an approval is taken back."""

    panel = "common_reason"
    reason = forms.CharField(
        label=_("Причина"), widget=area(2), max_length=300, error_messages={"required": _("Напишите причину.")}
    )


class CommonSendForm(DeskForm):
    """The version that was read, and the cases that do not get it."""

    panel = "common_send"
    version = forms.IntegerField(widget=forms.HiddenInput)
    but = forms.TypedMultipleChoiceField(required=False, coerce=int)
    in_spite = forms.CharField(
        label=_("Почему отправляете, несмотря на замечания"), required=False, widget=area(2), max_length=300,
        help_text=_("Нужно только при серьёзных замечаниях."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["but"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        given = self.data.getlist("but") if hasattr(self.data, "getlist") else []
        field.choices = [(one, one) for one in given if one.isascii() and one.isdecimal() and len(one) < 19]
