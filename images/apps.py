from django.apps import AppConfig


class ImagesConfig(AppConfig):
    name = "images"

    def ready(self) -> None:
        from gcis.jobs import dispatcher, registry
        from images import services, visible
        from images.conversion.pipeline import ConvertHandler, sweep_scratch
        from images.models import Image
        from redirects import resources
        from redirects.models import Identifier

        registry.register(services.CONVERT, ConvertHandler())
        dispatcher.register_sweep(sweep_scratch, every=60)
        dispatcher.register_sweep(lambda: services.collect_masters(older_than=3600), every=3600)
        resources.register("api-image", Identifier.Kind.IMAGE, Image, visible.public)
