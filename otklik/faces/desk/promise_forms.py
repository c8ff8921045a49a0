"""Forms about promises and postponed decisions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.faces.desk.fields import Day, DeskForm, area


class MovePromiseForm(DeskForm):
    """Another day, with the reason that the resident reads."""

    panel = "promise_move"
    until = Day(label=_("Новый срок"))
    reason = forms.CharField(
        label=_("Причина: её прочитает житель"), widget=area(2), max_length=1000,
        error_messages={"required": _("Напишите причину: её прочитает житель.")},
    )


class PromiseReasonForm(DeskForm):
    """Why a promise is taken off."""

    panel = "promise_off"
    reason = forms.CharField(
        label=_("Почему снимаете"), widget=area(2), max_length=1000,
        error_messages={"required": _("Напишите, почему снимаете.")},
    )


class PromiseHeldForm(DeskForm):
    """Why a promise was kept though its case came back."""

    panel = "promise_held"
    reason = forms.CharField(
        label=_("По какому поводу вернулись и почему обещанное сделано"), widget=area(2), max_length=1000,
        error_messages={"required": _("Напишите, по какому поводу вернулись и почему обещанное сделано.")},
    )


class PromiseTitleForm(DeskForm):
    """The words under which everybody sees it."""

    panel = "promise_title"
    title = forms.CharField(label=_("Название для портала"), required=False, max_length=160)


class PostponeForm(DeskForm):
    """Until when, and why."""

    panel = "postpone"
    until = Day(label=_("Плановая дата"))
    reason = forms.CharField(
        label=_("Почему откладываете"), widget=area(2), max_length=1000,
        error_messages={"required": _("Напишите, почему откладываете: причина остаётся в карточке.")},
    )
