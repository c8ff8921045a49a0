"""Who is told when a limit passes, queues that nobody watches, and what the ЦУР may do for a municipality. All data."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EscalationChain(models.Model):
    """One version of one chain: of a place (NULL: the region), for a regime and from an importance on ("" and 0: all).

    `steps` as `escalation_rules.steps_from` reads them; NULL: from here on as the place above has it.
    """

    territory = models.ForeignKey("territory.Territory", models.CASCADE, null=True, related_name="+")
    regime = models.CharField(max_length=10, blank=True, default="")
    importance_from = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField()
    steps = models.JSONField(null=True)
    made_by = models.ForeignKey("organisations.User", models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "regime", "importance_from", "version"], name="cases_chain_version_once",
                nulls_distinct=False,
            )
        ]


class Escalation(models.Model):
    """A later step of a chain that waits for an overdue clock: told once, or dropped when the clock has stopped."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    clock = models.ForeignKey("cases.Clock", models.CASCADE, related_name="escalations")
    after_hours = models.PositiveSmallIntegerField()  # working hours after the limit
    roles = models.JSONField(default=list)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clock", "after_hours"], name="cases_escalation_once")]
        indexes = [models.Index(fields=["due_at"], name="cases_escalation_due", condition=models.Q(done_at=None))]


class StaffActed(models.Model):
    """When a person last did anything with a case, as the journal tells it. Kept by the job that looks for silence."""

    user = models.OneToOneField("organisations.User", models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField()


class SilentQueue(models.Model):
    """A centre where cases wait and nobody acts, from when till when. Counts and moments only."""

    class Reason(models.TextChoices):
        NOBODY = "nobody", _("разбирать некому: ролей нет ни у кого")
        AWAY = "away", _("все в отпуске, и никто не замещает")
        IDLE = "idle", _("сообщения ждут, и никто ничего не делает")

    place = models.ForeignKey("territory.Territory", models.CASCADE, related_name="+")
    reason = models.CharField(max_length=6, choices=Reason.choices)
    since = models.DateTimeField()  # the last act, or when the oldest came
    noticed_at = models.DateTimeField()
    waiting = models.PositiveIntegerField(default=0)
    oldest_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place"], name="cases_silent_once", condition=models.Q(ended_at=None)
            )
        ]


class HelpAct(models.Model):
    """What the ЦУР did about a silent queue: reminded its people, called the head."""

    class Kind(models.TextChoices):
        REMIND = "remind", _("напоминание")
        CALL = "call", _("звонок руководителю")

    queue = models.ForeignKey(SilentQueue, models.CASCADE, related_name="acts")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    words = models.CharField(max_length=300, blank=True)  # what was agreed on the phone
    by = models.ForeignKey("organisations.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()


class HelpAgreement(models.Model):
    """An agreement by which the ЦУР may approve or publish for a municipality. Never for 59-ФЗ and 8-ФЗ."""

    territory = models.ForeignKey("territory.Territory", models.CASCADE, related_name="+")
    number = models.CharField(max_length=60)
    signed_on = models.DateField()
    since = models.DateField()
    until = models.DateField(null=True)
    regimes = models.JSONField(default=list)  # of `upper_help.REGIMES`
    covers = models.JSONField(default=list)  # of `upper_help.COVERED`
    entered_by = models.ForeignKey("organisations.User", models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["territory"], name="cases_agreement_in_force", condition=models.Q(ended_at=None))
        ]
