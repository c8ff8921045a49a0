"""What may become of a demo case, and how often. Pure.

A course names a way through the gates; its share is of all cases. «Missed» means here: the date of an answer
(first or final) passed without it, whether the case is still open or was answered late. Such are 5 % of all.
"""

from dataclasses import dataclass
from enum import StrEnum

MISSED_SHARE = 0.05
BURST_SHARE = 0.03


class Course(StrEnum):
    """One way of a demo case."""

    ALARM_FRESH = "alarm_fresh"  # danger to life, nobody has taken it over yet
    ALARM_TAKEN = "alarm_taken"  # danger to life, taken over and answered at once
    OVERDUE = "overdue"  # still open, its date has passed
    NEW = "new"
    TRIAGED = "triaged"
    ASSIGNED = "assigned"
    REPLIED = "replied"
    REVIEW = "review"  # an answer waits for approval (in a centre of one person: a draft)
    PROMISED = "promised"  # interim answer given, the promised day is still ahead
    REFUTED_OPEN = "refuted_open"  # answered, and the resident has just written «не исправлено»
    ANSWERED = "answered"  # answered, the resident has not said anything yet
    SPAM = "spam"
    THANKS = "thanks"
    NOT_OURS = "not_ours"
    BURST = "burst"  # one accident in one town on one day
    REFUTED = "refuted"  # «не исправлено», done again, closed
    REDIRECTED = "redirected"  # the first executor: «не наше»
    INTERIM = "interim"  # interim answer with a promise that was kept
    EXPLAINED = "explained"  # no executor needed
    BY_WORD = "by_word"  # the executor answered by phone
    BY_LINK = "by_link"  # the executor answered by the link


@dataclass(frozen=True)
class Rule:
    """How often a course comes (of all cases; None: the rest is shared out by `weight`), and how many days ago.

    `missed`: the course itself misses its date. Cases at work now came within the last hours: their `days` are (0, 0).
    """

    share: float | None
    days: tuple[int, int]
    weight: int = 0
    missed: bool = False
    least: int = 0  # of these there are so many even in a small demo


RULES: dict[Course, Rule] = {
    Course.ALARM_FRESH: Rule(0.0, (0, 0), missed=True, least=1),
    Course.ALARM_TAKEN: Rule(0.0013, (2, 80), missed=True, least=1),
    Course.OVERDUE: Rule(0.014, (0, 0), missed=True, least=1),
    Course.NEW: Rule(0.006, (0, 0), least=2),
    Course.TRIAGED: Rule(0.003, (0, 0), least=1),
    Course.ASSIGNED: Rule(0.005, (0, 0), least=1),
    Course.REPLIED: Rule(0.003, (0, 0), least=1),
    Course.REVIEW: Rule(0.003, (0, 0), least=1),
    Course.PROMISED: Rule(0.02, (1, 5), least=1),
    Course.REFUTED_OPEN: Rule(0.005, (6, 12), least=1),
    Course.ANSWERED: Rule(0.018, (1, 2), least=1),
    Course.SPAM: Rule(0.015, (1, 89), least=1),
    Course.THANKS: Rule(0.025, (1, 89), least=1),
    Course.NOT_OURS: Rule(0.015, (1, 89), least=1),
    Course.BURST: Rule(BURST_SHARE, (23, 23), least=2),
    Course.REFUTED: Rule(0.04, (20, 89), least=1),
    Course.REDIRECTED: Rule(0.04, (8, 89), least=1),
    Course.INTERIM: Rule(0.08, (20, 89), least=1),
    Course.EXPLAINED: Rule(None, (3, 89), weight=40),
    Course.BY_WORD: Rule(None, (3, 89), weight=30),
    Course.BY_LINK: Rule(None, (3, 89), weight=30),
}
CAN_BE_LATE = (Course.EXPLAINED, Course.BY_WORD, Course.BY_LINK)
FRESH = tuple(course for course, rule in RULES.items() if rule.days == (0, 0))


def courses(count: int) -> list[Course]:
    """So many courses in the shares above; the order is that of the table."""
    out: list[Course] = []
    for course, rule in RULES.items():
        if rule.share is not None:
            out += [course] * max(rule.least, round(rule.share * count))
    rest = max(0, count - len(out))
    weights = {course: rule.weight for course, rule in RULES.items() if rule.weight}
    shared = {course: rest * weight // sum(weights.values()) for course, weight in weights.items()}
    shared[Course.BY_LINK] += rest - sum(shared.values())
    for course, number in shared.items():
        out += [course] * number
    return out[:count]
