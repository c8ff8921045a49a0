"""The passport of a centre: what people typed, with the day it was checked, and versions that the head approved."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PassportNote(models.Model):
    """One typed field of a passport. What data say themselves stands nowhere: it is read when it is shown."""

    place = models.ForeignKey("territory.Territory", models.CASCADE, related_name="+")
    code = models.CharField(max_length=24)  # of `passport_fields.TYPED`
    text = models.TextField()
    written_by = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField()
    checked_by = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "code"], name="practice_passport_note_once")]


class PassportVersion(models.Model):
    """A passport as it stood when it was sent to the head. Only an approved one is shown outside the centre."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("ждёт руководителя")
        APPROVED = "approved", _("утверждён")
        RETURNED = "returned", _("возвращён")

    place = models.ForeignKey("territory.Territory", models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    content = models.JSONField()  # as `passport_drawing.stored` writes it; Russian
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    words = models.CharField(max_length=500, blank=True)  # why it was returned

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "number"], name="practice_passport_version_once"),
            models.UniqueConstraint(
                fields=["place"], condition=models.Q(state="proposed"), name="practice_passport_one_waits"
            ),
        ]
