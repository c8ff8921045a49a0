"""What members of staff are told, by which ways, and how they wish it. Nothing of residents stands here.

A notice names a case by its key only; what the case says is read from the case itself, by whoever may.
"""

from datetime import time

from django.db import models
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """One thing one person is told. It waits in their bell until they have seen it."""

    user = models.ForeignKey("organisations.User", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12)  # of `noticing.KINDS`
    case = models.ForeignKey("cases.Case", models.CASCADE, null=True, related_name="+")
    # The colleague on leave in whose place they are told; NULL: for themselves.
    instead_of = models.ForeignKey("organisations.User", models.CASCADE, null=True, related_name="+")
    words = models.CharField(max_length=300, blank=True)  # the program's own: a date, a percent, a place
    link = models.CharField(max_length=200, blank=True)  # a page of ours, where there is no case
    urgent = models.BooleanField(default=False)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "case"], condition=models.Q(seen_at=None), name="cases_notice_unseen"),
            models.Index(fields=["user", "-id"], name="cases_notice_newest"),
        ]


class NoticePost(models.Model):
    """The ledger of what leaves the program for a member of staff: each notice by each way once."""

    class Way(models.TextChoices):
        EMAIL = "email", _("почта")
        MAX = "max", _("MAX")

    class State(models.TextChoices):
        WAITING = "waiting", _("ждёт отправки")
        SENDING = "sending", _("отправляется")
        DONE = "done", _("отправлено")
        FAILED = "failed", _("не отправлено")
        UNKNOWN = "unknown", _("неизвестно, дошло ли")  # cut off where the far side cannot tell
        NEEDLESS = "needless", _("прочитано раньше")  # seen in the program before it was sent

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="posts")
    user = models.ForeignKey("organisations.User", models.CASCADE, related_name="+")
    way = models.CharField(max_length=5, choices=Way.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    after_quiet = models.BooleanField(default=False)  # came in quiet hours: in the morning, together
    next_at = models.DateTimeField()
    held_until = models.DateTimeField(null=True)  # while SENDING
    attempts = models.PositiveSmallIntegerField(default=0)
    letter = models.BigIntegerField(null=True)  # the first row of those that go out as one letter
    done_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "way"], name="cases_noticepost_once")]
        indexes = [
            models.Index(
                fields=["next_at"], name="cases_noticepost_due", condition=models.Q(state__in=["waiting", "sending"])
            ),
        ]


class NoticeChoice(models.Model):
    """How a person wishes to be told. Who has none is told as `noticing.KINDS` says."""

    user = models.OneToOneField("organisations.User", models.CASCADE, related_name="+")
    ways = models.JSONField(default=dict)  # kind → list of ways beside the page
    quiet_from = models.TimeField(default=time(20))  # the region's clock; both the same: there are none
    quiet_to = models.TimeField(default=time(8))
    quiet_days_off = models.BooleanField(default=True)


class StaffChat(models.Model):
    """Where a member of staff is written to by a messenger: bound by a one-time code that they sent from there."""

    user = models.OneToOneField("organisations.User", models.CASCADE, related_name="+")
    account = models.ForeignKey("channels.Account", models.CASCADE, related_name="+")
    target = models.JSONField(default=dict)
    bound_at = models.DateTimeField()


class StaffCode(models.Model):
    """A one-time code of a member of staff. Only its keyed hash is kept."""

    user = models.OneToOneField("organisations.User", models.CASCADE, related_name="+")
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
