"""The curator's weekly sample of answers: what was drawn, what was found by a checklist, remarks and what came of them.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Checklist(models.Model):
    """One version of the checklist. What was checked by one is never judged by another."""

    number = models.PositiveSmallIntegerField(unique=True)
    since = models.DateField()
    lines = models.JSONField()  # [{"code", "text", "grave"}]
    misses = models.PositiveSmallIntegerField()  # as many «нет» (none of them grave) a good answer may have
    made_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")


class Sample(models.Model):
    """One drawing: the answers of one week of one municipal centre. Repeats itself from `seed` and `candidates`."""

    place = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    week = models.DateField()  # its Monday, region's zone
    seed = models.CharField(max_length=40)
    size = models.PositiveSmallIntegerField()
    candidates = models.JSONField()  # ids of the answers that took part, in order
    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "week"], name="curating_sample_once")]


class SampledAnswer(models.Model):
    """One answer of a sample: marks by lines, a remark that the municipality must answer, and its end."""

    class State(models.TextChoices):
        WAITING = "waiting", _("ждёт проверки")
        CHECKED = "checked", _("проверен")
        REMARKED = "remarked", _("замечание ждёт ответа")
        REPLIED = "replied", _("на замечание ответили")
        CLOSED = "closed", _("замечание закрыто")

    sample = models.ForeignKey(Sample, models.CASCADE, related_name="answers")
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    answer = models.ForeignKey("answers.Answer", models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    marks = models.JSONField(default=dict)  # code of a line → "yes", "no" or "none" (does not concern it)
    good = models.BooleanField(null=True)
    checked_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    remark = models.TextField(blank=True)
    due_at = models.DateTimeField(null=True)  # until when the municipality answers the remark
    alarmed = models.PositiveSmallIntegerField(default=0)  # 1: told that the day has come; 2: that it is over
    reply = models.TextField(blank=True)
    replied_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    replied_at = models.DateTimeField(null=True)
    verdict = models.TextField(blank=True)  # the curator's words on the reply
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sample", "answer"], name="curating_sampled_once")]
        indexes = [
            models.Index(
                fields=["scope", "state"], name="curating_sampled_open",
                condition=models.Q(state__in=["waiting", "remarked", "replied"]),
            ),
            models.Index(fields=["due_at"], name="curating_sampled_due", condition=models.Q(state="remarked")),
        ]


class Example(models.Model):
    """A learning example for everybody: a text of staff, made of an answer and freed of persons. Names no case."""

    names_people = True  # should not; what slipped in goes when the person is erased

    good = models.BooleanField()
    text = models.TextField()
    lesson = models.CharField(max_length=500)
    line = models.CharField(max_length=30, blank=True)  # the code of the checklist's line that it is about
    made_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    active = models.BooleanField(default=True)
