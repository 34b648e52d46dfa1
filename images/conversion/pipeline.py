"""The conversion job: fetch, convert and verify in a child process, store; then one commit."""

import hashlib
import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings

from gcis.core.blobs.stores import store
from gcis.core.errors import SourceFault, Unavailable
from gcis.core.fetch import fetch
from gcis.core.fetch_rules import rules_from_settings
from gcis.jobs import registry
from gcis.jobs.claims import Claim, Crashed, Superseded
from gcis.jobs.models import Batch, Job
from images import addresses, files, membership, services
from images.conversion.process import ChildCrashed, ConversionProcess
from images.conversion.recipes import books
from images.conversion.recipes.rules import Choice
from images.conversion.work import Limits, Look, Result, Work
from images.models import AccessMaster, Image

_CHUNK = 1 << 20
SOURCE, MASTER = "source", "master.tif"
#: Pixels from which a conversion leaves room for lighter ones.
HEAVY_PIXELS = 60_000_000
#: The name of an attempt's scratch folder: job and token.
_ATTEMPT = re.compile(r"([0-9a-f-]{36})-(\d+)")
_warm = threading.local()


class ConvertHandler:
    """Makes the access master of one image, for the `wanted` number that its job names."""

    def run(self, claim: Claim) -> registry.Commit:
        image = Image.objects.select_related("source").get(pk=claim.subject)
        wanted = claim.args["wanted"]
        if image.wanted != wanted or image.withdrawn:
            raise Superseded
        with _scratch(claim) as folder:
            began = perf_counter()
            digest, size = _bring(files.file_of(image), folder / SOURCE, claim)
            seconds = {"fetch": perf_counter() - began}
            chosen, result = _convert(image, folder, claim)
            made = _store(image, folder, result, chosen, (digest, size), seconds)

        def commit() -> dict[str, Any]:
            services.commit_conversion(image.pk, wanted, made)
            return {"bytes_in": size, "bytes_out": made.size, "seconds": made.provenance["seconds"]}

        return commit

    def gave_up(self, claim: Claim, code: str, sentence: str) -> None:
        services.fail_conversion(claim.subject, claim.args["wanted"], code, sentence)

    def again(self, subject: UUID, args: dict[str, Any], actor: str, batch: Batch | None) -> None:
        services.convert_again(subject, actor=actor, batch=batch)


def _bring(image: Image, target: Path, claim: Claim) -> tuple[str, int]:
    """The source's bytes into `target`, from where they are. Returns sha256 and bytes."""
    if image.copy_key:
        kept = services.fetch_copy(image, target, lambda _: claim.tell(0, "fetch"))
        return kept.digest, kept.size
    if not image.url:
        return copy(services.source_path(image), target, claim)
    fetched = fetch(image.url, target, rules=rules_from_settings(), tell=lambda *_: claim.tell(0, "fetch"))
    return fetched.digest, fetched.size


def copy(source: Path, target: Path, claim: Claim) -> tuple[str, int]:
    """Copy the source's bytes, so that what is hashed is what is converted. Returns sha256 and bytes."""
    sha, size = hashlib.sha256(), 0
    try:
        with source.open("rb") as reading, target.open("xb") as writing:
            before = _state(reading)
            while size <= before[0] and (chunk := reading.read(_CHUNK)):
                claim.tell(0, "fetch")
                sha.update(chunk)
                size += writing.write(chunk)
            if _state(reading) != before:
                sentence = "The file is being changed just now. It will be tried again."
                raise Unavailable("source_changing", sentence)
    except FileNotFoundError:
        raise SourceFault("source_missing", "The file is no longer where it was when it was registered.") from None
    except (PermissionError, IsADirectoryError):
        raise SourceFault("source_unreadable", "The file cannot be read: GCIS may not open it.") from None
    return sha.hexdigest(), size


def _state(file: BinaryIO) -> tuple[int, int]:
    """What changes with its bytes: size, and time of change in nanoseconds."""
    found = os.fstat(file.fileno())
    return found.st_size, found.st_mtime_ns


def sweep_scratch() -> int:
    """Remove the scratch folders of attempts that are over, whoever left them; nothing else. Returns how many."""
    if not settings.GCIS_WORK_DIR.exists():
        return 0
    left = 0
    for folder in settings.GCIS_WORK_DIR.iterdir():
        attempt = _ATTEMPT.fullmatch(folder.name)
        if attempt and not Job.objects.filter(pk=attempt[1], token=attempt[2], state=Job.State.RUNNING).exists():
            shutil.rmtree(folder, ignore_errors=True)
            left += 1
    return left


@contextmanager
def _scratch(claim: Claim) -> Iterator[Path]:
    """A folder of this attempt alone; it goes with the attempt."""
    folder = settings.GCIS_WORK_DIR / f"{claim.id}-{claim.token}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _convert(image: Image, folder: Path, claim: Claim) -> tuple[Choice, Result]:
    """Look at the source, choose a recipe by what was found, make the master."""
    if not hasattr(_warm, "process"):
        _warm.process = ConversionProcess(pass_fds=settings.GCIS_CHILD_FDS)
    process: ConversionProcess = _warm.process
    limits = Limits(settings.GCIS_CONVERT_SECONDS, settings.GCIS_CONVERT_MEMORY, settings.GCIS_CONVERT_PIXELS)
    look = Look(folder / SOURCE, image.page, limits)
    try:
        found = process.look(look, claim.tell)
        claim.heavy = claim.heavy or _is_heavy(found)
        chosen = _choose(image, found)
        limits = books.limited(limits, chosen.recipe)
        return chosen, process.convert(
            Work(folder / SOURCE, folder / MASTER, chosen.recipe, limits, image.page), claim.tell
        )
    except ChildCrashed as crash:
        raise Crashed(str(crash)) from crash


def _is_heavy(found: dict[str, Any]) -> bool:
    """Whether it takes many times as long as most: for sources whose bytes did not say so, or that decode slowly."""
    return bool(found["format"] == "jp2" or found["width"] * found["height"] > HEAVY_PIXELS)


def _choose(image: Image, found: dict[str, Any]) -> Choice:
    try:
        return books.book().choose(
            found,
            asked=image.recipe,
            source=image.source.slug,
            collections=membership.collections(files.file_of(image).pk),
        )
    except ValueError as unknown:
        raise SourceFault("recipe", str(unknown)) from None


def _store(
    image: Image,
    folder: Path,
    result: Result,
    chosen: Choice,
    source: tuple[str, int],
    seconds: dict[str, float],
) -> services.Made:
    """Keep what was made. `source` is the sha256 and the bytes of what it was made of."""
    began = perf_counter()
    made = _made(image, result, chosen, source, {**seconds, **result.seconds})
    services.announce_master(image.pk, made)
    _keep("masters", made.key, folder / MASTER, AccessMaster.objects.filter(key=made.key).exclude(damaged="").exists())
    copy_key = _keep_fetched(image, folder / SOURCE, made.source_digest)
    made.provenance["seconds"]["store"] = round(perf_counter() - began, 4)
    return replace(made, copy_key=copy_key)


def _made(
    image: Image, result: Result, chosen: Choice, source: tuple[str, int], seconds: dict[str, float]
) -> services.Made:
    source_digest, source_size = source
    return services.Made(
        key=addresses.master_key(image.pk, result.digest),
        digest=result.digest,
        size=result.size,
        width=result.width,
        height=result.height,
        levels=[list(level) for level in result.levels],
        recipe=chosen.recipe.name,
        recipe_version=chosen.recipe.version,
        source_digest=source_digest,
        provenance={
            "recipe_why": chosen.why,
            "found": result.found,
            "assumed": result.assumed,
            "done": result.done,
            "metadata": result.metadata,
            "warnings": result.warnings,
            "tools": result.tools,
            "seconds": {stage: round(spent, 4) for stage, spent in seconds.items()},
        },
        embedded=result.embedded,
        copy_size=source_size,
    )


def _keep_fetched(image: Image, source: Path, digest: str) -> str:
    """What came from elsewhere may not be there next time. Returns its key; empty where nothing had to be fetched."""
    if not image.url or image.copy_key:
        return ""
    key = addresses.source_key(image.pk, digest)
    _keep("sources", key, source, bool(image.copy_damaged))
    return key


def _keep(name: str, key: str, path: Path, damaged: bool) -> None:
    """Equal keys hold equal bytes, so what is there stays; unless it is known to be damaged (`images.fixity`)."""
    if damaged:
        store(name).mend(key, path)
    else:
        store(name).adopt(key, path)
