"""The Django application of the room `policy`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PolicyConfig(AppConfig):
    """Label `policy`: versions of regulations and years of the working calendar."""

    name = "otklik.policy"
    label = "policy"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("регламенты")
