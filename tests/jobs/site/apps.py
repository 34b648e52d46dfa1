from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "tests.jobs.site"
    label = "site"

    def ready(self) -> None:
        from gcis.jobs import registry
        from tests.jobs.site.work import KIND, SiteWork

        registry.register(KIND, SiteWork())
