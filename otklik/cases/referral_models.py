"""What was handed to another city's program (Open311) and is followed there."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Referral(models.Model):
    """One case in one outside program: what staff wrote for it, what became of the sending, how it stands there."""

    class State(models.TextChoices):
        WAITING = "waiting", _("ждёт отправки")
        SENDING = "sending", _("отправляется")
        SENT = "sent", _("передано")
        FAILED = "failed", _("не передано")
        UNKNOWN = "unknown", _("неизвестно, проверьте")  # cut off: the standard has no key against repeats

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="referrals")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    account = models.ForeignKey("channels.Account", models.PROTECT, related_name="+")
    service_code = models.CharField(max_length=200)
    text = models.TextField()  # staff's words: all that leaves, beside the place
    address = models.CharField(max_length=300, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)  # when to send, or to look there again; None: never
    held_until = models.DateTimeField(null=True)  # while SENDING
    failure = models.CharField(max_length=300, blank=True)
    token = models.CharField(max_length=200, blank=True)  # while the number there is not known
    number = models.CharField(max_length=180, blank=True)
    status = models.CharField(max_length=10, blank=True)  # there: open or closed
    notes = models.TextField(blank=True)  # there
    made_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "account"], name="cases_referral_once")]
        indexes = [
            models.Index(fields=["next_at"], name="cases_referral_due", condition=models.Q(next_at__isnull=False))
        ]
