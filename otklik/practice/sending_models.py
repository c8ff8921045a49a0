"""A practice or a lent template on its way to another region, and the word of the head of the ЦУР that it may go."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sending(models.Model):
    """One thing for one region. The word is given for exactly what would go (`digest`); another text is another."""

    class State(models.TextChoices):
        ASKED = "asked", _("ждёт руководителя ЦУР")
        APPROVED = "approved", _("руководитель ЦУР разрешил")
        REFUSED = "refused", _("руководитель ЦУР не разрешил")

    practice = models.ForeignKey("practice.Practice", models.CASCADE, null=True, related_name="sendings")
    lent = models.ForeignKey("practice.LentTemplate", models.CASCADE, null=True, related_name="sendings")
    partner = models.ForeignKey("practice.TrustedRegion", models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    figures = models.JSONField(default=dict)  # how often it is used here, as it was when it was asked for
    digest = models.CharField(max_length=64)
    words = models.CharField(max_length=500, blank=True)
    asked_by = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "partner"], name="practice_sending_of_practice_once"),
            models.UniqueConstraint(fields=["lent", "partner"], name="practice_sending_of_template_once"),
            models.CheckConstraint(
                condition=models.Q(practice__isnull=False, lent__isnull=True)
                | models.Q(practice__isnull=True, lent__isnull=False),
                name="practice_sending_of_one",
            ),
        ]
