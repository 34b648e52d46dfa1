from django.apps import AppConfig
from django.core import checks

#: What was half written so long ago in a store, nobody is writing any more.
LEFTOVERS_SECONDS = 86_400


class ImagesConfig(AppConfig):
    name = "images"

    def ready(self) -> None:
        from gcis.core.blobs import stores
        from gcis.events import services as events
        from gcis.jobs import dispatcher, registry
        from images import files, known, paging, reconversion, scrub, services, unfinished, upkeep, visible
        from images.checks import recipes
        from images.conversion.pipeline import ConvertHandler, sweep_scratch
        from images.models import Image
        from redirects import resources
        from redirects.models import Identifier

        registry.register(services.CONVERT, ConvertHandler())
        registry.register(files.PAGES, paging.PagesHandler())
        registry.register(scrub.FIXITY, scrub.FixityHandler())
        registry.register(reconversion.RECONVERT, reconversion.ReconvertHandler())
        dispatcher.register_sweep(sweep_scratch, every=60)
        dispatcher.register_sweep(lambda: services.collect_masters(older_than=3600), every=3600)
        dispatcher.register_sweep(lambda: stores.sweep(LEFTOVERS_SECONDS), every=3600)
        dispatcher.register_sweep(scrub.ask_when_due, every=60)
        events.subscribe(scrub.on_image_event, *scrub.IMAGE_EVENTS)
        events.subscribe(known.on_news, *known.NEWS)
        upkeep.register()
        unfinished.register()
        checks.register(recipes)
        resources.register("api-image", Identifier.Kind.IMAGE, Image, visible.public)
