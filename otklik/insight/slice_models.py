"""Slices that people keep under a name. No content: an address of ours with codes and ids, no searched words."""

from django.db import models


class SavedSlice(models.Model):
    """A page of figures with what is chosen on it: its owner's, or shared with all who see figures."""

    owner = models.ForeignKey("organisations.User", models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    path = models.CharField(max_length=120)
    query = models.CharField(max_length=4000)
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="insight_slice_once")]
