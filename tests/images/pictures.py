"""Images with real masters, by way of the transitions that workers use."""

import hashlib
from pathlib import Path

import pyvips
from django.db import transaction

from gcis.core.blobs.stores import store
from gcis.core.ids import mint
from images import addresses, services
from images.models import Image
from images.services import Made, SourceFile
from tests.work import a_source

WIDTH, HEIGHT = 1001, 701


def register(identifier: str) -> Image:
    file = SourceFile("x.tif", "0" * 64, 1, 1)
    return services.register(a_source(), identifier, file, actor="test", identifier=identifier)


def convert(image: Image, folder: Path, colour: int = 200, width: int = WIDTH, height: int = HEIGHT) -> None:
    """Give the image a master made by libvips, by way of the transition that conversions use."""
    path = folder / f"{mint()}.tif"  # libvips remembers by name what it has opened
    # Some detail, so that a wrong tile would show.
    ramp = (pyvips.Image.xyz(width, height)[0] / 4).cast("uchar")
    picture = (
        ramp.bandjoin([ramp, pyvips.Image.black(width, height) + colour]).cast("uchar").copy(interpretation="srgb")
    )
    picture.tiffsave(str(path), tile=True, tile_width=256, tile_height=256, pyramid=True, compression="jpeg", Q=89)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    pages = pyvips.Image.new_from_file(str(path)).get("n-pages")
    sizes = [pyvips.Image.new_from_file(str(path), page=page) for page in range(pages)]
    made = Made(
        key=addresses.master_key(image.pk, digest),
        digest=digest,
        size=path.stat().st_size,
        width=width,
        height=height,
        levels=[[level.width, level.height, 256, 256] for level in sizes],
        recipe="test",
        recipe_version=1,
        source_digest="0" * 64,
        provenance={},
    )
    store("masters").adopt(made.key, path)
    with transaction.atomic():
        services.commit_conversion(image.pk, Image.objects.get(pk=image.pk).wanted, made)
