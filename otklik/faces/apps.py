from django.apps import AppConfig


class FacesConfig(AppConfig):
    name = "otklik.faces"
    label = "faces"

    def ready(self) -> None:
        from otklik.faces import door

        door.listen()
