"""The Django application of the room `classifier`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClassifierConfig(AppConfig):
    """Label `classifier`: versions of the list of themes."""

    name = "otklik.classifier"
    label = "classifier"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("классификатор тем")
