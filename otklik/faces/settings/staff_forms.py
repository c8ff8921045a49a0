"""Forms about staff."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.faces.settings.access import Scopes, place_choices
from otklik.faces.typed_forms import TypedForm
from otklik.organisations.models import RoleAssignment

ROLE_ROWS = 4  # places for roles on the invitation; more are given on the person's page
ROLE_CHOICES = [("", "—"), *RoleAssignment.Role.choices]


class PersonForm(TypedForm):
    """How a person is called and reached."""

    full_name = forms.CharField(label=_("Фамилия, имя, отчество"), max_length=200)
    position = forms.CharField(label=_("Должность"), max_length=200, required=False)
    phone = forms.CharField(label=_("Телефон"), max_length=40, required=False)
    email = forms.EmailField(label=_("Почта"), required=False)


class InviteForm(PersonForm):
    """A new person with roles in one or several places."""

    username = forms.CharField(
        label=_("Имя для входа"), max_length=150, help_text=_("Латинскими буквами, например ivanova."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    field_order = ("full_name", "username", "position", "phone", "email")

    def __init__(self, *args: Any, scopes: Scopes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [("", "—"), *place_choices(scopes)]
        for n in range(ROLE_ROWS):
            self.fields[f"role_{n}"] = forms.ChoiceField(label=_("Роль"), choices=ROLE_CHOICES, required=False)
            self.fields[f"place_{n}"] = forms.ChoiceField(label=_("Где"), choices=chosen, required=False)

    def role_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The pairs of fields, for the template."""
        return [(self[f"role_{n}"], self[f"place_{n}"]) for n in range(ROLE_ROWS)]

    def person_fields(self) -> list[forms.BoundField]:
        """The other fields in order."""
        return [self[name] for name in self.field_order]

    def roles(self) -> list[tuple[str, int]]:
        """The roles that were chosen."""
        rows = [(self.cleaned_data[f"role_{n}"], self.cleaned_data[f"place_{n}"]) for n in range(ROLE_ROWS)]
        return [(role, int(place)) for role, place in rows if role and place]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for n in range(ROLE_ROWS):
            role, place = cleaned.get(f"role_{n}"), cleaned.get(f"place_{n}")
            if role and not place:
                self.add_error(f"place_{n}", _("Выберите, где эта роль."))
            if place and not role:
                self.add_error(f"role_{n}", _("Выберите роль."))
        if not self.errors and not any(cleaned.get(f"role_{n}") for n in range(ROLE_ROWS)):
            self.add_error("role_0", _("Выберите хотя бы одну роль и место."))
        return cleaned


class RoleForm(TypedForm):
    """One more role of a person."""

    role = forms.ChoiceField(label=_("Роль"), choices=ROLE_CHOICES)
    place = forms.ChoiceField(label=_("Где"))
    since = forms.DateField(
        label=_("С какого дня"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, *args: Any, scopes: Scopes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [("", "—"), *place_choices(scopes)]  # type: ignore[attr-defined]
