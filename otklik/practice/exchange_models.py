"""A meeting of two centres on one card, what each took home, and what became of it after 90 days."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

MOST_TAKEN = 3


class Exchange(models.Model):
    """One meeting. A side of another region (or without Otklik) has a name and no `host` or `guest`."""

    class Way(models.TextChoices):
        CALL = "call", _("ВКС")
        VISIT = "visit", _("выезд")

    class State(models.TextChoices):
        PLANNED = "planned", _("запланирована")
        HELD = "held", _("прошла")
        CANCELLED = "cancelled", _("отменена")

    class Leaving(models.TextChoices):
        NONE = "", _("не просили")
        ASKED = "asked", _("ждёт руководителя ЦУР")
        APPROVED = "approved", _("руководитель ЦУР разрешил")
        REFUSED = "refused", _("руководитель ЦУР не разрешил")

    uid = models.UUIDField(default=uuid4, unique=True)
    way = models.CharField(_("как"), max_length=5, choices=Way.choices, default=Way.CALL)
    topic = models.CharField(_("тема"), max_length=200)
    host = models.ForeignKey("territory.Territory", models.PROTECT, null=True, related_name="+")
    host_name = models.CharField(max_length=200)
    guest = models.ForeignKey("territory.Territory", models.PROTECT, null=True, related_name="+")
    guest_name = models.CharField(max_length=200)
    partner = models.ForeignKey("practice.TrustedRegion", models.PROTECT, null=True, related_name="+")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    where = models.CharField(_("где"), max_length=300, blank=True)  # an address, or a link of the call
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    programme = models.TextField(blank=True)
    host_people = models.TextField(blank=True)  # one a line: «Фамилия Имя Отчество, должность»
    guest_people = models.TextField(blank=True)
    questions = models.TextField(blank=True)  # one a line
    minutes = models.TextField(blank=True)
    press = models.TextField(blank=True)
    photo = models.ForeignKey("files.StoredFile", models.SET_NULL, null=True, related_name="+")
    guest_words = models.TextField(blank=True)  # what the guest wrote on the sheet that came back
    sheet_at = models.DateTimeField(null=True)
    # What goes beyond the region: asked for, allowed for exactly this content (its digest), by whom and when.
    leaving = models.CharField(max_length=8, choices=Leaving.choices, default=Leaving.NONE, blank=True)
    leaving_digest = models.CharField(max_length=64, blank=True)
    leaving_by = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    leaving_at = models.DateTimeField(null=True)
    leaving_words = models.CharField(max_length=500, blank=True)
    made_by = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)  # two who type at once: the second is told

    class Meta:
        indexes = [models.Index(fields=["-begins_at"], name="practice_exchange_when")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(host__isnull=False) | models.Q(guest__isnull=False), name="practice_exchange_ours"
            )
        ]

    @property
    def leaves(self) -> bool:
        """Whether somebody of another region takes part: then papers go beyond the region."""
        return self.host_id is None or self.guest_id is None


class Taken(models.Model):
    """«Берём»: one thing a centre takes home, whose and by when; 90 days after the meeting it is asked about once."""

    class Outcome(models.TextChoices):
        WAITING = "", _("ещё не спрашивали")
        APPLIED = "applied", _("применили")
        NOT_APPLIED = "not", _("не применили")

    exchange = models.ForeignKey(Exchange, models.CASCADE, related_name="taken")
    number = models.PositiveSmallIntegerField()
    place = models.ForeignKey("territory.Territory", models.PROTECT, null=True, related_name="+")
    what = models.CharField(max_length=300)
    responsible = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    responsible_name = models.CharField(max_length=200)
    due = models.DateField()
    asked_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=7, choices=Outcome.choices, default=Outcome.WAITING, blank=True)
    why = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["exchange_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["exchange", "number"], name="practice_taken_once"),
            models.CheckConstraint(
                condition=models.Q(number__gte=1, number__lte=MOST_TAKEN), name="practice_taken_three"
            ),
        ]


class TrustedRegion(models.Model):
    """Another Otklik whose signed files we take: its public key, compared by its fingerprint."""

    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=64, unique=True)  # Ed25519, 32 bytes in hexadecimal
    added_by = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Packet(models.Model):
    """A signed file that was taken in, once: its number never comes again."""

    uid = models.UUIDField(unique=True)
    region = models.ForeignKey(TrustedRegion, models.PROTECT, related_name="packets")
    kind = models.CharField(max_length=10)
    # What it became here: one of the three.
    exchange = models.ForeignKey(Exchange, models.CASCADE, null=True, related_name="packets")
    practice = models.ForeignKey("practice.Practice", models.CASCADE, null=True, related_name="packets")
    template = models.ForeignKey("practice.ForeignTemplate", models.CASCADE, null=True, related_name="packets")
    content = models.JSONField()
    made_at = models.DateTimeField()
    came_at = models.DateTimeField()
    came_by = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
