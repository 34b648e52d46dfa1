from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "gcis.jobs"
    label = "jobs"
    verbose_name = "Work"

    def ready(self) -> None:
        from gcis.jobs import dispatcher, people

        dispatcher.register_sweep(people.stop_cancelled, every=2)
