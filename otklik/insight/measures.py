"""What is counted of a set of cases: additive numbers, and the shares that are made of them."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from operator import attrgetter


@dataclass(frozen=True)
class Measures:
    """How many cases of a slice, by their day of reception. Two of them added are those of both slices together.

    `late` holds those that are overdue without an answer now, too, so `in_time + late` are the judged ones.
    """

    received: int = 0
    answered: int = 0  # at least a first answer, interim ones too
    in_time: int = 0  # all answers by their limits, none waits
    late: int = 0  # answered late, or the limit has passed without an answer
    open: int = 0  # not answered for good, not closed
    overdue: int = 0  # of the open ones and others: a limit of an answer has passed and no answer is there
    closed: int = 0
    reacted: int = 0  # a person looked at it, and when is known
    fixed: int = 0  # a fix was reported and stands
    repeated: int = 0  # the trouble came again: see FIGURES
    reopened: int = 0  # more than one turn
    rated: int = 0  # residents who gave stars
    rating_sum: int = 0  # their stars together
    verified: int = 0  # fixes that the resident or a re-check confirmed
    checked: int = 0  # reported fixes about which the resident or a re-check said anything
    postponed: int = 0  # wait for a planned day now
    hops: int = 0  # how often they were passed on, together
    placed: int = 0  # with a street or a point
    themed: int = 0  # with a theme
    reachable: int = 0  # with a contact of the resident
    pictured: int = 0  # with a photo of how it is
    comments: int = 0  # came as a comment on a page of ours
    comments_answered: int = 0

    def __add__(self, other: "Measures") -> "Measures":
        return total((self, other))

    @property
    def judged(self) -> int:
        """How many have a verdict: their answers were in time, or not."""
        return self.in_time + self.late

    @property
    def in_time_share(self) -> float | None:
        """Part answered in time, 0..1; None when no limit has ended yet."""
        return _share(self.in_time, self.judged)

    @property
    def fixed_share(self) -> float | None:
        """Part with a fix that stands, 0..1."""
        return _share(self.fixed, self.received)

    @property
    def repeated_share(self) -> float | None:
        """Part that came again, 0..1."""
        return _share(self.repeated, self.received)

    @property
    def reopened_share(self) -> float | None:
        """Part of the answered ones that had to be opened again, 0..1."""
        return _share(self.reopened, self.answered)

    @property
    def rating(self) -> float | None:
        """Mean stars, 1..5; None where nobody rated. Show it with `rated`."""
        return self.rating_sum / self.rated if self.rated else None

    @property
    def verified_share(self) -> float | None:
        """Part of the checked fixes that were there, 0..1."""
        return _share(self.verified, self.checked)

    @property
    def hops_mean(self) -> float | None:
        """How often a case was passed on, on average."""
        return self.hops / self.received if self.received else None

    @property
    def quality(self) -> float | None:
        """Part of the marks of complete cards that are there, 0..1: place, theme, contact, each the same weight."""
        return _share(self.placed + self.themed + self.reachable, 3 * self.received)

    @property
    def unplaced(self) -> int:
        """Without a street or a point."""
        return self.received - self.placed

    @property
    def unthemed(self) -> int:
        """Without a theme."""
        return self.received - self.themed

    @property
    def unreachable(self) -> int:
        """Without a contact of the resident."""
        return self.received - self.reachable

    @property
    def comments_share(self) -> float | None:
        """Part of the comments on pages of ours that were answered, 0..1."""
        return _share(self.comments_answered, self.comments)

    def per_1000(self, population: int | None) -> float | None:
        """Received per thousand residents; None when the population is not known."""
        return self.received * 1000 / population if population else None

    def per_person(self, people: int) -> float | None:
        """Received per person of the centre's staff; None when nobody works there."""
        return self.received / people if people else None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


MEASURES = tuple(f.name for f in fields(Measures))
_NUMBERS = attrgetter(*MEASURES)
# Figure → the numbers it is made of: whoever shows one of them asks for no others.
PARTS: dict[str, tuple[str, ...]] = {
    "judged": ("in_time", "late"), "in_time_share": ("in_time", "late"), "fixed_share": ("fixed", "received"),
    "repeated_share": ("repeated", "received"), "reopened_share": ("reopened", "answered"),
    "rating": ("rating_sum", "rated"), "verified_share": ("verified", "checked"), "hops_mean": ("hops", "received"),
    "quality": ("placed", "themed", "reachable", "received"), "unplaced": ("received", "placed"),
    "unthemed": ("received", "themed"), "unreachable": ("received", "reachable"),
    "comments_share": ("comments_answered", "comments"), "per_1000": ("received",), "per_person": ("received",),
}


def parts_of(*figures: str) -> tuple[str, ...]:
    """The numbers of which these figures are made, in the order of `MEASURES`."""
    wanted = {name for figure in figures for name in PARTS.get(figure, (figure,))}
    return tuple(name for name in MEASURES if name in wanted)


def total(several: Iterable[Measures]) -> Measures:
    """All of them added. A page adds some thousands: without copying, as `dataclasses.astuple` would."""
    columns = zip(*map(_NUMBERS, several), strict=True)
    return Measures(*map(sum, columns))


@dataclass(frozen=True)
class Spread:
    """How long it took, in minutes of the calendar: of how many, the middle, and within what nine of ten were done."""

    n: int
    median: int
    p90: int


@dataclass(frozen=True)
class Flow:
    """From which organisation to which, how often."""

    from_id: int
    to_id: int
    n: int
