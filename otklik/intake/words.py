"""Outside words of a run: a theme or organisation is taken when its word is known, else the word waits for a person."""

from collections import Counter
from collections.abc import Sequence

from django.db import connection

from otklik.classifier.loading import current
from otklik.classifier.models import Theme
from otklik.intake.models import OutsideWord, SheetProfile, WordUse
from otklik.organisations.models import Organisation
from otklik.territory.models import Territory
from otklik.territory.naming import name_key
from otklik.territory.tree import region

Kind = OutsideWord.Kind


class Words:
    """The mapping table of a profile, kept at hand for one run. Words equal to our own names map themselves."""

    def __init__(self, profile: SheetProfile, into: Territory) -> None:
        self._profile = profile
        stored = OutsideWord.objects.select_related("theme", "organisation").filter(profile=profile)
        self._known = {(w.kind, w.word): w for w in stored}
        themes = Theme.objects.filter(version=current(), retired=False)
        self._themes = {name_key(t.name): t for t in themes}
        places = [into.pk, into.municipality_id, region().pk]
        self._organisations = {
            name_key(name): o
            for o in Organisation.objects.filter(territory_id__in=[p for p in places if p], active=True)
            for name in (o.name, o.short_name)
        }
        self._seen: Counter[int] = Counter()

    def theme(self, word: str) -> OutsideWord | None:
        """The word's row (made if new), with its theme or without; None for an empty word."""
        return self._row(Kind.THEME, word)

    def organisation(self, word: str) -> OutsideWord | None:
        """The same for an organisation. Nothing here ever makes an organisation."""
        return self._row(Kind.ORGANISATION, word)

    def known_theme(self, word: str) -> Theme | None:
        """The theme that a word means already; nothing is made."""
        row = self._known.get((Kind.THEME, word))
        return row.theme if row is not None else self._themes.get(name_key(word)) if word else None

    def known_organisation(self, word: str) -> Organisation | None:
        """The organisation that a word means already."""
        row = self._known.get((Kind.ORGANISATION, word))
        return row.organisation if row is not None else self._organisations.get(name_key(word)) if word else None

    def meant_organisation(self, word: str) -> Organisation | None:
        """The same for a row that came before; an unknown word is noted, to be said by a person."""
        known = self.known_organisation(word)
        if known is None and word and (Kind.ORGANISATION, word) not in self._known:
            self._row(Kind.ORGANISATION, word)
        return known

    def _row(self, kind: str, word: str) -> OutsideWord | None:
        if not word:
            return None
        row = self._known.get((kind, word))
        if row is None:
            row, _new = OutsideWord.objects.select_related("theme", "organisation").get_or_create(
                profile=self._profile, kind=kind, word=word,
                defaults={
                    "theme": self._themes.get(name_key(word)) if kind == Kind.THEME else None,
                    "organisation": self._organisations.get(name_key(word)) if kind == Kind.ORGANISATION else None,
                },
            )
            self._known[kind, word] = row
        self._seen[row.pk] += 1
        return row

    def save_uses(self, uses: Sequence[tuple[OutsideWord | None, int]]) -> None:
        """Note which case carries which word, and how often each was seen."""
        WordUse.objects.bulk_create(
            [WordUse(word=w, case_id=c) for w, c in uses if w is not None], ignore_conflicts=True
        )
        with connection.cursor() as cursor:  # one statement a batch, however many words it had
            cursor.execute(
                "UPDATE intake_outsideword w SET seen = w.seen + v.n FROM unnest(%s::bigint[], %s::int[]) AS v(id, n)"
                " WHERE w.id = v.id",
                [list(self._seen), list(self._seen.values())],
            )
        self._seen.clear()
