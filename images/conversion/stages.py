"""The stages of a conversion that come before and after the writing: each takes a context and returns the next one."""

from dataclasses import replace

from images.conversion.colours import colour as colours
from images.conversion.context import Context
from images.conversion.formats import reading
from images.metadata import keeping, master
from images.metadata import reading as metadata

#: Orientations (EXIF 3.0 §4.6.5.1.6) in which rows are columns.
ON_ITS_SIDE = (5, 6, 7, 8)


def look(context: Context) -> Context:
    """Read the header; what cannot be taken ends here."""
    work = context.work
    header = reading.look(work.source, work.page, work.limits)
    return replace(context, header=header, pixels_per_mm=_pair(header.found["pixels_per_mm"]))


def load(context: Context) -> Context:
    """Open for one pass; a picture that has to be turned needs random access."""
    turned = context.head.found["orientation"] > 1
    loaded = reading.load(context.work.source, context.head, strict=context.strict, random=turned)
    return replace(
        context,
        kept=loaded.image if context.head.reader != "libvips" else None,
        image=loaded.image,
        transparent=loaded.transparent,
        assumed={**context.assumed, **loaded.assumed},
        done=(*context.done, *loaded.done),
    )


def orient(context: Context) -> Context:
    """Turn the picture upright, as its Orientation says."""
    orientation = context.head.found["orientation"]
    if orientation == 1:
        return context
    if context.pixels_per_mm and orientation in ON_ITS_SIDE:
        context = replace(context, pixels_per_mm=(context.pixels_per_mm[1], context.pixels_per_mm[0]))
    return context.with_image(context.picture.autorot(), f"turned ({orientation})")


def flatten(context: Context) -> Context:
    """Lay transparency on the recipe's background, in the source's own space, in which white is still white."""
    if not context.transparent:
        return context
    image = context.picture
    full = 65535 if image.format == "ushort" else 255
    shade = context.work.recipe.background / 255
    # Inks count the other way round, and black is ink enough for any grey.
    background = [0, 0, 0, (1 - shade) * full] if image.interpretation == "cmyk" else [shade * full]
    # In whole numbers libvips rounds down, which would make everything half a level darker.
    flat = image.cast("float").flatten(background=background, max_alpha=full).rint().cast(image.format)
    return context.with_image(flat, "transparency laid on the background")


def colour(context: Context) -> Context:
    """To sRGB with 8 bits, or to one grey channel: by the embedded profile, else by what is assumed and said."""
    made = colours.to_access(context.picture, context.work.recipe)
    return replace(context.with_image(made.image, *made.done), assumed={**context.assumed, **made.assumed})


def describe(context: Context) -> Context:
    """The source's EXIF, IPTC and XMP, as far as they are kept and with what is true of the master."""
    work, picture = context.work, context.picture
    found, warnings = metadata.read(work.source, context.head.found["format"], context.head.directory)
    kept = keeping.keep(found, work.recipe.metadata, width=picture.width, height=picture.height)
    return replace(context, described=replace(kept, warnings=(*warnings, *kept.warnings)))


def finish(context: Context) -> Context:
    """What is kept of the metadata goes into the master, and how many pixels a millimetre has."""
    master.finish(context.work.target, context.described.metadata, context.pixels_per_mm)
    return context


def _pair(found: list[float] | None) -> tuple[float, float] | None:
    return (found[0], found[1]) if found else None
