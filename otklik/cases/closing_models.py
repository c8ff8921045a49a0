"""What becomes of a fix that an executor reported: confirmed, refuted, looked at again, rated."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DoneReport(models.Model):
    """«Сделано» of the responsible executor in one turn of a case, and what became of it.

    The row is made with the reply and followed by the gates after it, so that returns are counted without walking the
    journal. `theme` is the theme of that moment.
    """

    class CameOf(models.TextChoices):
        CONFIRMED = "confirmed", _("житель подтвердил")
        CHECKED = "checked", _("перепроверено: сделано")
        REFUTED = "refuted", _("житель: не исправлено")
        CHECKED_BAD = "checked_bad", _("перепроверено: не сделано")
        REOPENED = "reopened", _("открыто снова сотрудником")

    RETURNED = (CameOf.REFUTED, CameOf.CHECKED_BAD, CameOf.REOPENED)

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="done_reports")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    theme = models.ForeignKey("classifier.Theme", models.PROTECT, null=True, related_name="+")
    turn = models.PositiveSmallIntegerField()
    reported_at = models.DateTimeField()
    shown = models.BooleanField(default=False)  # there was a photo «после»
    came_of = models.CharField(max_length=12, choices=CameOf.choices, blank=True)
    came_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "turn"], name="cases_done_once_a_turn")]
        indexes = [models.Index(fields=["reported_at", "scope"], name="cases_done_when")]


class Rating(models.Model):
    """How the resident rates the answer and the work of one turn, by their secret link."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="ratings")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    turn = models.PositiveSmallIntegerField()
    stars = models.PositiveSmallIntegerField()
    rated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "turn"], name="cases_rating_once_a_turn"),
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="cases_rating_one_to_five"),
        ]


class RecheckSample(models.Model):
    """One drawing of cases to look at again. From the same seed, days and reports the same cases are drawn."""

    seed = models.CharField(max_length=40)
    since = models.DateField()  # of the reports, both days included, local
    until = models.DateField()
    each = models.PositiveSmallIntegerField()  # at most so many cases of one executor
    made_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()


class Recheck(models.Model):
    """One case of a sample: to be looked at on the spot or by telephone, and what was found."""

    class Way(models.TextChoices):
        VISIT = "visit", _("на месте")
        PHONE = "phone", _("по телефону")

    class Found(models.TextChoices):
        DONE = "done", _("сделано")
        NOT_DONE = "not_done", _("не сделано")
        UNCLEAR = "unclear", _("проверить не удалось")

    sample = models.ForeignKey(RecheckSample, models.CASCADE, related_name="rechecks")
    report = models.ForeignKey(DoneReport, models.CASCADE, related_name="rechecks")
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="rechecks")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    way = models.CharField(max_length=5, choices=Way.choices, blank=True)
    found = models.CharField(max_length=8, choices=Found.choices, blank=True)
    checked_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sample", "report"], name="cases_recheck_once_a_sample")]
        indexes = [models.Index(fields=["scope"], name="cases_recheck_waiting", condition=Q(checked_at=None))]
