"""Under which regimes a case stands beside its own: registrations, registers of bodies, what waits for the ЦУР."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Registration(models.Model):
    """One case in one register: ПОС, the СЭД of a body, or our own register where it is switched on.

    Mirrors by default: number, dates and status are the other system's and win over ours. One case may stand in
    several registers at once, each with its clocks.
    """

    class Regime(models.TextChoices):
        POS = "pos", _("ПОС")
        LAW59 = "law59", _("59-ФЗ")
        LAW8 = "law8", _("8-ФЗ")

    class EndedBy(models.TextChoices):
        SENT = "sent", _("ответ отправлен")
        FORWARDED = "forwarded", _("переслано по компетенции")
        TRANSFERRED = "transferred", _("переведено в другой режим")
        SOURCE = "source", _("закрыто в системе-источнике")
        MISTAKE = "mistake", _("внесено по ошибке")
        DECIDED = "decided", _("решено по закону без ответа по существу")

    class Way(models.TextChoices):
        EMAIL = "email", _("по электронной почте")
        POST = "post", _("почтой")
        CABINET = "cabinet", _("в личный кабинет")
        HAND = "hand", _("лично в руки")
        OTHER = "other", _("другим способом")

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="registrations")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    regime = models.CharField(max_length=10, choices=Regime.choices)
    own = models.BooleanField(default=False)  # registered here, by the act of its body; else a mirror
    system = models.CharField(max_length=120, blank=True)  # «СЭД», «ПОС», or the body's name
    body = models.ForeignKey("organisations.Organisation", models.PROTECT, null=True, related_name="+")
    year = models.PositiveSmallIntegerField(null=True)  # of an own number, by the region's calendar
    serial = models.PositiveIntegerField(null=True)
    number = models.CharField(max_length=100, blank=True)  # incoming
    received_at = models.DateTimeField()  # when it came to the body: limits of registration count from here
    matter = models.CharField(max_length=20, blank=True, default="", db_default="")  # one that has a shorter limit
    copies_at = models.DateTimeField(null=True)  # when a person said that several bodies decide: `copies` runs
    registered_at = models.DateTimeField(null=True)
    source_due_at = models.DateTimeField(null=True)  # the other system's date wins over our reckoning
    source_status = models.CharField(max_length=120, blank=True)
    extended_days = models.PositiveSmallIntegerField(null=True)
    extension_reason = models.CharField(max_length=500, blank=True)
    notice_at = models.DateTimeField(null=True)  # when the resident was told that the answer is put off
    not_ours_at = models.DateTimeField(null=True)  # when a person said so: from here `forward` runs
    forwarded_to = models.CharField(max_length=300, blank=True)
    out_number = models.CharField(max_length=100, blank=True)  # outgoing, of the answer or of the forwarding
    out_at = models.DateTimeField(null=True)
    signer = models.CharField(max_length=200, blank=True)
    way = models.CharField(max_length=10, choices=Way.choices, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=12, choices=EndedBy.choices, blank=True)
    entered_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "regime"], condition=models.Q(ended_at=None), name="cases_registration_one_open"
            ),
            models.UniqueConstraint(
                fields=["body", "regime", "year", "serial"], condition=models.Q(own=True),
                name="cases_registration_own_once",
            ),
        ]
        indexes = [models.Index(fields=["number"], name="cases_registration_number")]


class Register(models.Model):
    """A body's own register of one regime: switched on by its local act, and the last number of the year.

    The row of a year is locked while a number is taken, in the transaction that uses it: nothing leaves a gap.
    """

    body = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    regime = models.CharField(max_length=10, choices=Registration.Regime.choices)
    act_number = models.CharField(max_length=60)
    act_date = models.DateField()
    is_on = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "regime"], name="cases_register_once")]


class RegisterYear(models.Model):
    """The last number that a register gave in a year."""

    register = models.ForeignKey(Register, models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["register", "year"], name="cases_register_year_once")]


class UpperRequest(models.Model):
    """«Попросить ЦУР решить»: what only the upper level may do, with who wants it and why, until it is decided."""

    class Wish(models.TextChoices):
        REDIRECT = "redirect", _("перенаправить другой организации")
        HAND_OVER = "hand_over", _("передать в другой муниципалитет")
        DECIDE = "decide", _("решить, чья это работа")

    class State(models.TextChoices):
        OPEN = "open", _("ждёт решения ЦУР")
        DONE = "done", _("решено")
        KEPT = "kept", _("оставлено как есть")
        RECALLED = "recalled", _("отозвано")

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="upper_requests")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    wish = models.CharField(max_length=10, choices=Wish.choices)
    assignment = models.ForeignKey("cases.Assignment", models.CASCADE, null=True, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, null=True, related_name="+")
    territory = models.ForeignKey("territory.Territory", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    asked_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(state="open"), name="cases_upper_request_one_open"
            )
        ]
