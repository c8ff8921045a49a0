"""Who should get a case: by the responsibility map; where that is silent, by what the reader learnt from texts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from otklik.cases import reader_files
from otklik.cases.learning import executors
from otklik.cases.learning_rows import READ, theme_words
from otklik.cases.models import Case, ReaderVersion, Responsibility
from otklik.cases.responsibility import ranked
from otklik.classifier.models import Theme
from otklik.organisations.models import Organisation
from otklik.territory.models import Kind, Territory
from otklik.together import asked
from otklik.triage.model.pieces import pieces_of
from otklik.triage.model.reading import ThemeModel
from otklik.triage.words import tokens_of

MOST = 3
LEAST = 0.2  # a likelihood below is no suggestion
_cached: tuple[int, ThemeModel] | None = None


@dataclass(frozen=True)
class Proposal:
    """One organisation, and why: a reason in words. `by_text`: the map is silent, earlier texts speak."""

    organisation: Organisation
    why: str
    by_text: bool = False


def proposals(
    case: Case, theme: Theme | None, scope_ids: Sequence[int], of_map: Iterable[Responsibility] | None = None
) -> list[Proposal]:
    """At most three organisations for a case, the best first. `of_map`: rows of the map that were asked already."""
    by_map = [Proposal(organisation, why) for organisation, why in ranked(theme, list(scope_ids), of_map)[:MOST]]
    return by_map or _by_text(case, scope_ids)


def _by_text(case: Case, scope_ids: Sequence[int]) -> list[Proposal]:
    model = _model(case)
    if model is None:
        return []
    region = Territory.objects.filter(kind=Kind.REGION).values_list("pk", flat=True)
    may = {
        str(one.pk): one
        for one in Organisation.objects.filter(active=True, territory_id__in=[*scope_ids, *region])
        .select_related("territory")
    }
    found = executors(model, pieces_of(tokens_of(case.text[:READ])), set(may), MOST)
    return [
        Proposal(may[label], _("по похожим сообщениям, %(p)s %%") % {"p": round(p * 100)}, by_text=True)
        for label, p in found if p >= LEAST
    ]


def reader_question() -> QuerySet[ReaderVersion]:
    """Which version of the reader of executors is in use."""
    in_use = ReaderVersion.objects.filter(task=ReaderVersion.Task.EXECUTOR, state=ReaderVersion.State.IN_USE)
    return in_use.only("pk").order_by("pk")[:1]


def _model(case: Case) -> ThemeModel | None:
    """The reader of executors, loaded once a process; None when none is in use."""
    global _cached
    version = next((one.pk for one in asked(case, "reader", lambda _case: reader_question())), None)
    if version is None:
        _cached = None
    elif _cached is None or _cached[0] != version:
        loaded = reader_files.load(ReaderVersion.Task.EXECUTOR, theme_words())
        _cached = (version, loaded.model) if loaded.version is not None else None
    return _cached[1] if _cached else None
