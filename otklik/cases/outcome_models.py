"""Decisions by which a registered matter ends otherwise than with an answer: 59-ФЗ, articles 8, 10, 11; 8-ФЗ, 18–20.

What each of them is, says and needs stands in `outcome_table`; here is what was decided of one case.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ComplainedOf(models.Model):
    """Whose decision or inaction the resident complains of: never to be sent this complaint (59-ФЗ, 8, part 6)."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="complained_of")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=300, blank=True)  # who is in no directory: an official, a body of elsewhere
    added_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()


class LawDecision(models.Model):
    """One decision about one registration: prepared with its letter, decided by who may, done when the letter left."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("подготовлено, ждёт решения")
        DECIDED = "decided", _("решено, осталось отправить")
        DONE = "done", _("исполнено")
        WITHDRAWN = "withdrawn", _("снято")

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="law_decisions")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    registration = models.ForeignKey("cases.Registration", models.CASCADE, related_name="decisions")
    code = models.CharField(max_length=30)  # a row of `outcome_table`
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREPARED)
    reason = models.CharField(max_length=1000, blank=True)
    addressee = models.CharField(max_length=300, blank=True)
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, null=True, related_name="+")
    body_name = models.CharField(max_length=300, blank=True)  # to whom it goes, as the letter names them
    # The other of two that the law names together (59-ФЗ, 8, part 3.1): empty where it names one.
    also_organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, null=True, related_name="+")
    also_name = models.CharField(max_length=300, blank=True, default="", db_default="")
    url = models.CharField(max_length=500, blank=True)
    published_on = models.DateField(null=True)
    act = models.CharField(max_length=300, blank=True)  # by which the access is restricted (8-ФЗ, 19, part 4)
    stopped_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="later")
    tells = models.BooleanField(default=True)  # whether a letter to the resident goes out
    text = models.TextField(blank=True)  # of that letter
    authority = models.CharField(max_length=200, blank=True)  # the act by which whoever decided may decide
    prepared_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    prepared_at = models.DateTimeField()
    decided_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)  # when the letter left; without a letter, when it was decided
    out_number = models.CharField(max_length=100, blank=True)
    signer = models.CharField(max_length=200, blank=True)
    way = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=models.Q(state__in=["prepared", "decided"]),
                name="cases_law_decision_one_open",
            )
        ]
        indexes = [
            models.Index(
                fields=["scope", "code"], name="cases_law_decision_done", condition=models.Q(state="done")
            )
        ]


    @property
    def addressees(self) -> list[tuple[int | None, str]]:
        """To whom the matter itself goes: (organisation of the directory, name)."""
        both = ((self.organisation_id, self.body_name), (self.also_organisation_id, self.also_name))
        return [(ident, name) for ident, name in both if name]


class EarlierAnswer(models.Model):
    """An answer on the merits given before, on which a decision rests: of a case here, or by its number and day."""

    decision = models.ForeignKey(LawDecision, models.CASCADE, related_name="earlier")
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")  # of the decision
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    registration = models.ForeignKey("cases.Registration", models.CASCADE, null=True, related_name="+")
    number = models.CharField(max_length=100)
    sent_on = models.DateField()


class LawAuthority(models.Model):
    """Who beside the head decides what the law leaves to «уполномоченное на то лицо», by which local act."""

    user = models.ForeignKey("organisations.User", models.CASCADE, related_name="+")
    territory = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    act_number = models.CharField(max_length=60)
    act_date = models.DateField()
    until = models.DateField(null=True)  # the last day; None: until it is taken back

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "territory"], name="cases_law_authority_once")]
