"""A form and its gate: what the gate refuses stands in the form; where the form is gone meanwhile, above the page."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from otklik.failures import BadInput, Failure, NotYours

Made = TypeVar("Made")


def show_failure(form: forms.Form, failure: Failure) -> None:
    """Put what a gate refused beside its field, or above the form."""
    field = failure.field if isinstance(failure, BadInput) else ""
    form.add_error(field if field in form.fields else None, str(failure))


def made_by(form: forms.Form, gate: Callable[[dict[str, Any]], Made]) -> Made | None:
    """What the gate made of what was typed. None where the form is not sent or wrong, or the gate refused: why stands
    in the form then.

    `NotYours` goes on to whoever shows that nothing is here.
    """
    if not form.is_valid():
        return None
    try:
        return gate(form.cleaned_data)
    except NotYours:
        raise
    except Failure as failure:
        show_failure(form, failure)
        return None


def accepted(form: forms.Form, gate: Callable[[dict[str, Any]], object]) -> bool:
    """The same of a gate that makes nothing to be shown: whether it took what was typed."""
    return made_by(form, lambda given: (gate(given),)) is not None


def say_refused(request: HttpRequest, form: forms.Form) -> None:
    """Put the first thing that is wrong with a form over the page; beside its field it stands where the form does."""
    for words in form.errors.values():
        messages.error(request, str(words[0]))
        return
