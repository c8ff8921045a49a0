"""Works that were announced before they begin: what, where, from when till when, and the answer that is ready."""

from django.db import models

from otklik.json_text import RussianJson


class PlannedWork(models.Model):
    """One announced work. Its problem carries the cases that come of it, the news, and what the public sees.

    `places` are [street, houses as written]; an empty list is the whole place of the problem. `once` makes a schedule
    that is loaded again change its rows instead of doubling them.
    """

    problem = models.OneToOneField("cases.Problem", models.CASCADE, related_name="works")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)  # code of `outage_kinds.csv`
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    places = models.JSONField(default=list, encoder=RussianJson)
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    ready_text = models.TextField(blank=True)  # what a person is answered; empty: made of the above
    once = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "once"], name="cases_planned_once")]
        indexes = [
            models.Index(
                fields=["scope", "ends_at"], name="cases_planned_live", condition=models.Q(cancelled_at=None)
            )
        ]
