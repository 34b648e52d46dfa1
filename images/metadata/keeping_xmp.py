"""The rules of keeping for XMP. Pure."""

from lxml import etree

from images.metadata import spaces, xmp
from images.metadata.keeping_exif import SRGB
from images.metadata.names import Names
from images.metadata.policy import Policy
from images.metadata.spaces import SPACES

#: Namespaces that are about another file: previews, raw development, depth maps, the video of a motion photo.
_SPACES_DROPPED = frozenset(
    SPACES[prefix] for prefix in ("xmpGImg", "crs", "GDepth", "GImage", "GAudio", "GCamera", "GContainer", "hdrgm")
)
#: Bulk of the editing program, previews, and what is true of the source's file only.
_DROPPED = frozenset(
    {
        *("xmp:Thumbnails", "xmpMM:History", "xmpMM:Ingredients", "xmpMM:Pantry", "xmpMM:Versions", "xmpMM:Manifest"),
        *("photoshop:DocumentAncestors", "photoshop:TextLayers", "photoshop:History", "xmpNote:HasExtendedXMP"),
        *("photoshop:ICCProfile", "photoshop:ColorMode", "dc:format", "exif:MakerNote", "exif:Gamma"),
        *("exif:CompressedBitsPerPixel", "exif:NativeDigest", "exifEX:Gamma"),
        *("tiff:BitsPerSample", "tiff:Compression", "tiff:PhotometricInterpretation", "tiff:SamplesPerPixel"),
        *("tiff:PlanarConfiguration", "tiff:YCbCrSubSampling", "tiff:YCbCrPositioning", "tiff:YCbCrCoefficients"),
        *("tiff:TransferFunction", "tiff:WhitePoint", "tiff:PrimaryChromaticities", "tiff:ReferenceBlackWhite"),
        *("tiff:NativeDigest", "tiff:XResolution", "tiff:YResolution", "tiff:ResolutionUnit"),
    }
)
#: In pixels or parts of the source, from its own upper left corner.
_PLACES = frozenset({"exif:SubjectArea", "exif:SubjectLocation", "mwg-rs:Regions"})
#: As in EXIF, wherever and in whichever namespace they stand.
_SERIAL_NUMBERS = frozenset(
    {
        *("SerialNumber", "BodySerialNumber", "CameraSerialNumber", "InternalSerialNumber", "LensSerialNumber"),
        *("OwnerName", "CameraOwnerName", "ImageUniqueID"),
    }
)


def drop(rdf: etree._Element, policy: Policy, names: Names, turned: bool) -> None:
    """Take away in place what is not kept."""
    _at_the_top(rdf, policy, names, turned)
    _inside(rdf, policy, names)


def _at_the_top(rdf: etree._Element, policy: Policy, names: Names, turned: bool) -> None:
    dropped = _DROPPED | _PLACES if turned else _DROPPED
    for description, of, value in list(xmp.properties(rdf)):
        name = spaces.name(of)
        other_colours = name == "exifEX:InteropIndex" and xmp.words_of(value) == "R03"
        if name in dropped or other_colours or _is_unwanted(of, policy):
            xmp.remove(description, of, value)
            names.drop(f"XMP {_short(of)}")


def _inside(rdf: etree._Element, policy: Policy, names: Names) -> None:
    """What must go wherever it stands, in a structure too: the coordinates in a location, the thumbnail in a layer."""
    for element in list(rdf.iter(etree.Element)):
        for of in list(element.attrib):
            if _is_unwanted(str(of), policy):
                del element.attrib[of]
                names.drop(f"XMP {_short(str(of))}")
        parent = element.getparent()
        if parent is not None and _is_unwanted(element.tag, policy):
            parent.remove(element)
            names.drop(f"XMP {_short(element.tag)}")


def correct(rdf: etree._Element, names: Names, size: tuple[int, int]) -> None:
    """Put right in place, for a master of this size in pixels, and name what is kept."""
    width, height = size
    right = {
        "tiff:Orientation": 1,
        "tiff:ImageWidth": width,
        "tiff:ImageLength": height,
        "exif:PixelXDimension": width,
        "exif:PixelYDimension": height,
        "exif:ColorSpace": SRGB,
    }
    for description, of, value in list(xmp.properties(rdf)):
        name = spaces.name(of)
        if name in right and xmp.words_of(value) != str(right[name]):
            names.correct(f"XMP {name}")
            _set(description, of, value, str(right[name]))
        names.keep(f"XMP {name}")


def _is_unwanted(of: str, policy: Policy) -> bool:
    space, _, local = of[1:].rpartition("}") if of.startswith("{") else ("", "", of)
    if space in _SPACES_DROPPED:
        return True
    if not policy.gps and local[:3].upper() == "GPS":
        return True
    return not policy.serial_numbers and local in _SERIAL_NUMBERS


def _short(of: str) -> str:
    """Camera raw has some two hundred settings: one name for all that goes with a namespace."""
    space = of[1:].partition("}")[0] if of.startswith("{") else ""
    return f"{spaces.name(of).partition(':')[0]}:*" if space in _SPACES_DROPPED else spaces.name(of)


def _set(description: etree._Element, of: str, value: etree._Element | str, words: str) -> None:
    if isinstance(value, str):
        description.set(of, words)
        return
    for child in list(value):
        value.remove(child)
    value.attrib.clear()
    value.text = words
