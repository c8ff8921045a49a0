"""What leaves to other bodies while a case is worked on: copies of an appeal, and requests for documents."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Inquiry(models.Model):
    """One letter to another body about a case, and what came back.

    A copy goes where some of the questions belong (59-ФЗ, article 8, part 4); a request asks for documents (article
    10, part 2) and has 15 days; after a forwarding the results may be asked for (article 8, part 5).
    """

    class Kind(models.TextChoices):
        COPY = "copy", _("копия обращения")
        REQUEST = "request", _("запрос документов")
        RESULT = "result", _("запрос результата рассмотрения")

    class State(models.TextChoices):
        SENT = "sent", _("отправлено")
        WAITING = "waiting", _("ждём ответа")
        ANSWERED = "answered", _("ответ получен")
        SILENT = "silent", _("не ответили")
        RECALLED = "recalled", _("отозвано")

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="inquiries")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    registration = models.ForeignKey("cases.Registration", models.CASCADE, related_name="inquiries")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices)
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, null=True, related_name="+")
    to = models.CharField(max_length=300)  # the body as written on the letter
    what = models.TextField()  # which questions are theirs, or what is asked for
    number = models.CharField(max_length=100)  # outgoing
    sent_at = models.DateTimeField()
    signer = models.CharField(max_length=200)
    due_at = models.DateTimeField(null=True)  # until when they must answer; None: the law gives no limit
    ended_at = models.DateTimeField(null=True)
    answer_number = models.CharField(max_length=100, blank=True)
    answer = models.TextField(blank=True)  # what came, or why nothing did
    made_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["scope", "due_at"], name="cases_inquiry_waiting", condition=models.Q(state="waiting")
            )
        ]
