"""What the radar keeps: bursts with their evidence, and what is usual. No text of a resident stands here."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.json_text import RussianJson


class Burst(models.Model):
    """One burst of messages of a theme in a place. The messages themselves are named by the ids of their cases."""

    class Level(models.TextChoices):
        THEME = "theme", _("тема в одном месте")
        GROUP = "group", _("группа тем в одном месте")
        THEME_CITY = "theme_city", _("тема по всему городу")
        GROUP_CITY = "group_city", _("группа тем по всему городу")
        THEME_ALL = "theme_all", _("тема по всему региону")
        GROUP_ALL = "group_all", _("группа тем по всему региону")
        TOPIC = "topic", _("новая тема без названия")

    class State(models.TextChoices):
        ACTIVE = "active", _("идёт")
        QUIET = "quiet", _("затих")
        SILENCED = "silenced", _("заглушён")

    class Silence(models.TextChoices):
        SPAM = "spam", _("спам")
        RUMOUR = "rumour", _("слух")

    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")  # the region for the whole of it
    level = models.CharField(max_length=10, choices=Level.choices)
    code = models.CharField(max_length=80, blank=True)  # of a theme or a group; "": nobody has named it
    began_at = models.DateTimeField()  # the first message of it
    found_at = models.DateTimeField()
    last_at = models.DateTimeField()  # the newest message
    ended_at = models.DateTimeField(null=True)
    count = models.PositiveIntegerField()  # by which it was found
    minutes = models.PositiveIntegerField()  # within which they came
    expected = models.FloatField()  # so many are usual within those minutes
    per_hour = models.FloatField()  # usual around the moment it was found
    odds = models.FloatField()  # how often a week chance alone would say so anywhere in the region
    alike = models.PositiveSmallIntegerField(default=0)  # so many of them say nearly the same words
    cases = models.JSONField(default=list)  # ids, in the order of their coming
    places = ArrayField(models.BigIntegerField(), default=list)  # scopes of those: who works there sees the burst, too
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    silenced_as = models.CharField(max_length=6, choices=Silence.choices, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # staff's words
    silenced_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    silenced_at = models.DateTimeField(null=True)
    problem = models.ForeignKey("cases.Problem", models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["scope", "-id"], name="insight_burst_place"),
            models.Index(fields=["scope"], condition=models.Q(ended_at=None), name="insight_burst_running"),
        ]

    @property
    def total(self) -> int:
        """How many messages it has by now."""
        return len(self.cases)


class RadarUsual(models.Model):
    """What is usual, as `radar_usual.Usual` in plain words. One row: the newest."""

    made_at = models.DateTimeField()
    kept = models.JSONField(encoder=RussianJson)
