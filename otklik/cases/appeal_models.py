"""What an appeal by law has besides its registration: its signers, and the proof that its answer has left."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Collective(models.Model):
    """Several people signed one appeal (59-ФЗ, article 2, part 1): it is one appeal, and one of them is answered.

    How many people it takes, federal law does not say. The appeal is counted once, its people beside it.
    """

    case = models.OneToOneField("cases.Case", models.CASCADE, related_name="collective")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    people = models.PositiveIntegerField()  # who signed, two or more
    answer_to = models.CharField(max_length=200)  # whose name stands on the answer
    note = models.CharField(max_length=300, blank=True)  # as signed: «жители дома 12»
    set_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()


class AppealOrigin(models.Model):
    """Through whom an appeal came, and whether that body asked to be told what came of it («на контроле»)."""

    case = models.OneToOneField("cases.Case", models.CASCADE, related_name="appeal_origin")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    through = models.CharField(max_length=200, blank=True)  # the body above that forwarded it; "": it came by itself
    control = models.BooleanField(default=False)
    set_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()


class PostalList(models.Model):
    """One reference list of letters handed to the post on one day (реестр почтовых отправлений)."""

    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    day = models.DateField()
    serial = models.PositiveIntegerField()  # of the scope's year
    year = models.PositiveSmallIntegerField()
    made_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    handed_at = models.DateTimeField(null=True)  # to the post: nothing is added afterwards

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "year", "serial"], name="cases_postal_list_once")]

    @property
    def number(self) -> str:
        """«7/2026»."""
        return f"{self.serial}/{self.year}"


class SendingProof(models.Model):
    """What proves that a letter left the way it is said to have, or why nothing does. One a registration.

    By post the line stands in a list first, and its tracking number comes back from the post.
    """

    class Kind(models.TextChoices):
        POSTAL = "postal", _("реестр почтовых отправлений")
        CABINET = "cabinet", _("квитанция личного кабинета")
        EMAIL = "email", _("запись о доставке письма")
        HAND = "hand", _("расписка в получении")
        OTHER = "other", _("другой документ")
        NONE = "none", _("подтверждения нет")

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="sending_proofs")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    registration = models.OneToOneField("cases.Registration", models.CASCADE, related_name="proof")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    reference = models.CharField(max_length=200, blank=True)  # tracking number, receipt number, id of the letter
    reason = models.CharField(max_length=300, blank=True)  # why there is none
    delivery = models.ForeignKey("channels.Delivery", models.PROTECT, null=True, related_name="+")  # in our own ledger
    postal_list = models.ForeignKey(PostalList, models.PROTECT, null=True, related_name="lines")
    place = models.PositiveSmallIntegerField(null=True)  # in the list
    addressee = models.CharField(max_length=200, blank=True)
    address_cipher = models.BinaryField(default=bytes)  # the postal address, sealed as contacts are
    address_key = models.CharField(max_length=16, blank=True)
    entered_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["postal_list", "place"], name="cases_postal_place_once")]
