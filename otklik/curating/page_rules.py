"""Who must keep an official page: the shipped rule, and what people decided for single bodies."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("page_rules.toml")


@dataclass(frozen=True)
class Source:
    """Where a rule comes from. `checked`: somebody saw it said by a body of power itself, not only retold; `by_text`:
    it was compared with the text of the act. `gaps`: kinds of gaps that stand on it (`page_gaps.KINDS`).
    """

    what: str
    says: str
    checked: bool
    by_text: bool = False
    seen: str = ""
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageRules:
    """`fulfils`: networks in which a page is enough; kinds of bodies that must have one, or for which a person decides.
    """

    sources: tuple[Source, ...]
    fulfils: frozenset[str]
    must: frozenset[str]
    undecided: frozenset[str]

    def doubts(self, kinds: Collection[str]) -> list[Source]:
        """The sources behind these kinds of gaps that nobody has compared with the text of the act."""
        return [one for one in self.sources if not one.by_text and set(one.gaps) & set(kinds)]

    def obliged(self, kind: str, decided: bool | None) -> bool:
        """Whether a body must have a page; `decided` is a person's word on this very body."""
        return decided if decided is not None else kind in self.must


@cache
def page_rules() -> PageRules:
    """The shipped rules (8-ФЗ, article 10; order of the Government № 2523-р)."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return PageRules(
        tuple(Source(**(one | {"gaps": tuple(one.get("gaps", ()))})) for one in told["sources"]),
        frozenset(told["networks"]["fulfils"]),
        frozenset(told["kinds"]["must"]), frozenset(told["kinds"]["undecided"]),
    )
