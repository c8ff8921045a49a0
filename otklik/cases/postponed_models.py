"""«Отложенное решение»: a message that waits for a planned day, and comes back by itself."""

from django.db import models


class Postponement(models.Model):
    """One putting off of a case: until which day, by whom (None: the source said so), and when it came back."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="postponements")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    until = models.DateField()
    since = models.DateTimeField()
    by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(back_at=None), name="cases_postponed_once"
            )
        ]
        indexes = [
            models.Index(fields=["scope", "since"], condition=models.Q(back_at=None), name="cases_postponed_now"),
        ]
