"""Controls written without a template are Django's own, letter by letter."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from otklik.faces.controls import Controls
from otklik.faces.typed_forms import TypedForm

SIGNS = "<b>\"кавычки\" & 'апостроф'</b>"
ATTRS = {"class": SIGNS, "data-x": mark_safe("a&amp;b"), "required": True, "disabled": False, "maxlength": 2000}
WIDGETS = (
    forms.TextInput, forms.NumberInput, forms.EmailInput, forms.URLInput, forms.PasswordInput, forms.HiddenInput,
    forms.DateInput, forms.DateTimeInput, forms.TimeInput, forms.CheckboxInput, forms.FileInput, forms.Textarea,
    forms.Select, forms.SelectMultiple, forms.RadioSelect, forms.CheckboxSelectMultiple, forms.NullBooleanSelect,
)
VALUES = (None, "", "слово", SIGNS, mark_safe("<i>"), 0, 12345, 1.5, True, False, ("a", "b"), "  края \n")
CHOICES = [
    ("", "—"), (1, gettext_lazy("Да")), (12345, 12345), (SIGNS, SIGNS), (mark_safe("<i>"), mark_safe("<i>")),
    ("Группа <1>", [("a", "А"), ("b", SIGNS)]), (None, "ничего"),
]  # fmt: skip


@pytest.mark.parametrize("kind", WIDGETS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("attrs", [{}, ATTRS], ids=["bare", "attributes"])
def test_a_widget_is_djangos_own(kind: type[forms.Widget], value: Any, attrs: dict[str, Any]):
    widget = kind(choices=CHOICES) if issubclass(kind, forms.widgets.ChoiceWidget) and kind is not (
        forms.NullBooleanSelect) else kind()  # fmt: skip
    given = [value, "b"] if kind in (forms.SelectMultiple, forms.CheckboxSelectMultiple) else value
    ours, theirs = (widget.render("имя<", given, attrs, renderer) for renderer in (Controls(), DjangoTemplates()))
    assert ours == theirs


def _kinds(first: type[forms.BaseForm]) -> set[type[forms.BaseForm]]:
    return {first}.union(*(_kinds(one) for one in first.__subclasses__()))


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_form_of_ours_is_drawn_as_django_draws_it(language: str):
    from django.urls import get_resolver
    from django.utils import translation

    assert get_resolver().url_patterns  # all faces, and so all their forms, are loaded
    drawn = 0
    with translation.override(language):
        for kind in _kinds(TypedForm):
            try:
                ours, theirs = kind(renderer=Controls()), kind(renderer=DjangoTemplates())
            except TypeError:  # wants a thing it is about
                continue
            for name, field in ours.fields.items():
                if isinstance(field, forms.ModelChoiceField):
                    continue
                assert str(ours[name]) == str(theirs[name]), (kind, name)
                drawn += 1
    assert drawn > 150
