"""Recipes in words, for lists of them."""

from images.conversion.recipes.recipe import Recipe


def tiles(recipe: Recipe) -> str:
    """How its tiles are written: `JPEG 89 4:2:0, 256 px`."""
    codec = {"jpeg": f"JPEG {recipe.quality} {recipe.chroma}", "webp": f"WebP {recipe.quality}"}
    return f"{codec.get(recipe.codec, 'without loss')}, {recipe.tile} px"


def metadata(recipe: Recipe) -> str:
    """What of a file's metadata it keeps."""
    kept = recipe.metadata
    words = {"EXIF": kept.exif, "IPTC": kept.iptc, "XMP": kept.xmp, "GPS": kept.gps}
    words["serial numbers"] = kept.serial_numbers
    return ", ".join(word for word, is_kept in words.items() if is_kept) or "none"


def limits(recipe: Recipe) -> str:
    """What a conversion may use, where that is less than everywhere; empty where it is not."""
    most = recipe.limits
    said = {"Mpx": most.megapixels, "s": most.seconds, "MB": most.memory and most.memory / 1e6}
    return ", ".join(f"{value:g} {unit}" for unit, value in said.items() if value is not None)
