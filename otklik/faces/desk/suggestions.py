"""What triage proposed for a case, with its reasons, ready to be shown and taken by one key."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from otklik.cases.executors import Proposal, proposals
from otklik.cases.models import Case
from otklik.cases.responsibility import map_question
from otklik.classifier.models import Theme
from otklik.faces.desk.danger_words import danger_spans
from otklik.faces.desk.place_guess import PlaceGuess, place_guess
from otklik.organisations.models import Organisation
from otklik.together import asked


@dataclass(frozen=True)
class ThemeGuess:
    """A proposed theme: its key on the keyboard, and the words of the text that speak for it."""

    key: int
    theme: Theme
    words: tuple[str, ...]
    p: float | None = None


@dataclass(frozen=True)
class Suggestions:
    """Everything proposed. `spans` are (start, end, why) in characters of the case's text."""

    themes: tuple[ThemeGuess, ...]
    spans: tuple[tuple[int, int, str], ...]
    executor: Organisation | None
    executor_why: str
    place: PlaceGuess | None = None
    abstains: bool = False  # the reader says «не знаю»: a person chooses
    more_executors: tuple[Proposal, ...] = ()


def suggestions_of(case: Case) -> Suggestions:
    """The suggestions of a case. At most three queries; nothing about an erased or edited text is trusted."""
    kept: dict[str, Any] = case.suggestion or {}
    codes = guessed_codes(case)
    known = {theme.code: theme for theme in asked(case, "themes", themes_question)} if codes else {}
    guesses: list[ThemeGuess] = []
    spans: list[tuple[int, int, str]] = []
    for guess in kept.get("themes", []):
        theme = known.get(guess.get("code", ""))
        if theme is None:
            continue
        found = [(s, e) for s, e in guess.get("spans", []) if 0 <= s < e <= len(case.text)]
        words = tuple(dict.fromkeys(case.text[s:e] for s, e in found))
        guesses.append(ThemeGuess(len(guesses) + 1, theme, words, guess.get("p")))
        if case.theme_id in (None, theme.pk):
            spans += [(s, e, theme.name) for s, e in found]
    place, lit = place_guess(case)
    lit = danger_spans(case) + lit
    spans = lit + [one for one in spans if not any(one[0] < end and start < one[1] for start, end, _why in lit)]
    theme = case.theme or (guesses[0].theme if guesses else None)
    of_map = asked(case, "map", lambda of: map_question(of, codes, scopes_of(of)))
    offered = proposals(case, theme, scopes_of(case), of_map)
    first = offered[0] if offered else None
    doubt = bool(kept.get("abstains")) and bool(guesses) and guesses[0].p is not None
    return Suggestions(
        tuple(guesses), tuple(spans), first.organisation if first else None, first.why if first else "", place, doubt,
        tuple(offered[1:]),
    )


def guessed_codes(case: Case) -> list[str]:
    """The codes of the themes that triage proposes."""
    return [guess.get("code", "") for guess in (case.suggestion or {}).get("themes", [])]


def themes_question(case: Case) -> QuerySet[Theme]:
    """Those themes, of whatever edition knows them last."""
    named = Theme.objects.filter(code__in=guessed_codes(case), retired=False)
    return named.select_related("group").order_by("version")


def scopes_of(case: Case) -> list[int]:
    """Narrowest first: the scope, its municipality, the region above."""
    scope = case.scope
    chain = [scope.pk, scope.municipality_id, scope.parent_id]
    return list(dict.fromkeys(one for one in chain if one))
