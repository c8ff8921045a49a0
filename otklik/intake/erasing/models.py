"""An erasure: who was asked about (ids only), why, what hindered it, what was done. It outlives what it erased."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.json_text import RussianJson


class Erasure(models.Model):
    """One request to erase a person. `residents`, `cases`, `arrivals` are ids; later nothing here names anybody."""

    class State(models.TextChoices):
        FOUND = "found", _("найдено, не стёрто")
        WAITING = "waiting", _("отложено по закону")
        DONE = "done", _("стёрто")
        DROPPED = "dropped", _("не стали стирать")

    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    residents = models.JSONField(default=list)
    cases = models.JSONField(default=list)
    arrivals = models.JSONField(default=list, db_default=[])  # of somebody of whom no case was made
    reason = models.TextField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.FOUND)
    asked_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    waits_for = models.TextField(blank=True)
    waits_until = models.DateField(null=True)
    whole = models.BooleanField(default=False)  # the resident's texts were removed, not only redacted
    done_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict, encoder=RussianJson)

    class Meta:
        app_label = "intake"
