"""Imports of sheets: each run, its rejected rows, and the outside words that wait for a mapping."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.intake.mirror_models import CarriedCase, CarryBatch, Conflict, MirroredRow, SheetLayout
from otklik.json_text import RussianJson

__all__ = [
    "CarriedCase", "CarryBatch", "Conflict", "FormKey", "ImportRun", "MirroredRow", "OutsideWord",
    "RejectedRow", "SheetLayout", "SheetProfile", "WordUse",
]


class FormKey(models.Model):
    """A one-time key issued with a form: a form sent twice is taken once."""

    key_hash = models.CharField(max_length=64, primary_key=True)
    issued_at = models.DateTimeField()
    case_id = models.BigIntegerField(null=True)  # which case the first sending made; a plain id, no content


class SheetProfile(models.Model):
    """Where a sheet comes from: its rows' ids are unique within a profile."""

    code = models.CharField(max_length=80)  # as people call it; each centre has its own names
    name = models.CharField(max_length=200)
    account = models.OneToOneField("channels.Account", models.PROTECT, related_name="+")
    into = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["into", "code"], name="intake_profile_once")]


class ImportRun(models.Model):
    """One import of one file, resumable at any row."""

    class State(models.TextChoices):
        WAITING = "waiting", _("ждёт")
        RUNNING = "running", _("идёт")
        DONE = "done", _("закончен")
        FAILED = "failed", _("остановлен")

    profile = models.ForeignKey(SheetProfile, models.PROTECT, related_name="runs")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    file_digest = models.CharField(max_length=64)
    stored_at = models.CharField(max_length=255, blank=True)  # path under the data folder, for imports by page
    columns = models.JSONField(default=dict)
    tab = models.CharField(max_length=200, blank=True)  # the sheet of a book; "" is the first filled one
    full = models.BooleanField(default=False)  # the whole of the source: what is not in it has gone missing there
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    started_by = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    last_row = models.PositiveIntegerField(default=0)  # resumed after this one
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    existing = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)  # of `existing`: the source says something new
    conflicts = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)  # open here, and not in the full sheet
    opened = models.PositiveIntegerField(default=0)  # «открыто N»
    overdue = models.PositiveIntegerField(default=0)  # «просрочено M — принять?»
    accepted_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=500, blank=True)


class RejectedRow(models.Model):
    """A row that was not taken: where, why, and what stood there, to be mended and imported again."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rejected_rows")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500)
    values = models.JSONField(default=dict, encoder=RussianJson)


class OutsideWord(models.Model):
    """A theme, organisation or place as an outside system names it; mapping it once applies to all its cases."""

    class Kind(models.TextChoices):
        THEME = "theme", _("тема")
        ORGANISATION = "organisation", _("организация")
        TERRITORY = "territory", _("территория")

    profile = models.ForeignKey(SheetProfile, models.CASCADE, related_name="words")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    word = models.CharField(max_length=500)
    seen = models.PositiveIntegerField(default=0)
    theme = models.ForeignKey("classifier.Theme", models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, null=True, related_name="+")
    territory = models.ForeignKey("territory.Territory", models.PROTECT, null=True, related_name="+")
    mapped_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    mapped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile", "kind", "word"], name="intake_word_once")
        ]


class WordUse(models.Model):
    """Which case carries which outside word."""

    word = models.ForeignKey(OutsideWord, models.CASCADE, related_name="uses")
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "case"], name="intake_word_use_once")]


from otklik.intake.erasing.models import Erasure  # noqa: E402, F401 - a model of this room in a file of its own
