"""Prepared aggregates, kept by one job that follows the journal's positions."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from otklik.insight.open_data_models import OpenEdition, OpenFile
from otklik.insight.radar_models import Burst, RadarUsual
from otklik.insight.rating_models import (
    RatingDispute,
    RatingExclusion,
    RatingFlag,
    RatingFormula,
    RatingRow,
    RatingRun,
)
from otklik.insight.slice_models import SavedSlice

__all__ = [
    "Burst", "CaseFact", "Cell", "Grouping", "HourCount", "OpenEdition", "OpenFile", "PublicFigure", "RadarUsual",
    "RatingDispute", "RatingExclusion", "RatingFlag", "RatingFormula", "RatingRow", "RatingRun", "SavedSlice",
    "TimeCell",
]


class CaseFact(models.Model):
    """What is counted of one case, without content. One row a case, moved by journal entries.

    Every column but `repeated` is derived from the rows of this case alone (`deriving`); `repeated` from other facts.
    """

    class Verdict(models.TextChoices):
        OPEN = "", "ещё не ясно"
        IN_TIME = "in_time", "ответили в срок"
        LATE = "late", "ответили не в срок"

    case_id = models.BigIntegerField(primary_key=True)
    scope = models.ForeignKey(
        "territory.Territory", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    received_at = models.DateTimeField()
    day = models.DateField()  # of reception, region's zone
    hour = models.SmallIntegerField()  # of reception, region's zone
    theme_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=20)
    regime = models.CharField(max_length=10)
    executor_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10)
    outcome = models.CharField(max_length=12, blank=True)
    counts = models.BooleanField(default=True)
    open = models.BooleanField(default=True)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True)
    waits_due = models.DateTimeField(null=True)  # the first limit of an answer that still runs
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    react_min = models.IntegerField(null=True)  # minutes of the calendar from reception
    answer_min = models.IntegerField(null=True)
    fix_min = models.IntegerField(null=True)
    turns = models.SmallIntegerField(default=1)
    stars = models.SmallIntegerField(null=True)
    checked = models.BooleanField(default=False)  # somebody said whether the reported fix is there
    verified = models.BooleanField(default=False)  # and it is
    postponed = models.BooleanField(default=False)
    hops = models.SmallIntegerField(default=0)
    placed = models.BooleanField(default=False)
    reachable = models.BooleanField(default=False)
    pictured = models.BooleanField(default=False)
    comment = models.BooleanField(default=False)  # public words on a page of ours, not a private message
    resident_id = models.BigIntegerField(null=True)
    spot = models.BigIntegerField(null=True)  # a number made of scope, street and house, where both are known
    path = ArrayField(models.BigIntegerField(), null=True)  # the responsible organisations in turn, if more than one
    repeated = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["scope", "waits_due"],
                include=["verdict", "day", "case_id", "theme_id", "channel", "regime", "executor_id", "hour"],
                condition=models.Q(counts=True, waits_due__isnull=False),
                name="insight_fact_waits",
            ),
            models.Index(fields=["scope", "day"], name="insight_fact_day"),
            # What a slice of two dimensions, or an hour of the week, is counted by: answered without reading the rows.
            models.Index(
                fields=["day"],
                include=["case_id", "scope", "theme_id", "channel", "regime", "executor_id", "hour"],
                condition=models.Q(counts=True), name="insight_fact_days",
            ),
            models.Index(fields=["theme_id", "day"], name="insight_fact_theme"),
            models.Index(fields=["executor_id", "day"], name="insight_fact_executor"),
            models.Index(
                fields=["resident_id", "theme_id"], condition=models.Q(resident_id__isnull=False),
                name="insight_fact_resident",
            ),
            models.Index(
                fields=["spot", "theme_id"], condition=models.Q(spot__isnull=False), name="insight_fact_spot"
            ),
            models.Index(fields=["day", "scope"], condition=models.Q(path__isnull=False), name="insight_fact_path"),
        ]


class Cell(models.Model):
    """Additive numbers of the cases of one place received on one day, or in one month, by one dimension.

    With the dimension "" all of them; else those of one theme, group (as `Grouping` has it), executor (`number`, 0
    for none), channel, regime (`word`), or hour of the week (`number` is 24 × weekday + hour, Monday being 1). Which
    are kept says `counting.SPANS`; no cell stands empty. Spans of the region hold all places together, scope 0.
    """

    class Span(models.TextChoices):
        DAY = "d"
        MONTH = "m"
        REGION_DAY = "D"
        REGION_MONTH = "M"

    span = models.CharField(max_length=1, choices=Span.choices)
    dimension = models.CharField(max_length=8, blank=True)
    since = models.DateField()
    scope = models.ForeignKey(
        "territory.Territory", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    number = models.BigIntegerField(default=0)
    word = models.CharField(max_length=20, blank=True)
    received = models.IntegerField(default=0)
    open = models.IntegerField(default=0)
    answered = models.IntegerField(default=0)
    in_time = models.IntegerField(default=0)
    late = models.IntegerField(default=0)
    closed = models.IntegerField(default=0)
    reacted = models.IntegerField(default=0)
    fixed = models.IntegerField(default=0)
    repeated = models.IntegerField(default=0)
    reopened = models.IntegerField(default=0)
    rated = models.IntegerField(default=0)
    rating_sum = models.IntegerField(default=0)
    verified = models.IntegerField(default=0)
    checked = models.IntegerField(default=0)
    postponed = models.IntegerField(default=0)
    hops = models.IntegerField(default=0)
    placed = models.IntegerField(default=0)
    themed = models.IntegerField(default=0)
    reachable = models.IntegerField(default=0)
    pictured = models.IntegerField(default=0)
    comments = models.IntegerField(default=0)
    comments_answered = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["span", "dimension", "since", "scope", "number", "word"], name="insight_cell_once"
            )
        ]
        indexes = [
            models.Index(fields=["span", "dimension", "number", "word", "scope", "since"], name="insight_cell_key")
        ]


class Grouping(models.Model):
    """Under which group the cells of groups count a theme: as the classifier said at the last step (`grouping`)."""

    theme_id = models.BigIntegerField(primary_key=True)
    group_id = models.BigIntegerField()


class TimeCell(models.Model):
    """How many cases took about so long: a step of a scale whose steps grow by a tenth (`spreads.bucket`).

    Of each place by month; of the region (scope 0) by day, and by channel and regime by month.
    """

    measure = models.CharField(max_length=6)  # react, answer, fix
    span = models.CharField(max_length=1, choices=Cell.Span.choices)
    dimension = models.CharField(max_length=8, blank=True)
    since = models.DateField()
    scope_id = models.BigIntegerField(default=0)
    number = models.BigIntegerField(default=0)
    word = models.CharField(max_length=20, blank=True)
    bucket = models.SmallIntegerField()
    received = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "span", "dimension", "since", "scope_id", "number", "word", "bucket"],
                name="insight_time_once",
            )
        ]


class HourCount(models.Model):
    """How many cases of one theme (0: none yet) came to one place within one hour."""

    hour = models.DateTimeField()  # when the hour began
    scope = models.ForeignKey(
        "territory.Territory", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    theme_id = models.BigIntegerField(default=0)
    received = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hour", "scope", "theme_id"], name="insight_hour_once")]


class PublicFigure(models.Model):
    """Figures that anybody may read, of one municipality whose head switched them on; a group None is the whole.

    Small numbers are hidden before they are written here (None), so that no page can show them by mistake.
    """

    municipality = models.ForeignKey("territory.Territory", models.CASCADE, related_name="+")
    days = models.PositiveSmallIntegerField()  # length of the period
    group = models.ForeignKey("classifier.ThemeGroup", models.CASCADE, null=True, related_name="+")
    received = models.PositiveIntegerField(null=True)
    answered = models.PositiveIntegerField(null=True)
    in_time = models.PositiveIntegerField(null=True)
    judged = models.PositiveIntegerField(null=True)  # in time and not in time together
    median_days = models.PositiveSmallIntegerField(null=True)  # half of the answers came within so many days
    as_of = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "days", "group"], name="insight_public_once", nulls_distinct=False
            )
        ]
