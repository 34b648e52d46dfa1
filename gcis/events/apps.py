from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class EventsConfig(AppConfig):
    name = "gcis.events"
    label = "events"
    verbose_name = "Work"

    def ready(self) -> None:
        autodiscover_modules("sentences")
