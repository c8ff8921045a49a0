"""What is kept for telling which messages are about one thing: fingerprints, who joined what and why, and what is not
alike whatever the words say. All under the scope of the case.
"""

from django.db import models


class CasePrint(models.Model):
    """The fingerprint of a case's text (`triage.fingerprints`). `weighed`: looked at for joining by itself."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="print")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    kept = models.BinaryField()
    weighed = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["case"], name="cases_print_waiting", condition=models.Q(weighed=False)),
        ]


class Joining(models.Model):
    """One case joined to a problem by likeness, and how both sides stood before, so that it can be taken back whole.

    `before` holds ids, moments and the public words of a twin that went off because of this; never a resident's text.
    """

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="joinings")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    problem = models.ForeignKey("cases.Problem", models.CASCADE, related_name="+")
    was_in = models.ForeignKey("cases.Problem", models.SET_NULL, null=True, related_name="+")
    made = models.BooleanField(default=False)  # the problem itself was made for this case and its like
    author = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")  # None: the program
    at = models.DateTimeField()
    score = models.FloatField(null=True)
    reasons = models.JSONField(default=list)  # codes of `triage.likeness`
    before = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["case", "-id"], name="cases_joining_of_case")]


class NotAlike(models.Model):
    """«Не то»: this case is not to be proposed again for that problem, or that other case."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="not_alike")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    problem = models.ForeignKey("cases.Problem", models.CASCADE, null=True, related_name="+")
    other = models.ForeignKey("cases.Case", models.CASCADE, null=True, related_name="+")
    author = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "problem", "other"], name="cases_not_alike_once", nulls_distinct=False
            )
        ]
