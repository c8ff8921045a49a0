"""Who wrote. Contacts are encrypted by the application and found by a keyed hash."""

from django.db import models
from django.utils.translation import gettext_lazy


class Resident(models.Model):
    """A person as one centre knows them. `scope` bounds who may see them."""

    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    surname_key = models.CharField(max_length=120, blank=True, db_index=True)
    salt = models.BinaryField(max_length=16)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)


class Contact(models.Model):
    """A phone, an address of mail or of another kind. `cipher` carries the id of its key."""

    class Kind(models.TextChoices):
        PHONE = "phone", gettext_lazy("телефон")
        EMAIL = "email", gettext_lazy("почта")
        OUTSIDE = "outside", gettext_lazy("страница в сети")

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="contacts")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    cipher = models.BinaryField()
    key_id = models.CharField(max_length=16)
    lookup = models.CharField(max_length=64, db_index=True)

    class Meta:
        constraints = [
            # One phone in one centre is one person, however many forms come in at once.
            models.UniqueConstraint(fields=["scope", "kind", "lookup"], name="residents_contact_once")
        ]


class Consent(models.Model):
    """One optional consent, stored one by one and withdrawable (152-ФЗ, article 9)."""

    class Kind(models.TextChoices):
        PUBLICATION = "publication", gettext_lazy("публикация")
        PASS_CONTACT = "pass_contact", gettext_lazy("передача контакта исполнителю")
        OTHER_CHANNEL = "other_channel", gettext_lazy("ответ другим способом")

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="consents")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    wording = models.TextField()
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
