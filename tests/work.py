"""Do in this process what workers do, and end conversions without converting where a test is about what follows."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from gcis.core.blobs.stores import store
from gcis.core.db import DbNow
from gcis.core.ids import mint
from gcis.events.models import Event
from gcis.jobs import runner
from gcis.jobs import services as jobs
from gcis.jobs.claims import Claim
from gcis.jobs.models import Job
from images import addresses, services
from images.conversion.recipes.recipe import DEFAULT
from images.models import Image, Source
from images.services import CONVERT, Made, SourceFile

OURS = ("gcis", "redirects", "images", "manifests")


def run_due(kind: str = "") -> list[Job]:
    """Run due jobs, of one kind or of all, until none is due. Returns them as they ended, in order."""
    ended: list[Job] = []
    waiting = Job.objects.filter(kind__startswith=kind, state=Job.State.QUEUED)
    while job := waiting.filter(run_at__lte=DbNow()).order_by("-priority", "run_at", "created").first():
        assert len(ended) < 200, "jobs make ever more jobs"
        runner.run(job.pk, "test")
        ended.append(Job.objects.get(pk=job.pk))
    return ended


def take(image: UUID) -> Claim:
    """The claim of a worker that begins the image's newest conversion now."""
    job = Job.objects.get(kind=CONVERT, subject=image, state=Job.State.QUEUED)
    held = jobs.claim(job.pk, "test")
    assert held
    return held


def finish(held: Claim, width: int = 800, height: int = 600) -> None:
    """End this conversion well, in the way of the runner, with a master of that size."""
    with transaction.atomic():
        jobs.end(held, Job.State.SUCCEEDED)
        services.commit_conversion(held.subject, held.args["wanted"], made(held.subject, width, height))


def convert(image: UUID, width: int = 800, height: int = 600) -> None:
    finish(take(image), width, height)


def fail(image: UUID, code: str = "cut_off", sentence: str = "The file is cut off.") -> None:
    """End the image's newest conversion badly."""
    held = take(image)
    with transaction.atomic():
        jobs.end(held, Job.State.FAILED, code=code, sentence=sentence)
        services.fail_conversion(image, held.args["wanted"], code, sentence)


def made(image: UUID, width: int = 800, height: int = 600) -> Made:
    """A master that is stored; equal ones for equal images and sizes."""
    data = f"{image} {width} x {height}".encode()
    digest = hashlib.sha256(data).hexdigest()
    key = addresses.master_key(image, digest)
    store("masters").put(key, data)
    levels = [[width, height, 256, 256], [(width + 1) // 2, (height + 1) // 2, 256, 256]]
    return Made(key, digest, len(data), width, height, levels, DEFAULT.name, DEFAULT.version, "0" * 64, {})


def a_source(location: str = "") -> Source:
    return Source.objects.create(kind=Source.Kind.FOLDER, slug=str(mint()), name="pictures", location=location)


def a_file(name: str = "x.tif", text: str = "x") -> SourceFile:
    return SourceFile(name, hashlib.sha256(text.encode()).hexdigest(), len(text), 1)


def an_image(path: str = "x.tif", source: Source | None = None, **options: str) -> UUID:
    """A picture that was just registered."""
    found = services.register(source or a_source(), path, a_file(path, path), actor="test", **options)  # type: ignore[arg-type]
    return found.pk


def source_bytes(image: Image) -> bytes:
    """What its next conversion would begin with: the kept copy, else the file in its folder."""
    if image.copy_key:
        return store("sources").read(image.copy_key)
    return services.source_path(image).read_bytes()


def fresh(image: UUID) -> Image:
    return Image.objects.get(pk=image)


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is sent to the database, without the marks of transactions."""
    sent: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield sent
    sent += [query["sql"] for query in captured if query["sql"].split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE")]


def writes(sent: list[str]) -> list[str]:
    return [sql for sql in sent if not sql.startswith("SELECT")]


def happened(subject: UUID) -> list[str]:
    """The kinds of the subject's events, oldest first."""
    return list(Event.objects.filter(subject=subject).order_by("id").values_list("kind", flat=True))


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of ours: what a refused call must leave as it was."""
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in OURS]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in ours}
