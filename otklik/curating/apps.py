from django.apps import AppConfig


class CuratingConfig(AppConfig):
    name = "otklik.curating"
    label = "curating"
    default_auto_field = "django.db.models.BigAutoField"
