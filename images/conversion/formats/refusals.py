"""TIFF pages that cannot be read right, each refused with a sentence that says what it is and what to do. Pure."""

from gcis.core.errors import SourceFault
from images.conversion.formats.complaints import CUT_OFF, DAMAGED
from images.conversion.formats.directories import Directory, below
from images.conversion.formats.layout import (
    ASSOCIATED,
    BLACK_IS_ZERO,
    CIELAB,
    COMPRESSIONS,
    ICCLAB,
    PALETTE,
    RGB,
    SEPARATED,
    UNASSOCIATED,
    WHITE_IS_ZERO,
    YCBCR,
    Layout,
)
from images.conversion.formats.marks import FROM_RAW

_STRIPS, _ROWS, _TILE_WIDTH, _TILE_HEIGHT, _TILES = 273, 278, 322, 323, 324
_COMPRESSION, _PHOTOMETRIC, _MAKE, _COLOUR_MAP, _INK_SET, _INK_NAMES, _DNG = 259, 262, 271, 320, 332, 333, 50706
#: What sensors see: colour filter arrays and linear raw (TIFF/EP, DNG), and the compressions that only raw files have.
_SENSOR = (32803, 34892)
_RAW_COMPRESSIONS = (32767, 34713, 34892, 65000, 65535)
_OLD_JPEG = 6
_CMYK = 1
_PROCESS = b"cyan\0magenta\0yellow\0black\0"

_AS_RGB = "Please save it as RGB with 8 or 16 bits per channel and send that."
_WITH_8_OR_16 = "Please save it with 8 or 16 bits per channel and send that."
_WITH_LZW = "Please save it as TIFF with LZW or Deflate, and send that."
_UNREAD = {4: "a transparency mask", 10: "L*a*b* of the ITU", 32844: "LogL", 32845: "LogLuv"}
_COMPRESSIONS_UNREAD = {
    _OLD_JPEG: "old-style JPEG, which was given up in 1995",
    32809: "ThunderScan",
    34661: "JBIG",
    34676: "SGILog",
    34677: "SGILog",
    34712: "JPEG 2000",
    33003: "JPEG 2000",
    33005: "JPEG 2000",
    34887: "LERC",
    50002: "JPEG XL",
    52546: "JPEG XL",
}


def check(directory: Directory, layout: Layout) -> None:
    """Raises SourceFault for a page that cannot be read right; most are of kinds that nobody meets by intent."""
    _check_raw(directory)
    _check_compression(layout)
    _check_colours(directory, layout)
    _check_numbers(layout)
    _check_parts(directory, layout)
    if layout.only_pillow:
        _check_pillow(layout)


def _check_raw(directory: Directory) -> None:
    """What a camera's sensor saw: some makers keep it in TIFF directories."""
    if _DNG in directory or any(map(_is_sensor, (directory, *below(directory)))):
        what = "DNG" if _DNG in directory else directory.text(_MAKE) or "TIFF"
        sentence = f"The file is a camera raw file ({what}), which cannot be taken. {FROM_RAW}"
        raise SourceFault("format_not_supported", sentence)


def _is_sensor(directory: Directory) -> bool:
    photometric, compression = directory.number(_PHOTOMETRIC, -1), directory.number(_COMPRESSION, 1)
    return photometric in _SENSOR or compression in _RAW_COMPRESSIONS


def _check_compression(layout: Layout) -> None:
    if layout.compression not in COMPRESSIONS or layout.compression == _OLD_JPEG:
        what = _COMPRESSIONS_UNREAD.get(layout.compression, f"number {layout.compression}")
        sentence = f"The file uses a compression that cannot be read ({what}). {_WITH_LZW}"
        raise SourceFault("compression_not_supported", sentence)


def _check_colours(directory: Directory, layout: Layout) -> None:
    colours = layout.photometric
    if colours not in (WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, SEPARATED, YCBCR, CIELAB, ICCLAB):
        what = _UNREAD.get(colours, f"of the kind {colours}")
        raise _layout(f"The picture's colours are {what}, which cannot be read. {_AS_RGB}")
    if layout.samples < layout.colours or layout.samples > 99:
        raise _layout(f"The picture has {layout.samples} channels, which do not fit its colours. {_AS_RGB}")
    if colours == SEPARATED and not _are_process_inks(directory):
        raise _layout(f"The picture is in inks other than cyan, magenta, yellow and black. {_AS_RGB}")
    if colours == PALETTE and not _has_table(directory, layout):
        raise _layout(f"The picture's table of colours is missing or cut off. {_AS_RGB}")
    if colours == YCBCR and (layout.planar or layout.extra or layout.bits != 8):
        raise _layout(f"The picture is in YCbCr colours in a layout that cannot be read. {_AS_RGB}")
    alpha = layout.transparency
    if layout.is_lab and alpha is not None and layout.extra[alpha] == ASSOCIATED:
        raise _layout(f"The picture is in L*a*b* colours multiplied by their transparency. {_AS_RGB}")


def _has_table(directory: Directory, layout: Layout) -> bool:
    return 0 < layout.bits <= 16 and len(directory.numbers(_COLOUR_MAP)) >= 3 << layout.bits


def _are_process_inks(directory: Directory) -> bool:
    named = directory.bytes_of(_INK_NAMES).lower().startswith(_PROCESS)
    return directory.number(_INK_SET, _CMYK) == _CMYK or named


def _check_numbers(layout: Layout) -> None:
    """Numbers of a size and type whose black and white are known."""
    bits, whole = layout.bits, layout.sample == "uint"
    if not bits or layout.sample == "mixed":
        raise _layout(f"The picture's channels differ in their number of bits or in their type. {_WITH_8_OR_16}")
    if layout.sample == "float":
        _check_floats(layout)
    elif not whole:
        what = {"int": "numbers with a sign", "complex": "complex numbers"}[layout.sample]
        raise _layout(f"The picture's values are {what}, whose black and white are not known. {_WITH_8_OR_16}")
    elif bits in (1, 2, 4):
        if layout.samples > 1:
            raise _layout(
                f"The picture has {layout.samples} channels of {bits} bits, which cannot be read. {_WITH_8_OR_16}"
            )
    elif bits == 32:
        sentence = "The picture's values are whole numbers of 32 bits, whose black and white are not known."
        raise _layout(f"{sentence} {_WITH_8_OR_16}")
    elif bits not in (8, 16):
        raise _layout(f"The picture has {bits} bits per channel, which cannot be read. {_WITH_8_OR_16}")


def _check_floats(layout: Layout) -> None:
    lab = layout.is_lab and layout.bits == 32 and not layout.extra
    light = layout.photometric in (WHITE_IS_ZERO, BLACK_IS_ZERO, RGB) and layout.bits in (16, 32)
    if not (lab or light) or (layout.bits == 16 and layout.planar):
        sentence = f"The picture's values are {layout.bits}-bit floating point numbers in a layout that cannot be read."
        raise _layout(f"{sentence} {_WITH_8_OR_16}")


def _check_parts(directory: Directory, layout: Layout) -> None:
    """As many strips or tiles as the picture needs: libtiff takes those that are missing for black."""
    tiled = _TILE_WIDTH in directory
    wide = directory.number(_TILE_WIDTH, 0) if tiled else layout.width
    tall = directory.number(_TILE_HEIGHT, 0) if tiled else directory.number(_ROWS, layout.height)
    _, places, _ = directory.entries.get(_TILES if tiled else _STRIPS, (0, 0, 0))
    if wide < 1 or tall < 1:
        raise SourceFault("damaged", DAMAGED)
    needed = -(-layout.width // wide) * -(-layout.height // tall) * (layout.samples if layout.planar else 1)
    if places < needed:
        raise SourceFault("cut_off", CUT_OFF)


def _check_pillow(layout: Layout) -> None:
    """The few layouts that Pillow reads without loss: of 16 bits it keeps 8."""
    kinds = (WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, SEPARATED, YCBCR)
    plain = not layout.extra or (layout.photometric == RGB and layout.extra in ((ASSOCIATED,), (UNASSOCIATED,)))
    fits = layout.photometric in kinds and plain and layout.sample == "uint" and layout.bits in (1, 8)
    if fits and not layout.planar:
        return
    sentence = (
        f"The file uses a compression that cannot be read with its layout ({layout.compression_name}). {_WITH_LZW}"
    )
    raise SourceFault("compression_not_supported", sentence)


def _layout(sentence: str) -> SourceFault:
    return SourceFault("layout_not_supported", sentence)
