"""Leave: from a day to a day, with the colleague who stands in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Absence(models.Model):
    """While it lasts the substitute holds the absent person's roles; it ends by itself, or when it is cut short."""

    user = models.ForeignKey("organisations.User", models.CASCADE, related_name="absences", verbose_name=_("кто"))
    substitute = models.ForeignKey(
        "organisations.User", models.CASCADE, null=True, related_name="standing_in", verbose_name=_("замещает")
    )
    since = models.DateField()
    until = models.DateField()
    # Roles over people and secrets are lent only where an administrator said so.
    lends_all = models.BooleanField(default=False)
    entered_by = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    entered_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["substitute", "until"], condition=models.Q(cancelled_at=None), name="organisations_stand_in"
            )
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(until__gte=models.F("since")), name="organisations_leave_days"),
            models.CheckConstraint(
                condition=~models.Q(user=models.F("substitute")), name="organisations_not_for_oneself"
            ),
        ]
