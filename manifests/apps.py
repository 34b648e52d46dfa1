from django.apps import AppConfig


class ManifestsConfig(AppConfig):
    name = "manifests"

    def ready(self) -> None:
        from gcis.events import services as events
        from gcis.jobs import dispatcher, registry
        from manifests import publish, services

        registry.register(services.PUBLISH, publish.PublishHandler())
        dispatcher.register_sweep(services.schedule_forgotten, every=30)
        dispatcher.register_sweep(lambda: publish.prune(keep_seconds=3600), every=600)
        events.subscribe(services.on_image_event, "image.ready", "image.failed", "image.withdrawn")
