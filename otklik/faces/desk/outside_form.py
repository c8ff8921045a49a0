"""The form for a number of a case in another system."""

from django import forms
from django.utils.translation import gettext_lazy

from otklik.faces.desk.fields import MISSING, DeskForm


class OutsideNumberForm(DeskForm):
    """Which system, and which number there."""

    panel = "outside_number"
    system = forms.CharField(
        label=gettext_lazy("Система"), max_length=80, error_messages=MISSING,
        widget=forms.TextInput(attrs={"list": "outside-systems", "autocomplete": "off"}),
    )
    number = forms.CharField(label=gettext_lazy("Номер там"), max_length=180, error_messages=MISSING)
    url = forms.CharField(label=gettext_lazy("Ссылка, если есть"), max_length=500, required=False)
