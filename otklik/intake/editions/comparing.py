"""What another edition would change, and what of the present one it has no place for. Reading only."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from otklik.cases.lifecycle import OPEN_STATES
from otklik.cases.models import Case, Responsibility
from otklik.classifier.loading import current
from otklik.classifier.models import Theme
from otklik.classifier.reading import ClassifierError, ClassifierSpec
from otklik.classifier.storing import edition
from otklik.intake.models import OutsideWord
from otklik.policy.models import PolicyVersion

Successors = Mapping[str, list[str]]
GIVEN, SAME, NAME = "given", "same", "name"  # how a theme found its successor: by the table, its code, its name


@dataclass(frozen=True)
class Line:
    """One theme of the present edition: what it becomes (several: a split; none: «требует разбора»), and its weight."""

    theme: Theme
    becomes: tuple[str, ...]
    how: str  # "" when nothing says what it becomes
    open_cases: int = 0
    all_cases: int = 0
    responsible: int = 0  # rows of the responsibility map
    words: int = 0  # words of outside systems that mean it
    policies: tuple[str, ...] = ()  # regulations with limits of its own

    @property
    def is_mapped(self) -> bool:
        return bool(self.how)

    @property
    def blocks(self) -> bool:
        """Open cases would lose their theme, and nobody said so."""
        return not self.is_mapped and self.open_cases > 0


@dataclass(frozen=True)
class Comparison:
    """The whole difference."""

    lines: list[Line]
    fresh: list[str] = field(default_factory=list)  # new themes that nothing becomes
    renamed: list[tuple[str, str, str]] = field(default_factory=list)  # code, old name, new name

    @property
    def unmapped(self) -> list[Line]:
        """What could not be mapped, the heaviest first."""
        found = [line for line in self.lines if not line.is_mapped]
        return sorted(found, key=lambda line: (-line.open_cases, -line.all_cases))

    @property
    def blocking(self) -> list[Line]:
        """What must be said before the edition can be adopted."""
        return [line for line in self.unmapped if line.blocks]

    @property
    def asked(self) -> list[Line]:
        """Splits and «требует разбора»: a person will say the theme of each open case."""
        return [line for line in self.lines if line.is_mapped and len(line.becomes) != 1]


def compare(spec: ClassifierSpec, mapping: Successors) -> Comparison:
    """Compare with the edition in force. Inside `acting`. Raises `ClassifierError` for codes that are nowhere."""
    version = current()
    before = edition(version)
    themes = {theme.code: theme for theme in Theme.objects.filter(version=version).select_related("group")}
    for old, news in mapping.items():
        if old not in themes:
            raise ClassifierError(
                _("таблица соответствий"), _("темы «%(old)s» в действующей редакции нет")
                % {"old": old}
            )
        for new in news:
            if new not in spec.by_code:
                raise ClassifierError(
                    _("таблица соответствий"), _("темы «%(new)s» в новой редакции нет")
                    % {"new": new}
                )
    names = {_key(theme.name): theme.code for theme in spec.themes}
    counts = _counts(list(themes.values()))
    lines = [_line(theme, spec, mapping, names, counts) for theme in themes.values()]
    reached = {code for line in lines for code in line.becomes}
    named = before.by_code
    return Comparison(
        lines, [theme.code for theme in spec.themes if theme.code not in reached],
        [(t.code, named[t.code].name, t.name) for t in spec.themes if t.code in named and named[t.code].name != t.name],
    )


def _line(
    theme: Theme, spec: ClassifierSpec, mapping: Successors, names: Mapping[str, str],
    counts: Mapping[int, dict[str, int]],
) -> Line:
    how = ""
    becomes: tuple[str, ...] = ()
    if theme.code in mapping:
        how, becomes = GIVEN, tuple(mapping[theme.code])
    elif theme.code in spec.by_code:
        how, becomes = SAME, (theme.code,)
    elif _key(theme.name) in names:
        how, becomes = NAME, (names[_key(theme.name)],)
    own = counts.get(theme.pk, {})
    return Line(
        theme, becomes, how, own.get("open", 0), own.get("all", 0), own.get("responsible", 0), own.get("words", 0),
        _policies().get(theme.code, ()) if theme.code not in spec.by_code else (),
    )


def _counts(themes: list[Theme]) -> dict[int, dict[str, int]]:
    ids = [theme.pk for theme in themes]
    counts: dict[int, dict[str, int]] = {pk: {} for pk in ids}
    of_cases = Case.objects.filter(theme_id__in=ids).values("theme_id").order_by("theme_id")
    for row in of_cases.annotate(all=Count("pk"), open=Count("pk", filter=Q(state__in=OPEN_STATES))):
        counts[row["theme_id"]] |= {"all": row["all"], "open": row["open"]}
    for name, model in (("responsible", Responsibility), ("words", OutsideWord)):
        for pk, n in model.objects.filter(theme_id__in=ids).values_list("theme_id").annotate(n=Count("pk")).order_by():
            counts[pk][name] = n
    return counts


def _policies() -> dict[str, tuple[str, ...]]:
    """Regulations that name a theme by its code: their limits for it would be met by no case any more."""
    found: dict[str, list[str]] = {}
    for version in PolicyVersion.objects.all():
        for clock in version.data.get("clocks", []):
            for override in clock.get("overrides", clock.get("override", [])):
                if override.get("theme"):
                    found.setdefault(override["theme"], []).append(str(version))
    return {code: tuple(dict.fromkeys(names)) for code, names in found.items()}


def _key(name: str) -> str:
    return " ".join(name.casefold().replace("ё", "е").split())
