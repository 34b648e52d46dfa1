"""The rules of keeping for EXIF. Pure."""

from images.metadata import tags, tiff
from images.metadata.exif import Exif
from images.metadata.fields import number, short, whole
from images.metadata.names import Names
from images.metadata.policy import Policy
from images.metadata.tiff import Directory, Field

SRGB = 1
_UPRIGHT = 1
#: "R03" is what cameras write for Adobe RGB (DCF 2.0): a master is sRGB or grey.
_OTHER_COLOURS = b"R03"

#: Of the Exif directory, what says something about the source's file and not about the picture or how it was taken:
#: maker notes are full of offsets that no longer lead anywhere; Gamma, the order of components and the bits per pixel
#: are no longer true.
_OF_THE_FILE = frozenset({tags.MAKER_NOTE, tags.GAMMA, 37121, 37122, 59932, 59933})
#: In pixels of the source, from its own upper left corner.
_PLACES = frozenset({tags.SUBJECT_AREA, tags.SUBJECT_LOCATION})
#: Serial numbers of camera and lens tell which pictures are by the same owner, whose name is another such tag. The
#: unique id goes with them: many cameras put their own number there, and a master is not the image that it names.
_SERIAL_NUMBERS = frozenset({42016, 42032, 42033, 42037})
_SAMPLES_OF_INTEROP = frozenset({4096, 4097, 4098})


def is_turned(known: Exif) -> bool:
    """Whether the source was not stored upright, so that places in it are elsewhere in the master."""
    return number(known.main.get(tags.ORIENTATION)) not in (None, _UPRIGHT)


def keep(known: Exif, policy: Policy, names: Names, size: tuple[int, int]) -> Exif:
    """What is kept, corrected for a master of this size in pixels."""
    return Exif(
        main=_main(known.main, names),
        photo=_photo(known.photo, policy, names, size, is_turned(known)),
        gps=_gps(known.gps, policy, names),
        interop=_interop(known.interop, names),
    )


def name(made: Exif, names: Names) -> None:
    """Name what is kept."""
    for what, directory in ((tags.MAIN, made.main), (tags.EXIF, made.photo), (tags.GPS, made.gps)):
        for tag in directory:
            names.keep(f"EXIF {tags.name(what, tag)}")


def _main(found: Directory, names: Names) -> Directory:
    """Resolution is not among it: the master says its own, as it was found or assumed."""
    made: Directory = {}
    for tag, field in found.items():
        if tag in tags.RESOLUTION:
            continue
        if tag not in tags.MAIN:
            names.drop(f"EXIF {tags.name(tags.MAIN, tag)}")
        elif tag == tags.ORIENTATION:
            made[tag] = _corrected(names, "Orientation", field, short(_UPRIGHT))
        else:
            made[tag] = _closed(field)
    return made


def _photo(found: Directory, policy: Policy, names: Names, size: tuple[int, int], turned: bool) -> Directory:
    width, height = size
    right = {tags.COLOUR_SPACE: short(SRGB), tags.PIXEL_X: whole(width), tags.PIXEL_Y: whole(height)}
    dropped = _OF_THE_FILE | (_PLACES if turned else frozenset())
    dropped |= frozenset() if policy.serial_numbers else _SERIAL_NUMBERS
    made: Directory = {}
    for tag, field in found.items():
        if tag in dropped:
            names.drop(f"EXIF {tags.name(tags.EXIF, tag)}")
        elif tag in right:
            made[tag] = _corrected(names, tags.EXIF[tag], field, right[tag])
        else:
            made[tag] = _closed(field)
    return made


def _gps(found: Directory, policy: Policy, names: Names) -> Directory:
    if policy.gps:
        return found
    if found:
        names.drop("EXIF GPS")
    return {}


def _interop(found: Directory, names: Names) -> Directory:
    index = found.get(tags.INTEROP_INDEX)
    if index and index.data.startswith(_OTHER_COLOURS):
        names.drop("EXIF InteropIndex")
        return {}
    return {tag: field for tag, field in found.items() if tag not in _SAMPLES_OF_INTEROP}


def _corrected(names: Names, what: str, field: Field, right: Field) -> Field:
    if number(field) == number(right):
        return field
    names.correct(f"EXIF {what}")
    return right


def _closed(field: Field) -> Field:
    """A text with the NUL at its end that TIFF 6.0 demands and not every program writes."""
    return Field(field.kind, field.data + b"\0") if field.kind == tiff.ASCII and field.data[-1:] != b"\0" else field
