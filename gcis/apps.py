"""The installation as a whole: what nobody else may do, because it names all the apps."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class InstallationConfig(AppConfig):
    name = "gcis"

    def ready(self) -> None:
        from gcis.groups import grant

        post_migrate.connect(grant, dispatch_uid="gcis.groups")
