"""What a person has typed and not yet sent, and how a case stood before the last act that can be taken back."""

from django.db import models

from otklik.json_text import RussianJson


class KeptText(models.Model):
    """An answer as one person is typing it: theirs alone, until it is saved as a version or given up.

    `base` is the version of the answer it was begun on; `revision` grows with each keeping, so that a second window of
    the same person does not write over the first.
    """

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    user = models.ForeignKey("organisations.User", models.CASCADE, related_name="+")
    turn = models.PositiveSmallIntegerField()  # of the case: what was begun before «не исправлено» answers nothing now
    text = models.TextField()
    base = models.PositiveSmallIntegerField(null=True)
    revision = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="cases_kepttext_once")]


class LastAct(models.Model):
    """The last act on a case that its author may take back for some seconds: how the case stood before it.

    `version` is the case's after the act: once it has grown, something else has happened and nothing is taken back.
    """

    case = models.OneToOneField("cases.Case", models.CASCADE, related_name="last_act")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    user = models.ForeignKey("organisations.User", models.CASCADE, related_name="+")
    verb = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    before = models.JSONField(encoder=RussianJson)  # columns and rows as they were; no words of anybody
