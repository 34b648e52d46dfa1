from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "gcis.events"
    label = "events"
