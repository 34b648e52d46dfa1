"""Bring a home up to date before anything runs in it. The caller holds its lock: nothing of ours is alive."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command

from gcis.core.blobs.local import LocalStore
from gcis.core.blobs.stores import store
from gcis.jobs import services as jobs
from images.conversion.pipeline import sweep_scratch
from manifests import outdated

ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the start found: jobs that a former run left, and the admin's new password at the first start."""

    resumed: int
    password: str | None


def prepare() -> Prepared:
    call_command("migrate", verbosity=0, interactive=False)
    resumed = jobs.free_all()
    sweep()
    outdated.queue()
    return Prepared(resumed, _first_password())


def sweep() -> None:
    """Remove what was half written when its writer died. Stores elsewhere have other writers, which live on."""
    sweep_scratch()
    for unfinished in Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload*"):
        unfinished.unlink(missing_ok=True)
    for name in settings.GCIS_STORES:
        if isinstance(kept := store(name), LocalStore):
            kept.sweep(0)


def _first_password() -> str | None:
    users = get_user_model().objects
    if users.exists():
        return None
    password = secrets.token_urlsafe(12)
    users.create_superuser(ADMIN, password=password)
    return password
