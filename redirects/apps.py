from django.apps import AppConfig


class RedirectsConfig(AppConfig):
    name = "redirects"

    def ready(self) -> None:
        from redirects import upkeep

        upkeep.register()
