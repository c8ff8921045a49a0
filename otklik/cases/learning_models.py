"""What the reader of texts has learnt: its versions with their cards, how it read each case, and the weeks of that."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReaderBase(models.Model):
    """The arrays that a version was learnt through: the words of one edition of the classifier, no residents' texts."""

    digest = models.CharField(max_length=16, primary_key=True)
    content = models.BinaryField()


class ReaderVersion(models.Model):
    """One learnt reader. `content` is a signed file (`triage.model.file`): numbers of features that at least two texts
    have, never words. `card` tells what it was learnt from and how it did; `signature` seals the card with it.
    """

    class Task(models.TextChoices):
        THEME = "theme", _("тема")
        EXECUTOR = "executor", _("исполнитель")

    class State(models.TextChoices):
        IN_USE = "in_use", _("работает")
        REPLACED = "replaced", _("заменена")
        REFUSED = "refused", _("не лучше прежней")
        BROKEN = "broken", _("повреждена")

    task = models.CharField(max_length=10, choices=Task.choices)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")  # None: the program
    state = models.CharField(max_length=10, choices=State.choices)
    card = models.JSONField(default=dict)
    content = models.BinaryField(null=True)  # None: refused, or too old to go back to
    digest = models.CharField(max_length=16)
    signature = models.CharField(max_length=64)
    base = models.ForeignKey(ReaderBase, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task"], condition=models.Q(state="in_use"), name="cases_reader_one_in_use"
            )
        ]


class ThemeReading(models.Model):
    """How the theme of one case was read, and what a person made of it. Codes and numbers only.

    `low`: below the threshold, so shown as «не знаю». `waits`: sure enough for the program to set the theme by itself;
    `by_itself`: it did, and no person has said otherwise. `place`: which of the suggestions a person took, 0 for none.
    """

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="reading")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    version = models.ForeignKey(ReaderVersion, models.SET_NULL, null=True, related_name="+")  # None: without learning
    code = models.CharField(max_length=80, blank=True)
    p = models.FloatField(null=True)
    low = models.BooleanField()
    waits = models.BooleanField(default=False)
    by_itself = models.BooleanField(default=False)
    undone = models.BooleanField(default=False)
    decided_at = models.DateTimeField(null=True)
    place = models.PositiveSmallIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="cases_reading_at"),
            models.Index(
                fields=["decided_at"], name="cases_reading_decided", condition=models.Q(decided_at__isnull=False)
            ),
            models.Index(fields=["case"], name="cases_reading_waits", condition=models.Q(waits=True)),
            models.Index(fields=["case"], name="cases_reading_by_itself", condition=models.Q(by_itself=True)),
        ]


class ReaderWeek(models.Model):
    """Prepared figures of one week in one scope: how many were read, how many unsurely, what people corrected."""

    scope = models.ForeignKey("territory.Territory", models.CASCADE, related_name="+")
    week = models.DateField()  # its Monday, of the region's clock
    read = models.PositiveIntegerField(default=0)
    low = models.PositiveIntegerField(default=0)
    by_itself = models.PositiveIntegerField(default=0)
    decided = models.PositiveIntegerField(default=0)
    corrected = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "week"], name="cases_reader_week_once")]
