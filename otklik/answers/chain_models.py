"""Steps of approval that were taken, and one answer to a whole problem with what came of it for each case."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Agreement(models.Model):
    """One step of the chain, taken for one version of a text: of an answer, or of a common answer to a problem."""

    class Ended(models.TextChoices):
        CHANGED = "changed", _("текст изменён")
        RETURNED = "returned", _("возвращено на доработку")
        WITHDRAWN = "withdrawn", _("согласование отозвано")

    answer = models.ForeignKey("answers.Answer", models.CASCADE, null=True, related_name="agreements")
    common = models.ForeignKey("answers.CommonAnswer", models.CASCADE, null=True, related_name="agreements")
    case = models.ForeignKey("cases.Case", models.CASCADE, null=True, related_name="+")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    step = models.PositiveSmallIntegerField()  # its place in the chain, from 1
    role = models.CharField(max_length=20)  # what the chain asks for
    version = models.PositiveSmallIntegerField()  # of the text that was read
    user = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")  # who pressed
    for_user = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")  # on leave
    oral = models.CharField(max_length=300, blank=True)  # «согласовано устно: кем, когда»
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=10, choices=Ended.choices, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer__isnull=False, case__isnull=False, common=None)
                | models.Q(answer=None, case=None, common__isnull=False), name="answers_agreement_of_one",
            ),
            models.UniqueConstraint(
                fields=["answer", "step"], condition=models.Q(ended_at=None, answer__isnull=False),
                name="answers_agreement_step_once",
            ),
            models.UniqueConstraint(
                fields=["common", "step"], condition=models.Q(ended_at=None, common__isnull=False),
                name="answers_agreement_common_once",
            ),
        ]


class CommonAnswer(models.Model):
    """One text for all cases of a problem, with placeholders; approved once, sent in one go."""

    class State(models.TextChoices):
        DRAFT = "draft", _("черновик")
        REVIEW = "review", _("на согласовании")
        APPROVED = "approved", _("согласован")
        SENDING = "sending", _("рассылается")
        SENT = "sent", _("разослан")
        STOPPED = "stopped", _("остановлен")

    problem = models.ForeignKey("cases.Problem", models.CASCADE, related_name="answers")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    kind = models.CharField(
        max_length=8, choices=[("interim", _("промежуточный")), ("final", _("окончательный"))], default="final"
    )
    promised_for = models.DateField(null=True)
    text = models.TextField()
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    author = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)  # when the sending began
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["problem"], condition=models.Q(state__in=["draft", "review", "approved", "sending"]),
                name="answers_common_one_open",
            )
        ]


class CommonVersion(models.Model):
    """A text of a common answer, as somebody left it."""

    common = models.ForeignKey(CommonAnswer, models.CASCADE, related_name="versions")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    author = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["common", "number"], name="answers_common_version_once")]


class CommonRow(models.Model):
    """What came of a common answer for one case. Made when the sending begins; done once, however often it is tried."""

    class State(models.TextChoices):
        WAITING = "waiting", _("ждёт")
        SENT = "sent", _("отправлено")
        NUMBER = "number", _("согласовано, ждёт исходящего номера")
        BY_HAND = "by_hand", _("согласовано, опубликуйте вручную")
        REFUSED = "refused", _("не отправлено")

    common = models.ForeignKey(CommonAnswer, models.CASCADE, related_name="rows")
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=300, blank=True)  # why not, in words for people
    answer = models.ForeignKey("answers.Answer", models.SET_NULL, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["common", "case"], name="answers_common_row_once")]
