"""The attacks by file, numbered as in the threat list: how each file is made, and what may become of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from images.conversion.work import Limits
from tests.hostile import documents, metadata, pictures, sizes
from tests.hostile.trial import ACCEPTED, LIMITS

Make = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Attack:
    """`verdicts` are those that are right; `long` ones take more than a second."""

    number: int
    name: str
    make: Make
    verdicts: tuple[str, ...]
    long: bool = False
    limits: Limits = LIMITS

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


TAKEN = (ACCEPTED,)
#: What a picture may be whose pixels, or what stands beside them, are cut off or wrong.
BAD = ("damaged", "cut_off")
REFUSED = ("format_not_supported",)
NO_PICTURE = ("not_a_picture",)
ODD_LAYOUT = (ACCEPTED, "layout_not_supported")
#: As a site has it: only what is too large for any limit is refused at sight.
DEFAULT = Limits()

ATTACKS = (
    Attack(57, "PNG of 20,000 x 20,000, 50 kB", partial(sizes.png, 20_000, 1), ("too_large",)),
    Attack(57, "the same in RGB, 1.2 MB", partial(sizes.png, 20_000, 24), TAKEN, True, DEFAULT),
    Attack(58, "TIFF that says 65,500 x 65,500, without data", partial(sizes.tiff, 65_500), ("too_large",)),
    Attack(58, "the same where the size may be", partial(sizes.tiff, 40_000), BAD, False, DEFAULT),
    Attack(59, "TIFF of 4,000,000,000 x 4,000,000,000", partial(sizes.tiff, 4_000_000_000), ("too_large",)),
    Attack(60, "TIFF of width 0", partial(sizes.tiff, 0), BAD),
    Attack(60, "PNG of width 0", partial(sizes.png, 0, 8), BAD),
    Attack(60, "JPEG of height 0", sizes.flat_jpeg, BAD),
    Attack(61, "TIFF whose directories run in a circle", documents.circle, (ACCEPTED, *BAD)),
    Attack(61, "TIFF whose SubIFDs run in a circle", documents.circle_below, (ACCEPTED, *BAD)),
    Attack(62, "empty", documents.empty, ("empty",)),
    Attack(62, "100 kB of zeros", documents.zeros, ("empty",)),
    Attack(63, "text named .tif", documents.text, NO_PICTURE),
    Attack(64, "ZIP named .jpg", documents.archive, REFUSED),
    Attack(65, "SVG with an entity bomb", documents.entity_bomb, REFUSED),
    Attack(66, "SVG of 100,000 x 100,000", documents.large_drawing, REFUSED),
    Attack(67, "MVG that writes a file, named .jpg", documents.script, (*NO_PICTURE, *REFUSED)),
    Attack(68, "PPM of 100,000 x 100,000", documents.netpbm, REFUSED),
    Attack(69, "PDF", documents.pdf, REFUSED),
    Attack(70, "JPEG that is JavaScript too", documents.polyglot, TAKEN),
    Attack(71, "progressive JPEG that says 20,000 x 20,000", sizes.progressive_header, ("too_large",)),
    Attack(
        71, "the same where the size may be", sizes.progressive_header, (*BAD, "too_large", "too_slow"), True, DEFAULT
    ),
    Attack(71, "progressive JPEG with 500 scans of 4 Mpx", sizes.many_scans, (ACCEPTED, "too_slow", *BAD)),
    *(Attack(72, f"{kind} cut at 50 %", partial(documents.half, kind), BAD) for kind in documents.KINDS),
    Attack(73, "TIFF with a strip beyond the end", sizes.strip_beyond, BAD),
    Attack(73, "TIFF with a tag's values beyond the end", sizes.values_beyond, (ACCEPTED, *BAD)),
    Attack(74, "BigTIFF", pictures.big, TAKEN),
    *(Attack(75, f"TIFF with {what}", make, verdicts) for what, make, verdicts in pictures.layouts(ODD_LAYOUT)),
    *(Attack(76, f"{what} profile", make, TAKEN) for what, make in pictures.profiles()),
    *(Attack(77, f"JPEG with Orientation {n}", partial(pictures.turned, n), TAKEN) for n in (*range(10), 65535)),
    Attack(78, "64 MB of XMP in a TIFF", metadata.much_xmp, TAKEN),
    Attack(78, "64 MB of XMP in a PNG", metadata.much_xmp_in_png, (ACCEPTED, *BAD)),
    *(Attack(79, f"XMP: {what}", make, TAKEN) for what, make in metadata.bad_xmp()),
    *(Attack(80, what, make, TAKEN) for what, make in metadata.bad_words()),
    Attack(81, "TIFF of 1,000 pages", documents.thousand_pages, TAKEN),
    Attack(82, "GIF of 10,000 frames", documents.many_frames, TAKEN),
    *(Attack(83, f"JP2 {what}", make, (*BAD, "too_large", "layout_not_supported")) for what, make in sizes.bad_jp2()),
)
