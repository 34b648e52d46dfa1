"""The conversion itself, as a list of named stages over a frozen context."""

import hashlib
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pyvips

from gcis.core.errors import SourceFault
from images.conversion.context import Context, Tell
from images.conversion.formats.complaints import explain, is_harmless
from images.conversion.stages import colour, describe, finish, flatten, load, look, orient
from images.conversion.verification import verify
from images.conversion.work import Result, Work
from images.conversion.writing import write
from images.metadata.summary import summary

pyvips.cache_set_max(0)

STAGES: tuple[Callable[[Context], Context], ...] = (
    look,
    load,
    orient,
    flatten,
    colour,
    describe,
    write,
    finish,
    verify,
)


def convert(work: Work, tell: Tell) -> Result:
    """Make the access master of `work.source` in `work.target`. Raises SourceFault or Unavailable."""
    try:
        return _convert(Context(work, tell))
    except pyvips.Error as harmless:  # libvips stops at the first warning, and a worse one may be hidden behind it
        odd = {"header": f"harmless: {str(harmless).splitlines()[-1].strip()}"}
        return _convert(Context(work, tell, strict=False, assumed=odd))


def _convert(context: Context) -> Result:
    """One run through the stages. Lets a pyvips.Error pass only where `strict` made an error of a harmless warning."""
    seconds = {}
    for stage in STAGES:
        began = time.perf_counter()
        try:
            context = stage(context)
        except pyvips.Error as error:
            if context.strict and is_harmless(str(error)):
                context.work.target.unlink(missing_ok=True)
                raise
            told = explain(str(error))
            if stage is verify and isinstance(told, SourceFault):
                raise RuntimeError(f"the master could not be verified: {error}") from error  # its source was read
            raise told from error
        seconds[stage.__name__] = round(time.perf_counter() - began, 4)
    began = time.perf_counter()
    digest = _digest(context.work.target)
    return _result(context, digest, {**seconds, "hash": round(time.perf_counter() - began, 4)})


def _result(context: Context, digest: str, seconds: dict[str, float]) -> Result:
    width, height, *_ = context.levels[0]
    described = context.described
    return Result(
        width=width,
        height=height,
        levels=context.levels,
        digest=digest,
        size=context.work.target.stat().st_size,
        found=context.head.found,
        assumed=context.assumed,
        done=context.done,
        metadata={"kept": described.kept, "dropped": described.dropped, "corrected": described.corrected},
        warnings=described.warnings,
        embedded=summary(described.metadata),
        tools=_tools(context.head.reader),
        seconds=seconds,
    )


def _tools(reader: str) -> dict[str, str]:
    """The versions of what made it: libvips, and what decoded the source where that was something else."""
    made = {"libvips": ".".join(str(pyvips.version(part)) for part in range(3)), "pyvips": pyvips.__version__}
    return made if reader in made else {**made, reader: version(reader)}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
