"""«Запрос ЦУР»: a card of its own, without a resident's case: «дайте позицию до 14:00».

All words of a request stand in its parts, each under the scope of whom it was sent to: a post may name a person.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Ask(models.Model):
    """One request of the ЦУР, to one or several centres and organisations."""

    made_by = models.ForeignKey("organisations.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-due_at"], name="curating_ask_due")]


class AskPart(models.Model):
    """One addressee's part: the words, the reply, the curator's decision."""

    names_people = True  # a post may: looked through when somebody is erased

    class State(models.TextChoices):
        SENT = "sent", _("ждёт ответа")
        RETURNED = "returned", _("возвращён на доработку")
        REPLIED = "replied", _("ответ ждёт решения ЦУР")
        ACCEPTED = "accepted", _("ответ принят")
        CANCELLED = "cancelled", _("отменён")

    ask = models.ForeignKey(Ask, models.CASCADE, related_name="parts")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=160)
    text = models.TextField()  # what the post says, and what is asked
    link = models.CharField(max_length=500, blank=True)
    due_at = models.DateTimeField()  # of now: a returned part may have got more time
    state = models.CharField(max_length=9, choices=State.choices, default=State.SENT)
    seen_at = models.DateTimeField(null=True)  # somebody of the addressee opened it
    alarmed = models.PositiveSmallIntegerField(default=0)  # 1: reminded before the deadline; 2: told that it is over
    reply = models.TextField(blank=True)
    replied_for = models.CharField(max_length=200, blank=True)  # whose words a curator wrote down for an organisation
    replied_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    replied_at = models.DateTimeField(null=True)
    first_replied_at = models.DateTimeField(null=True)  # by which it is judged whether it came in time
    decision = models.TextField(blank=True)  # the curator's words
    decided_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ask", "scope", "organisation"], name="curating_ask_once", nulls_distinct=False
            )
        ]
        indexes = [
            models.Index(
                fields=["scope", "due_at"], name="curating_ask_open",
                condition=models.Q(state__in=["sent", "returned", "replied"]),
            ),
        ]


class AskLink(models.Model):
    """A secret link by which an organisation without an account answers its part. Signed: nothing secret is kept."""

    part = models.ForeignKey(AskPart, models.CASCADE, related_name="links")
    made_by = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class AskFile(models.Model):
    """A photo or document of a request or of its reply, under the scope of that part."""

    part = models.ForeignKey(AskPart, models.CASCADE, related_name="files")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    reply = models.BooleanField(default=False)  # came with the reply
