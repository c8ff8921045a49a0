"""Who came in and who was turned away; how often somebody tried; an outside log-in tied to a person."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DoorEvent(models.Model):
    """One log-in, refused log-in or leaving. Addresses of staff stand here, not in the journal, and go after a year."""

    class Kind(models.TextChoices):
        CAME = "came", _("вошёл")
        FAILED = "failed", _("не вошёл: имя или пароль")
        CODE = "code", _("не вошёл: код второго фактора")
        LIMITED = "limited", _("не вошёл: слишком часто")
        OUTSIDE = "outside", _("не вошёл: единый вход")
        LEFT = "left", _("вышел")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    user = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(db_index=True)
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=200, blank=True)  # why the outside log-in failed; never what was typed

    class Meta:
        indexes = [models.Index(fields=["user", "-at"], name="organisations_door_user")]


class RateWindow(models.Model):
    """How often a key was used since its window began; shared by all web processes. Keys are hashes."""

    key = models.CharField(max_length=64, primary_key=True)
    began = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=1)


class OutsideLogin(models.Model):
    """The person whom an outside provider knows under this subject: bound at the first log-in, kept since."""

    user = models.ForeignKey("organisations.User", models.CASCADE, related_name="outside_logins")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    bound_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="organisations_outside_once"),
            models.UniqueConstraint(fields=["issuer", "user"], name="organisations_outside_person_once"),
        ]
