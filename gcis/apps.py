"""The installation as a whole: what nobody else may do, because it names all the apps."""

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate


class InstallationConfig(AppConfig):
    name = "gcis"

    def ready(self) -> None:
        from gcis import checks  # noqa: F401  importing registers them
        from gcis.groups import grant

        Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True)
        post_migrate.connect(grant, dispatch_uid="gcis.groups")
