"""Prepared aggregates, kept by one job that follows the journal's positions."""

from django.db import models


class CaseFact(models.Model):
    """What is counted of one case, without content. One row a case, moved by journal entries."""

    class Verdict(models.TextChoices):
        OPEN = "", "ещё не ясно"
        IN_TIME = "in_time", "ответили в срок"
        LATE = "late", "ответили не в срок"

    case_id = models.BigIntegerField(primary_key=True)
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    day = models.DateField()  # of reception, region's zone
    theme_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=20)
    regime = models.CharField(max_length=10)
    state = models.CharField(max_length=10)
    outcome = models.CharField(max_length=12, blank=True)
    counts = models.BooleanField(default=True)
    open = models.BooleanField(default=True)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True)
    waits_due = models.DateTimeField(null=True)  # the first limit of an answer that still runs
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["scope", "waits_due"],
                include=["verdict", "day", "case_id"],
                condition=models.Q(counts=True, waits_due__isnull=False),
                name="insight_fact_waits",
            ),
            models.Index(fields=["scope", "day"], name="insight_fact_day"),
        ]


class DayFigure(models.Model):
    """One scope, one day of reception: how many came and what became of them by now."""

    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    day = models.DateField()
    received = models.PositiveIntegerField(default=0)
    open = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    in_time = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "day"], name="insight_day_once")]
        indexes = [
            models.Index(fields=["day"], name="insight_day_day"),
            models.Index(
                fields=["scope"], include=["open", "day"], condition=models.Q(open__gt=0), name="insight_day_opened"
            ),
        ]


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
