from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    name = "gcis.upkeep"
    label = "upkeep"
    verbose_name = "Upkeep"

    def ready(self) -> None:
        from gcis.jobs import dispatcher, registry
        from gcis.upkeep import own, services
        from gcis.upkeep.work import ReconcileHandler

        own.register()
        registry.register(services.RECONCILE, ReconcileHandler())
        dispatcher.register_sweep(services.ask_when_due, every=60)
