"""The Django application of the room `territory`."""

from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    """Label `territory`: the tree of territories and their dated codes."""

    name = "otklik.territory"
    label = "territory"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "территории"
