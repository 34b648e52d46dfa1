"""JPEG in its colours, subsamplings and ways of coding."""

import struct
from functools import partial
from typing import Any

from PIL import Image

from tests.corpus.cms import assumed_cmyk, by_profile
from tests.corpus.colours import ink_profile, inks
from tests.corpus.pictures import chart, decoded, encoded, field, grey_chart, photograph, whole
from tests.corpus.source import LOSSY, PHOTOGRAPH, TONES, Made, Picture, Refusal, Source

TITLE = "JPEG"


def photo(**options: Any) -> Made:
    data = encoded(Image.fromarray(photograph()), "JPEG", **{"quality": 92, **options})
    return Made(data, Picture(decoded(data), PHOTOGRAPH))


def resolution() -> Made:
    """300 dots per inch, in the JFIF header."""
    data = encoded(Image.fromarray(chart()), "JPEG", quality=95, dpi=(300, 300))
    return Made(data, Picture(decoded(data), pixels_per_mm=(300 / 25.4, 300 / 25.4)))


def grey() -> Made:
    data = encoded(Image.fromarray(grey_chart()), "JPEG", quality=92)
    return Made(data, Picture(decoded(data), TONES))


def adobe_cmyk() -> Made:
    """Inks stored the other way round, as Photoshop does; the Adobe segment gives that away."""
    data = encoded(_inked(), "JPEG", quality=95, subsampling=0, icc_profile=ink_profile())
    assert b"Adobe" in data
    return Made(data, Picture(chart(), exact=LOSSY))


def bare_cmyk() -> Made:
    """Without a profile: what the recipe takes for inks."""
    data = encoded(_inked(), "JPEG", quality=95, subsampling=0)
    return Made(data, Picture(by_profile(decoded(data), assumed_cmyk())))


def ycck() -> Made:
    """Cyan, magenta and yellow turned into YCbCr, and the Adobe segment says so (transform 2)."""
    cyan, magenta, yellow, black = _inked().split()
    luma = Image.merge("RGB", (cyan, magenta, yellow)).convert("YCbCr").split()
    # Pillow inverts all four once more while it writes them.
    stored = Image.merge("CMYK", (*(plane.point(lambda level: 255 - level) for plane in luma), black))
    data = bytearray(encoded(stored, "JPEG", quality=95, subsampling=0, icc_profile=ink_profile()))
    data[data.index(b"Adobe") + 11] = 2
    return Made(bytes(data), Picture(chart(), exact=LOSSY))


def as_rgb() -> Made:
    """RGB that was never turned into YCbCr."""
    data = encoded(Image.fromarray(chart()), "JPEG", quality=92, keep_rgb=True)
    return Made(data, Picture(decoded(data)))


def twelve_bits() -> Made:
    """Extended coding (SOF1) with 12 bits a sample: what most programs cannot show."""
    data = bytearray(encoded(Image.fromarray(grey_chart()), "JPEG", quality=92))
    frame = data.index(b"\xff\xc0")
    data[frame + 1], data[frame + 4] = 0xC1, 12
    return Made(bytes(data), Refusal("layout_not_supported", "12 bits"))


def two_pictures() -> Made:
    """Multi-Picture Format: phones put previews and depth maps behind the photograph, which is the first."""
    first = Image.fromarray(photograph())
    data = encoded(first, "MPO", save_all=True, append_images=[Image.fromarray(chart())], quality=92)
    return Made(data, Picture(decoded(data), PHOTOGRAPH))


def odd_header() -> Made:
    """A version of JFIF that nobody knows, which harms no pixel."""
    data = encoded(Image.fromarray(chart()), "JPEG", quality=95)
    return Made(data.replace(b"JFIF\0\x01", b"JFIF\0\x02", 1), Picture(decoded(data)))


def trailing() -> Made:
    """Bytes behind the end, as uploads through forms leave them."""
    data = encoded(Image.fromarray(chart()), "JPEG", quality=95)
    return Made(data + b"\r\n--boundary--" + struct.pack(">Q", 0), Picture(decoded(data)))


def _inked() -> Image.Image:
    values = whole(inks(field()))
    return Image.frombytes("CMYK", (values.shape[1], values.shape[0]), values.tobytes())


SOURCES = (
    Source("baseline-420.jpg", "baseline, 4:2:0", partial(photo, subsampling=2)),
    Source("baseline-422.jpg", "baseline, 4:2:2", partial(photo, subsampling=1)),
    Source("baseline-444.jpg", "baseline, 4:4:4", partial(photo, subsampling=0)),
    Source("progressive.jpg", "progressive", partial(photo, progressive=True)),
    Source("restarts.jpg", "with restart markers", partial(photo, restart_marker_rows=1)),
    Source("resolution.jpg", "300 dots per inch", resolution),
    Source("grey.jpg", "grey", grey),
    Source("rgb.jpg", "RGB inside", as_rgb),
    Source("cmyk-adobe.jpg", "CMYK with a profile, by Adobe's rule", adobe_cmyk),
    Source("cmyk.jpg", "CMYK without a profile", bare_cmyk),
    Source("ycck.jpg", "YCCK with a profile", ycck),
    Source("mpo.jpg", "two pictures (MPO)", two_pictures),
    Source("odd-header.jpg", "an unknown version of JFIF", odd_header),
    Source("trailing.jpg", "bytes behind the end", trailing),
    Source("12-bits.jpg", "12 bits", twelve_bits),
)
