"""Accounts through which residents write, the raw messages, and the ledger of what was sent."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.json_text import RussianJson


class Account(models.Model):
    """One page, group, bot, mailbox, form or outside system through which residents write."""

    class Channel(models.TextChoices):
        PORTAL = "portal", _("портал")
        PHONE = "phone", _("телефон")
        SHEET = "sheet", _("таблица")

    channel = models.CharField(max_length=20, choices=Channel.choices)
    code = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    territory = models.ForeignKey("territory.Territory", models.PROTECT, null=True, related_name="+")
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """One thing somebody wrote or we sent, immutable but for erasure. An edit is a new version."""

    class Direction(models.TextChoices):
        IN = "in", "входящее"
        OUT = "out", "исходящее"

    account = models.ForeignKey(Account, models.PROTECT, related_name="messages")
    external_id = models.CharField(max_length=200)
    version = models.PositiveSmallIntegerField(default=1)
    direction = models.CharField(max_length=3, choices=Direction.choices)
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    resident = models.ForeignKey("residents.Resident", models.PROTECT, null=True, related_name="messages")
    text = models.TextField()
    raw = models.JSONField(null=True, encoder=RussianJson)
    salt = models.BinaryField(max_length=16)
    written_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "external_id", "version"], name="channels_message_once")
        ]


class Attachment(models.Model):
    """A photo or document that came with a message."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")


class Delivery(models.Model):
    """The ledger of one outgoing message: sent once, or shown why not."""

    class State(models.TextChoices):
        WAITING = "waiting", _("ждёт отправки")
        BY_HAND = "by_hand", _("нужно опубликовать вручную")
        DONE = "done", _("доставлено")
        FAILED = "failed", _("не доставлено")

    message = models.OneToOneField(Message, models.CASCADE, related_name="delivery")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices)
    attempts = models.PositiveSmallIntegerField(default=0)
    link = models.URLField(max_length=500, blank=True)  # where it stands, when published by hand
    done_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)
