"""Tables of sheets that come again: how their columns were read, what each row said last, conflicts, what is carried
back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.json_text import RussianJson


class SheetLayout(models.Model):
    """Which column means what in sheets of a source with this header; used again for the next one, and editable."""

    profile = models.ForeignKey("intake.SheetProfile", models.CASCADE, related_name="layouts")
    header_digest = models.CharField(max_length=64)
    headers = models.JSONField(default=list, encoder=RussianJson)
    columns = models.JSONField(default=dict, encoder=RussianJson)  # as in `ImportRun.columns`
    saved_by = models.CharField(max_length=80)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "header_digest"], name="intake_layout_once")]


class MirroredRow(models.Model):
    """One row of a source and its case: what the source said last, and what stood here after it.

    `known` and `applied` hold ids, dates and salted digests by field (`mirroring.Aspect`), never texts. A field whose
    value here differs from `applied` was changed by a person since.
    """

    profile = models.ForeignKey("intake.SheetProfile", models.CASCADE, related_name="+")
    outside_id = models.CharField(max_length=180)
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=32)  # of all that is followed: an unchanged row costs one comparison
    known = models.JSONField(default=dict)
    applied = models.JSONField(default=dict)
    seen_in = models.ForeignKey("intake.ImportRun", models.SET_NULL, null=True, related_name="+")  # of full sheets

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "outside_id"], name="intake_row_once")]


class Conflict(models.Model):
    """The source changed what a person had changed here since: shown to people, who take theirs or keep ours."""

    class Chosen(models.TextChoices):
        THEIRS = "theirs", _("взято из источника")
        OURS = "ours", _("оставлено наше")

    row = models.ForeignKey(MirroredRow, models.CASCADE, related_name="conflicts")
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="conflicts")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    aspect = models.CharField(max_length=12)
    theirs = models.JSONField(default=dict, encoder=RussianJson)  # the source's word, as it would be taken
    ours = models.CharField(max_length=200, blank=True)  # what stood here, in words, when they parted
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    chosen = models.CharField(max_length=6, choices=Chosen.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["row", "aspect"], condition=models.Q(settled_at=None), name="intake_conflict_one_open"
            )
        ]


class CarryBatch(models.Model):
    """One sheet of what is to be carried back into a source by hand, and whether it was."""

    profile = models.ForeignKey("intake.SheetProfile", models.PROTECT, related_name="batches")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    rows = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    carried_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    carried_at = models.DateTimeField(null=True)


class CarriedCase(models.Model):
    """What of one case a batch carries: ids and digests by field; compared with when the next batch is made."""

    batch = models.ForeignKey(CarryBatch, models.CASCADE, related_name="cases")
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    said = models.JSONField(default=dict)
    changed = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "case"], name="intake_carried_once")]
