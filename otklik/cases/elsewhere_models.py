"""A resident goes on in another channel: the one-time code by which they are known there."""

from django.db import models


class ContinueCode(models.Model):
    """One code of one case, shown once on the resident's page. Only its keyed hash is kept."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="continue_codes")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    code_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
