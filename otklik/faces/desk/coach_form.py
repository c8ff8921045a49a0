"""What comes with an answer besides its text: why it goes out in spite of what was found, and the promises of it."""

import hashlib
from datetime import date, datetime
from typing import NamedTuple

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.answers.promising import Proposed, Taken, proposed_in
from otklik.failures import BadInput


class Vouched(forms.CharField):
    """Why the answer goes out although something grave was found."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Почему отправляете так"), required=False, max_length=500,
            help_text=gettext_lazy("Нужно, только если серьёзное замечание не поправить. Слова останутся в карточке."),
        )


class Offer(NamedTuple):
    """A proposed promise as the page shows it: its words, its day as it was typed or found, whether it is taken."""

    key: str
    words: str
    until: str
    taken: bool


def key_of(words: str) -> str:
    """A proposal keeps its box while the text around it changes: its name comes from its words."""
    return hashlib.sha256(words.encode()).hexdigest()[:10]


def offers_of(text: str, posted: QueryDict, now: datetime, promised_for: date | None) -> list[Offer]:
    """The promises found in a text, each as the person has left it. Undated ones wait for a day, unticked."""
    return [_offer(one, posted) for one in proposed_in(text, now, promised_for)]


def _offer(one: Proposed, posted: QueryDict) -> Offer:
    key = key_of(one.words)
    found = one.until.isoformat() if one.until else ""
    if f"promise_seen_{key}" not in posted:
        return Offer(key, one.words, found, bool(found))
    typed = posted.get(f"promise_until_{key}", "") or found
    return Offer(key, one.words, typed, f"promise_{key}" in posted)


def taken_of(text: str, posted: QueryDict, now: datetime, promised_for: date | None) -> list[Taken]:
    """The promises that are taken down with the publication. Raises `BadInput` for a ticked one without a day."""
    taken = []
    for one in offers_of(text, posted, now, promised_for):
        if not one.taken:
            continue
        try:
            day = date.fromisoformat(one.until)
        except ValueError as error:
            raise BadInput(
                _("Назовите день для обещания «%(words)s» или снимите с него отметку.") % {"words": one.words[:80]},
                "text",
            ) from error
        taken.append(Taken(day, one.words))
    return taken
