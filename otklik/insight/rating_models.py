"""The rating as it was computed: by which version, from which counts, what was left out, what was disputed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RatingFormula(models.Model):
    """One version of the formula (`rating_formula.Formula`). Never changed: another version stands beside it."""

    version = models.PositiveIntegerField(unique=True)
    valid_from = models.DateField()  # the first day of the first month that is rated by it
    data = models.JSONField()
    added_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()


class RatingRun(models.Model):
    """The rating of one closed month, over the months that its formula takes. `inputs` are all that it is made of."""

    class State(models.TextChoices):
        DRAFT = "draft", _("черновик")
        PUBLISHED = "published", _("вышел")

    month = models.DateField(unique=True)  # its first day
    since = models.DateField()  # of reception, both days included
    until = models.DateField()
    formula = models.ForeignKey(RatingFormula, models.PROTECT, related_name="runs")
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    drafted_at = models.DateTimeField()
    computed_at = models.DateTimeField()
    disputes_until = models.DateField()  # the last day on which a case may be disputed
    published_at = models.DateTimeField(null=True)
    inputs = models.JSONField()
    common = models.JSONField()  # what all places share: strata, mix, spread by part
    digest = models.CharField(max_length=64)  # of inputs and results


class RatingRow(models.Model):
    """One place of one rating, as `rating_scores.Result` says it."""

    run = models.ForeignKey(RatingRun, models.CASCADE, related_name="rows")
    place = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    league = models.CharField(max_length=40)
    state = models.CharField(max_length=6)
    received = models.PositiveIntegerField()
    points = models.FloatField()
    error = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    first = models.PositiveSmallIntegerField(null=True)
    last = models.PositiveSmallIntegerField(null=True)
    measured = models.FloatField()
    parts = models.JSONField()
    moves = models.JSONField()
    excluded = models.JSONField()  # how many were left out, by reason

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "place"], name="insight_rating_row_once")]


class RatingDispute(models.Model):
    """One case that a centre holds to be none of its rating. The words of both sides are remarks of the case."""

    class State(models.TextChoices):
        WAITING = "waiting", _("ждёт решения куратора")
        ACCEPTED = "accepted", _("исключена")
        REFUSED = "refused", _("оставлена")

    run = models.ForeignKey(RatingRun, models.CASCADE, related_name="disputes")
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    made_by = models.ForeignKey("organisations.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "case"], name="insight_rating_dispute_once")]
        indexes = [models.Index(fields=["case"], name="insight_rating_accepted", condition=models.Q(state="accepted"))]


class RatingExclusion(models.Model):
    """One case that is in no figure of a rating, and why."""

    class Why(models.TextChoices):
        SPAM = "spam", _("спам, реклама")
        THANKS = "thanks", _("благодарность")
        NO_INCIDENT = "no_incident", _("не инцидент")
        FEDERAL = "federal", _("федеральный вопрос")
        NOT_OURS = "not_ours", _("не компетенция муниципалитета: передано")
        OTHER_BODY = "other_body", _("задержал другой орган")
        DISPUTE = "dispute", _("решение куратора по спору")

    run = models.ForeignKey(RatingRun, models.CASCADE, related_name="exclusions")
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    why = models.CharField(max_length=11, choices=Why.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "case"], name="insight_rating_exclusion_once")]
        indexes = [models.Index(fields=["run", "scope", "why"], name="insight_rating_left_out")]


class RatingFlag(models.Model):
    """Something that looks like playing for the rating. For the curator to look at; it moves no place."""

    class Kind(models.TextChoices):
        EVIDENCE = "evidence", _("«Сделано» без доказательств")
        SPLITTING = "splitting", _("Похоже на дробление")
        EASY = "easy", _("Лёгких тем стало больше")

    run = models.ForeignKey(RatingRun, models.CASCADE, related_name="flags")
    place = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    found = models.PositiveIntegerField()
    of = models.PositiveIntegerField()
    usual = models.FloatField()  # the share to compare with: of all places, or of the place before; 0..1
    case_ids = models.JSONField(default=list)  # some of them, to look at

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "place", "kind"], name="insight_rating_flag_once")]
