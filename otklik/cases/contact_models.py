"""A resident's contact that staff passed on to an executor, sealed, for as long as the task lives."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PassedContact(models.Model):
    """Name and contacts as passed on with one assignment; nothing of them leaves without such a row and its entry."""

    class Basis(models.TextChoices):
        """On which ground (152-ФЗ, article 6, part 1)."""

        CONSENT = "consent", _("житель согласился (статья 6, часть 1, пункт 1)")
        ACCESS = "access", _("без жителя работу не сделать: нужен доступ в дом или квартиру, он об этом просил")
        DANGER = "danger", _("угроза жизни или здоровью (статья 6, часть 1, пункт 6)")

    assignment = models.OneToOneField("cases.Assignment", models.CASCADE, related_name="contact")
    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    scope = models.ForeignKey("territory.Territory", models.PROTECT, related_name="+")
    basis = models.CharField(max_length=10, choices=Basis.choices)
    cipher = models.BinaryField()
    key_id = models.CharField(max_length=16)
    passed_by = models.ForeignKey("organisations.User", models.PROTECT, null=True, related_name="+")
    passed_at = models.DateTimeField()
