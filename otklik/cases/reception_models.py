"""The card of a personal reception (59-ФЗ, article 13)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reception(models.Model):
    """One talk of one resident with an official: карточка личного приёма. The matter itself is a case.

    Numbers go without a gap within a body's year.
    """

    class Outcome(models.TextChoices):
        ORAL = "oral", _("дан устный ответ")
        WRITTEN = "written", _("будет письменный ответ")
        ELSEWHERE = "elsewhere", _("разъяснено, куда обратиться")
        REFUSED = "refused", _("отказано: ответ по существу уже давали")

    case = models.OneToOneField("cases.Case", models.CASCADE, related_name="reception")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    body = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    held_at = models.DateTimeField()
    official = models.CharField(max_length=200)  # who received
    post = models.CharField(max_length=200)  # and as who
    identified = models.BooleanField(default=False)  # showed a document (part 2)
    essence = models.TextField()  # what was said, in the words of who wrote it down (part 3)
    written = models.BooleanField(default=False)  # a written appeal was handed over besides (part 4)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    consent = models.BooleanField(default=False)  # agreed to an oral answer (part 3)
    told = models.TextField(blank=True)  # the oral answer; where to turn; why refused
    earlier = models.CharField(max_length=200, blank=True)  # number and day of the answer given before (part 6)
    earlier_case = models.ForeignKey("cases.Case", models.SET_NULL, null=True, related_name="+")
    entered_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "year", "serial"], name="cases_reception_once")]
        indexes = [models.Index(fields=["scope", "-held_at", "-id"], name="cases_reception_newest")]

    @property
    def number(self) -> str:
        """«ЛП-7/2026», as the card is called."""
        return f"ЛП-{self.serial}/{self.year}"
