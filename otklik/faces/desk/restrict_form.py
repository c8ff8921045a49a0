"""The form of restricted access: a reason for colleagues."""

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.faces.desk.fields import DeskForm, area


class RestrictForm(DeskForm):
    """Why the access is restricted."""

    panel = "restrict"
    reason = forms.CharField(
        label=_("Почему, если нужно пояснить"), required=False, widget=area(2), max_length=2000
    )


class OpenUpForm(RestrictForm):
    """Why it is opened again."""

    panel = "open_up"
