from django.apps import AppConfig


class ManifestsConfig(AppConfig):
    name = "manifests"
    verbose_name = "Presentation"

    def ready(self) -> None:
        from gcis.events import services as events
        from gcis.jobs import dispatcher, registry
        from images import membership as pictures
        from images.admin import shown_in
        from manifests import (
            dynamic,
            exposure,
            following,
            openings,
            outdated,
            publications,
            publish,
            refreshing,
            scheduling,
            services,
            upkeep,
        )
        from manifests.admin.shown import works
        from manifests.membership import collections_of
        from manifests.mirror import upkeep as mirrored
        from manifests.models import Collection, Manifest
        from redirects import resources
        from redirects.models import Identifier

        registry.register(services.PUBLISH, publish.PublishHandler())
        registry.register(services.FOLLOW, following.FollowHandler())
        registry.register(dynamic.REFRESH, refreshing.RefreshHandler())
        dispatcher.register_sweep(services.schedule_forgotten, every=30)
        dispatcher.register_sweep(openings.due_openings, every=30)
        dispatcher.register_sweep(refreshing.sweep, every=1)
        dispatcher.register_sweep(scheduling.publish_due, every=30)
        dispatcher.register_sweep(outdated.queue, every=5)
        dispatcher.register_sweep(lambda: publications.prune(keep_seconds=3600), every=600)
        events.subscribe(services.on_image_event, *services.IMAGE_EVENTS)
        events.subscribe(following.on_image_event, *following.IMAGE_EVENTS)
        resources.register("api-manifest", Identifier.Kind.PRESENTATION, Manifest, exposure.public)
        resources.register("api-collection", Identifier.Kind.PRESENTATION, Collection, exposure.public)
        shown_in.append(works)
        pictures.collections_of.append(collections_of)
        upkeep.register()
        mirrored.register()
