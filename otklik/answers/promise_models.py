"""Promises to residents, what everybody may see of them, and answers that left in spite of what the coach found."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Promise(models.Model):
    """A date we gave the resident: the day of an interim answer, or a day in the words of any answer."""

    class State(models.TextChoices):
        OPEN = "open", _("ждёт срока")
        KEPT = "kept", _("выполнено")
        MOVED = "moved", _("перенесено")
        OFF = "off", _("снято")
        UNMET = "unmet", _("не подтвердилось")  # «сделано», and the case came back

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="promises")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    answer = models.ForeignKey("answers.Answer", models.CASCADE, related_name="promises")
    until = models.DateField()
    state = models.CharField(max_length=5, choices=State.choices, default=State.OPEN)
    kept_at = models.DateTimeField(null=True)
    # When it was said to be done, while that did not hold; up to which turn a person said that it held all the same.
    said_kept_at = models.DateTimeField(null=True)
    held_turn = models.PositiveSmallIntegerField(null=True)
    words = models.CharField(max_length=300, blank=True)  # of the answer; empty: the day of an interim answer
    made_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    moved_to = models.OneToOneField("self", models.SET_NULL, null=True, related_name="moved_from")
    alarmed = models.PositiveSmallIntegerField(default=0)  # 1: a working day before; 2: on the day
    title = models.CharField(max_length=160, blank=True)  # written by staff for everybody; empty: not public

    class Meta:
        indexes = [
            models.Index(fields=["scope", "until"], condition=models.Q(state="open"), name="answers_promise_open"),
        ]


class PublicPromise(models.Model):
    """«Обещано — сделано» for everybody: a title of staff, days, nothing of the resident. Kept by one function."""

    promise = models.OneToOneField(Promise, models.CASCADE, related_name="public")
    municipality = models.ForeignKey("territory.Territory", models.CASCADE, related_name="+")
    group = models.ForeignKey("classifier.ThemeGroup", models.CASCADE, related_name="+")
    title = models.CharField(max_length=160)
    made_on = models.DateField()
    first_until = models.DateField()  # as it was promised first
    until = models.DateField()  # after the last moving
    done_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["municipality", "until"], name="answers_public_promise")]


class CoachOverride(models.Model):
    """An answer went on although something grave was found: by whose word, and why."""

    class Step(models.TextChoices):
        APPROVE = "approve", _("согласование")
        PUBLISH = "publish", _("публикация")

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    answer = models.ForeignKey("answers.Answer", models.CASCADE, related_name="overrides")
    version = models.PositiveIntegerField()
    step = models.CharField(max_length=7, choices=Step.choices)
    kinds = models.JSONField(default=list)  # of the grave findings
    reason = models.CharField(max_length=500)
    user = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answer", "version", "step", "user"], name="answers_override_once"),
        ]
