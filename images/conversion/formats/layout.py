"""How a TIFF stores the samples of a page (TIFF 6.0), and which of its readers gets them right. Pure.

What libvips 8.18 takes for something else was found by writing one file of every kind (tests/images/conversion).
"""

from dataclasses import dataclass

from images.conversion.formats import resolution
from images.conversion.formats.directories import Directory

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _ORIENTATION, _SAMPLES = 256, 257, 258, 259, 262, 274, 277
_PLANAR, _EXTRA, _FORMAT = 284, 338, 339

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, MASK, SEPARATED, YCBCR = range(7)
CIELAB, ICCLAB = 8, 9
#: How many channels are colour, and what libvips calls such colours with 8 and with 16 bits.
_COLOURS = {0: 1, 1: 1, 2: 3, 3: 1, 4: 1, 5: 4, 6: 3, 8: 3, 9: 3}
_INTERPRETATIONS = {1: ("b-w", "grey16"), 3: ("srgb", "rgb16"), 4: ("cmyk", "cmyk")}
#: ExtraSamples: transparency by which the colours are multiplied already, and by which they are not.
ASSOCIATED, UNASSOCIATED = 1, 2
JPEG, FAX = 7, (2, 3, 4)

COMPRESSIONS = {
    1: "none",
    2: "g3",
    3: "g3",
    4: "g4",
    5: "lzw",
    6: "old jpeg",
    7: "jpeg",
    8: "deflate",
    32946: "deflate",
    32773: "packbits",
    34925: "lzma",
    50000: "zstd",
    50001: "webp",
}
#: Not in the libvips that comes with pyvips, but in the libtiff that comes with Pillow.
_PILLOW_ONLY = ("zstd", "lzma")
_SAMPLE_FORMATS = {1: "uint", 2: "int", 3: "float", 4: "uint"}


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of one page.

    `bits` is 0 where the channels differ in it, `extra` says what each channel beyond the colours is, `orientation` is
    1 to 8, `said` whether the file says what its colours are.
    """

    width: int
    height: int
    bits: int
    samples: int
    sample: str
    photometric: int
    compression: int
    planar: bool
    extra: tuple[int, ...]
    orientation: int
    pixels_per_mm: tuple[float, float] | None
    said: bool

    @property
    def colours(self) -> int:
        return _COLOURS.get(self.photometric, self.samples)

    @property
    def compression_name(self) -> str:
        return COMPRESSIONS.get(self.compression, str(self.compression))

    @property
    def transparency(self) -> int | None:
        """Which of the extra channels is transparency, if one is: others may be saved selections (TIFF 6.0 p. 31)."""
        for number, meaning in enumerate(self.extra):
            if meaning in (ASSOCIATED, UNASSOCIATED):
                return number
        return None

    @property
    def is_lab(self) -> bool:
        return self.photometric in (CIELAB, ICCLAB)

    @property
    def only_pillow(self) -> bool:
        """libvips has no decoder for it, or leaves YCbCr as it is."""
        return self.compression_name in _PILLOW_ONLY or (self.photometric == YCBCR and self.compression != JPEG)

    @property
    def needs_other_tags(self) -> bool:
        """libvips would refuse it or take it for something else, unless it is told what else to take it for."""
        return bool(self.other_tags) or self.planar

    @property
    def other_tags(self) -> dict[int, tuple[int, ...]]:
        """L*a*b* as if it were RGB, so that its numbers are left alone; what the file does not say; and transparency as
        channels without meaning: libvips divides by one that is not the last, and in CMYK by 255 of 65535.
        """
        tags: dict[int, tuple[int, ...]] = {}
        if self.is_lab and self.sample == "uint":
            tags[_PHOTOMETRIC] = (RGB,)
        elif not self.said:
            tags[_PHOTOMETRIC] = (self.photometric,)
        if self.extra and (ASSOCIATED in self.extra or _PHOTOMETRIC in tags):
            tags[_EXTRA] = (0,) * len(self.extra)
        return tags

    @property
    def raw(self) -> str:
        """What libvips calls such colours when they are read as they stand: L*a*b* in whole numbers as RGB."""
        if self.is_lab and self.sample == "float":
            return "lab"
        if self.sample == "float":
            return "scrgb" if self.colours == 3 else "b-w"
        return _INTERPRETATIONS[3 if self.photometric == PALETTE else self.colours][self.bits == 16]


def of(directory: Directory) -> Layout:
    samples = directory.number(_SAMPLES, 1)
    compression = directory.number(_COMPRESSION, 1)
    unsaid = RGB if samples >= 3 else WHITE_IS_ZERO if compression in FAX else BLACK_IS_ZERO
    photometric = directory.number(_PHOTOMETRIC, unsaid)
    colours = _COLOURS.get(photometric, samples)
    bits, formats = set(directory.numbers(_BITS) or (1,)), set(directory.numbers(_FORMAT) or (1,))
    orientation = directory.number(_ORIENTATION, 1)
    # A channel without a meaning is one that is unspecified.
    extra = (*directory.numbers(_EXTRA), *(0,) * samples)[: max(0, samples - colours)] if samples < 100 else ()
    return Layout(
        width=directory.number(_WIDTH, 0),
        height=directory.number(_HEIGHT, 0),
        bits=bits.pop() if len(bits) == 1 else 0,
        samples=samples,
        sample=_SAMPLE_FORMATS.get(formats.pop(), "complex") if len(formats) == 1 else "mixed",
        photometric=photometric,
        compression=compression,
        planar=directory.number(_PLANAR, 1) == 2,
        extra=extra,
        orientation=orientation if orientation in range(1, 9) else 1,
        pixels_per_mm=resolution.of_tiff(directory),
        said=_PHOTOMETRIC in directory,
    )
