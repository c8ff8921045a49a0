"""What people at the desk keep beside the cases: who was mentioned in a note, and named filters of the queue."""

from django.db import models


class Mention(models.Model):
    """A colleague named in a note. Waits in «Меня упомянули» until they have seen it."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="mentions")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    entry_seq = models.PositiveIntegerField()  # of the note in the stream of the case
    user = models.ForeignKey("organisations.User", models.CASCADE, related_name="+")
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "entry_seq", "user"], name="cases_mention_once"),
        ]
        indexes = [
            models.Index(fields=["user", "case"], condition=models.Q(seen_at=None), name="cases_mention_unseen"),
        ]


class SavedView(models.Model):
    """A filter of the queue under a name: its owner's, or shared with the centre of a place.

    `query` is an address without searched words: those may be somebody's name, and this table is no content.
    """

    owner = models.ForeignKey("organisations.User", models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=300)
    shared_with = models.ForeignKey("territory.Territory", models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="cases_savedview_once")]


class FirstView(models.Model):
    """What a person's desk opens with, when they chose a saved view for that."""

    user = models.OneToOneField("organisations.User", models.CASCADE, related_name="+")
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="+")


class CaseAddress(models.Model):
    """The key by which cases of one house are found: a column of the case's own row that the database keeps itself.

    It is no field of `Case`, so that lists do not carry it. «ул. Мира, д. 12» and «Мира 12» have one key.
    """

    case = models.OneToOneField("cases.Case", models.DO_NOTHING, primary_key=True, db_column="id", related_name="+")
    address_key = models.TextField()

    class Meta:
        managed = False
        db_table = "cases_case"
