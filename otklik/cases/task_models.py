"""What organisations are asked to do for a case, and what they say: assignments, their links, replies, photos."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class Assignment(models.Model):
    """One hop of a case to an organisation, with its reason and the task text that staff wrote."""

    class Part(models.TextChoices):
        RESPONSIBLE = "responsible", _("ответственный")
        CO_EXECUTOR = "co_executor", _("соисполнитель")

    class State(models.TextChoices):
        OPEN = "open", _("в работе")
        DONE = "done", _("сообщили: сделано")
        NEEDS_TIME = "needs_time", _("просят срок")
        REFUSED = "refused", _("ответили: не наше")
        WITHDRAWN = "withdrawn", _("снято")

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="tasks")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    part = models.CharField(max_length=12, choices=Part.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    task = models.TextField()
    address = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    hop = models.PositiveSmallIntegerField(default=1)
    due_at = models.DateTimeField(null=True)
    assigned_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    assigned_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [  # few, and asked for by every page of the queue
            models.Index(
                fields=["case"], name="cases_assignment_asks",
                condition=models.Q(state__in=["needs_time", "refused"]),
            ),
            models.Index(  # what one organisation still has to do
                fields=["organisation"], name="cases_assignment_to_do",
                condition=models.Q(state__in=["open", "needs_time"]),
            ),
        ]


class TaskLink(models.Model):
    """The executor's signed link: bound to one assignment, expires, can be revoked. Opening changes nothing."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="links")
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class ListLink(models.Model):
    """One link to all open tasks of an organisation in the places of whoever gave it: expires, can be revoked.

    What it shows comes from the database function `otklik_list_tasks` alone, which knows this row.
    """

    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="list_links")
    scopes = ArrayField(models.BigIntegerField(), default=list)  # ids of territories; of no use with `whole`
    whole = models.BooleanField(default=False)  # of the whole region
    made_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class TaskReply(models.Model):
    """What the executor said: by the link, or by word of mouth as staff noted it."""

    class NoPhoto(models.TextChoices):
        """Why «сделано» comes without a photo «после»."""

        NOTHING_TO_SEE = "nothing", _("на фото не увидеть: работы внутри, в сети, по документам")
        NOT_ALLOWED = "not_allowed", _("снимать нельзя: дом или квартира, режимный объект")
        DARK = "dark", _("темно или непогода")
        NO_CAMERA = "no_camera", _("нет телефона с камерой")
        OTHER = "other", _("другое: напишу ниже")

    class Kind(models.TextChoices):
        DONE = "done", _("сделано")
        NEEDS_TIME = "needs_time", _("нужен срок")
        NOT_OURS = "not_ours", _("не наше")

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="replies")
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField(blank=True)
    until = models.DateField(null=True)  # the date asked for
    whose = models.CharField(max_length=300, blank=True)  # «не наше — чьё»
    no_photo = models.CharField(max_length=12, choices=NoPhoto.choices, blank=True, default="", db_default="")
    said_by = models.CharField(max_length=200, blank=True)  # «со слов: кто»
    said_at = models.DateTimeField(null=True)
    noted_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField()
    once = models.CharField(max_length=64, unique=True)  # a resent form is taken once


class Evidence(models.Model):
    """A photo that shows the matter before or after."""

    class Moment(models.TextChoices):
        BEFORE = "before", _("до")
        AFTER = "after", _("после")

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="evidence")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    moment = models.CharField(max_length=6, choices=Moment.choices)
    reply = models.ForeignKey(TaskReply, models.CASCADE, null=True, related_name="photos")
    added_at = models.DateTimeField()
    # What the file said of itself before it was written anew: hints, since anybody can write them. Never shown outside.
    taken_at = models.DateTimeField(null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    # A fingerprint of what is seen (64 bits), and its four parts, of which near pictures share one at least.
    look = models.BigIntegerField(null=True)
    look_parts = ArrayField(models.IntegerField(), default=list, db_default=[])
    same_as = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")  # it stood at another case before

    class Meta:
        indexes = [GinIndex(fields=["look_parts"], name="cases_evidence_look")]
