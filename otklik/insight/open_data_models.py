"""Editions of open data: made once for a month, never made anew, with the very texts that are handed out."""

from django.db import models


class OpenEdition(models.Model):
    """One month. Made some days after its end; what happens to its cases later changes nothing here."""

    month = models.DateField(unique=True)  # its first day
    made_at = models.DateTimeField()
    places = models.PositiveSmallIntegerField()  # municipalities that were counted
    told = models.BooleanField()  # False: fewer messages than may be told of


class OpenFile(models.Model):
    """One file of an edition, as it is handed out."""

    class Name(models.TextChoices):
        FIGURES = "figures", "показатели"
        CASES = "cases", "обезличенные сообщения"

    edition = models.ForeignKey(OpenEdition, models.CASCADE, related_name="files")
    name = models.CharField(max_length=8, choices=Name.choices)
    form = models.CharField(max_length=4, choices=[("csv", "csv"), ("json", "json")])
    text = models.TextField()
    rows = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256 of the text, in hexadecimal digits

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "name", "form"], name="insight_open_file_once")]
