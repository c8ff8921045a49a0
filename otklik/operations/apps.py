from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "otklik.operations"
    label = "operations"
