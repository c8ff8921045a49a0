from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "otklik.files"
    label = "files"
    verbose_name = "Файлы"
    default_auto_field = "django.db.models.BigAutoField"
