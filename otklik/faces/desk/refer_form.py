"""The form by which a case is handed to another program (Open311)."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from otklik.cases.actions.assign import address_of
from otklik.cases.actions.refer import MOST_TEXT
from otklik.cases.models import Case, Referral
from otklik.faces.desk.fields import MISSING, DeskForm, area
from otklik.intake.referring import clients_for
from otklik.together import asked


class ReferForm(DeskForm):
    """What is asked for there, in words of staff, and where."""

    panel = "refer"
    service = forms.ChoiceField(label=_("Программа и услуга"), error_messages=MISSING)
    text = forms.CharField(
        label=_("Что нужно сделать"), max_length=MOST_TEXT, widget=area(3), error_messages=MISSING,
        help_text=_("Своими словами. Слова жителя, имя и телефон туда не уходят."),
    )
    address = forms.CharField(label=_("Место"), max_length=300, required=False)
    with_point = forms.BooleanField(label=_("Передать точку на карте"), required=False, initial=True)
    names_are_fine = forms.BooleanField(label=_("Имён людей здесь нет"), required=False)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clients = clients_for(case)
        known = asked(case, "referrals", referrals_question) if clients else []
        there = {row.account_id for row in known if row.state != Referral.State.FAILED}
        offered = [
            (one.name, [(f"{one.account_id} {code}", name) for code, name in one.services])
            for one in clients if one.account_id not in there
        ]
        self.fields["service"].choices = offered  # type: ignore[attr-defined]
        if case.latitude is None:
            del self.fields["with_point"]

    @property
    def has_choice(self) -> bool:
        """Whether there is any program to hand the case to."""
        return bool(self.fields["service"].choices)  # type: ignore[attr-defined]


def referrals_question(case: Case) -> QuerySet[Referral]:
    """Other programs the case was handed to."""
    return Referral.objects.filter(case=case).select_related("account").order_by("id")


def fresh_form(case: Case) -> ReferForm:
    """The form with the place of the case."""
    return ReferForm(case=case, initial={"address": address_of(case)})
