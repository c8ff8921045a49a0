"""Forms about an answer beyond its text."""

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.faces.desk.fields import DeskForm, area


class WithdrawForm(DeskForm):
    """An approval is taken back."""

    panel = "withdraw"
    reason = forms.CharField(
        label=_("Почему отзываете"),
        widget=area(2),
        max_length=300,
        error_messages={"required": _("Напишите, почему отзываете согласование.")},
    )
