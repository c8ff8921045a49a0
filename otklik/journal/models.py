"""Tables of the journal. The application's roles may only insert and select here."""

from django.db import models


class Entry(models.Model):
    """One line of who did what when. Holds ids, field names and salted digests, never texts or contacts."""

    stream = models.CharField(max_length=80)  # "case:17", "user:3", "policy:social"
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    verb = models.CharField(max_length=60)
    fields = models.JSONField(default=dict)
    version = models.PositiveSmallIntegerField(default=1)
    previous = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="journal_entry_stream_seq")]

    def __str__(self) -> str:
        return f"{self.stream} #{self.seq} {self.verb}"


class Pending(models.Model):
    """An entry that has no position yet: written with the entry, taken away by the sequencer."""

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="+")


class Position(models.Model):
    """The gapless number of a committed entry; whoever follows the journal follows these."""

    number = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="position")


class Seal(models.Model):
    """A digest over the positions since the last seal, chained to it: a cut tail shows."""

    first = models.BigIntegerField()
    last = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    previous = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)


class Follower(models.Model):
    """How far a reader of the journal has come."""

    name = models.CharField(max_length=60, primary_key=True)
    position = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(auto_now=True)
