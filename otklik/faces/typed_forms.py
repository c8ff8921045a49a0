"""Forms whose words come without the signs that nobody types: NUL, other controls, marks that turn the writing."""

from typing import Any

from django import forms
from django.http import QueryDict

from otklik.typed_text import typed


def visible(sent: QueryDict) -> QueryDict:
    """What was sent, without the invisible signs that nobody types."""
    clean = QueryDict(mutable=True)
    for name, values in sent.lists():
        clean.setlist(name, [typed(value) for value in values])
    return clean


class TypedForm(forms.Form):
    """A form that reads, keeps and gives back only what can be seen. Not for passwords."""

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(visible(data) if data is not None else None, *args, **kwargs)
