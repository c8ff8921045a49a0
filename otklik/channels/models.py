"""Accounts through which residents write, the raw messages, and the ledger of what was sent."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.json_text import RussianJson


class Account(models.Model):
    """One page, group, bot, mailbox, form or outside system through which residents write."""

    class Channel(models.TextChoices):
        PORTAL = "portal", _("портал")
        PHONE = "phone", _("телефон")
        RECEPTION = "reception", _("личный приём")
        SHEET = "sheet", _("таблица")
        LINE = "line", _("телефонная линия")
        SITE = "site", _("форма на сайте")
        EMAIL = "email", _("почта")
        VK = "vk", _("ВКонтакте")
        OK = "ok", _("Одноклассники")
        MAX = "max", _("MAX")
        TELEGRAM = "telegram", _("Telegram")
        FEED = "feed", _("ленты и сайты")
        OPEN311 = "open311", _("Open311")

    channel = models.CharField(max_length=20, choices=Channel.choices)
    code = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    territory = models.ForeignKey("territory.Territory", models.PROTECT, null=True, related_name="+")
    active = models.BooleanField(default=True)
    ours = models.BooleanField(default=True)  # a page of ours: we answer there; else we only listen (city groups)
    dry_run = models.BooleanField(default=False)  # answers are made and shown, and not sent

    def __str__(self) -> str:
        return self.name

    @property
    def settings(self) -> dict[str, Any]:
        """What its settings page asked. Empty for our own forms."""
        try:
            settings: dict[str, Any] = self.setup.settings
            return settings
        except Setup.DoesNotExist:
            return {}


class Setup(models.Model):
    """What the settings page of an account asked. Apart from the account, which secret links may read."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="setup")
    settings = models.JSONField(default=dict)  # addresses, ids, words; no secrets
    secrets = models.BinaryField(default=bytes)  # sealed by `kit.secrets`; never shown again
    secrets_key = models.CharField(max_length=16, blank=True)


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
    # Where it stands there: the conversation, the keyed hash of its author, a link that opens the original.
    thread = models.CharField(max_length=200, blank=True)
    author_key = models.CharField(max_length=64, blank=True)
    link = models.CharField(max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(null=True)  # its author deleted it there
    outside = models.BooleanField(default=False)  # ours, but written there by hand: «ответ дан вне программы»

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "external_id", "version"], name="channels_message_once")
        ]
        indexes = [
            models.Index(
                fields=["account", "thread"], name="channels_message_thread", condition=~models.Q(thread="")
            )
        ]


class Attachment(models.Model):
    """A photo or document that came with a message."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")


class OutsideFile(models.Model):
    """A file that came as an address: it is fetched after its message was taken, or shown with why it was not."""

    class State(models.TextChoices):
        WAITING = "waiting", _("ещё не скачан")
        DONE = "done", _("скачан")
        FAILED = "failed", _("не скачан")

    message = models.ForeignKey(Message, models.CASCADE, related_name="outside_files")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    url = models.CharField(max_length=2000)
    name = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    failure = models.CharField(max_length=300, blank=True)


class Arrival(models.Model):
    """What came, byte for byte, before anybody understood it. Taken once however often it is delivered."""

    class State(models.TextChoices):
        NEW = "new", _("ещё не разобрано")
        TAKEN = "taken", _("принято")
        ASKED = "asked", _("ждёт выбора")  # mail waits for the operator's key
        ASIDE = "aside", _("не обращение")
        IGNORED = "ignored", _("отсеяно")  # by a filter, or an event that says nothing to us
        QUARANTINED = "quarantined", _("не разобрано")

    account = models.ForeignKey(Account, models.PROTECT, related_name="arrivals")
    external_id = models.CharField(max_length=200)
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    body = models.BinaryField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.NEW)
    reason = models.CharField(max_length=300, blank=True)
    told = models.JSONField(null=True, encoder=RussianJson)  # what a list shows of it: from, subject, words
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="arrivals")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "external_id"], name="channels_arrival_once")
        ]
        indexes = [
            models.Index(fields=["account", "id"], name="channels_arrival_new", condition=models.Q(state="new")),
            models.Index(
                fields=["scope", "state", "id"], name="channels_arrival_looked_at",
                condition=models.Q(state__in=["asked", "ignored", "quarantined"]),
            ),
        ]


class MissedCall(models.Model):
    """Somebody rang and nobody took it: to be called back. One row a caller until it is settled."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="missed_calls")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    cipher = models.BinaryField()  # the number, sealed like a contact
    key_id = models.CharField(max_length=16)
    lookup = models.CharField(max_length=64)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "lookup"], name="channels_missed_once", condition=models.Q(settled_at=None)
            )
        ]


class Cursor(models.Model):
    """How far an account has been read, and who reads it now."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="cursor")
    value = models.JSONField(default=dict)
    holder = models.CharField(max_length=40, blank=True)
    held_until = models.DateTimeField(null=True)


class Health(models.Model):
    """How an account fares, for `/settings/channels/`. Apart from the account, since it changes all the time."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="health")
    last_message_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    last_failure_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    rests_until = models.DateTimeField(null=True)  # after failures, or when the far side asked us to wait
    next_call_at = models.DateTimeField(null=True)  # the account's pace: the earliest next call


class Delivery(models.Model):
    """The ledger of one outgoing message: sent once, or shown why not."""

    class State(models.TextChoices):
        WAITING = "waiting", _("ждёт отправки")
        SENDING = "sending", _("отправляется")
        BY_HAND = "by_hand", _("нужно опубликовать вручную")
        DONE = "done", _("доставлено")
        FAILED = "failed", _("не доставлено")
        UNKNOWN = "unknown", _("неизвестно, проверьте")  # cut off where the far side cannot tell
        CANCELLED = "cancelled", _("отменено")

    message = models.OneToOneField(Message, models.CASCADE, related_name="delivery")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices)
    attempts = models.PositiveSmallIntegerField(default=0)
    target = models.JSONField(default=dict, encoder=RussianJson)  # to whom and where, as the channel needs it
    next_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)  # while SENDING
    receipt = models.CharField(max_length=200, blank=True)  # the far side's id of what we sent
    link = models.URLField(max_length=500, blank=True)  # where it stands, when published by hand
    done_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"], name="channels_delivery_due", condition=models.Q(state__in=["waiting", "sending"])
            ),
            models.Index(fields=["receipt"], name="channels_delivery_receipt", condition=~models.Q(receipt="")),
        ]


class Attempt(models.Model):
    """One try to send: what the ledger proves by."""

    class Outcome(models.TextChoices):
        BEGUN = "begun", _("начата")
        SENT = "sent", _("принято там")
        LATER = "later", _("повторим позже")
        REFUSED = "refused", _("отказ")
        CUT_OFF = "cut_off", _("прервана")

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.BEGUN)
    words = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="channels_attempt_once")]
