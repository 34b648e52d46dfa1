from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "gcis.jobs"
    label = "jobs"
    verbose_name = "Work"

    def ready(self) -> None:
        from gcis.events import services as events
        from gcis.jobs import dispatcher, people, workers

        dispatcher.register_sweep(events.number_committed, every=0)
        dispatcher.register_sweep(people.stop_cancelled, every=2)
        dispatcher.register_sweep(workers.forget, every=3600)
