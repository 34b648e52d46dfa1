"""Images whose masters come from the real conversion, registered under the name of their source's file."""

from pathlib import Path

from django.db import transaction

from gcis.core.blobs.stores import store
from images import addresses, services
from images.conversion.process import ConversionProcess
from images.conversion.recipes.recipe import DEFAULT, Recipe
from images.conversion.work import Limits, Result, Work
from images.models import Source


def converted(source: Path, recipe: Recipe = DEFAULT, process: ConversionProcess | None = None) -> tuple[Path, Result]:
    """The master of a source, in a file beside it, by this conversion process or by one of its own."""
    target, own = source.with_suffix(".master"), process or ConversionProcess()
    try:
        return target, own.convert(Work(source, target, recipe, Limits()), lambda *_: None)
    finally:
        if process is None:
            own.close()


def registered(owner: Source, master: Path, result: Result, recipe: Recipe = DEFAULT) -> Path:
    """An image with that master, whose file goes into the store; its identifier is the file's name. Where it is now."""
    name = master.stem
    file = services.SourceFile(f"{name}.tif", "0" * 64, 1, 1)
    image = services.register(owner, name, file, actor="test", identifier=name)
    key = addresses.master_key(image.pk, result.digest)
    store("masters").adopt(key, master)
    made = services.Made(
        key=key,
        digest=result.digest,
        size=result.size,
        width=result.width,
        height=result.height,
        levels=[list(level) for level in result.levels],
        recipe=recipe.name,
        recipe_version=recipe.version,
        source_digest="0" * 64,
        provenance={},
    )
    with transaction.atomic():
        services.commit_conversion(image.pk, 1, made)
    path = store("masters").local_path(key)
    assert path
    return path
