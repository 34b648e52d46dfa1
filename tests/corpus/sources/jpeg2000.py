"""JPEG 2000, as archives keep it: with and without loss, in a file of its own and as a bare stream."""

from functools import partial
from typing import Any

import numpy as np
from PIL import Image

from tests.corpus.colours import ADOBE
from tests.corpus.pictures import chart, decoded, encoded, field, grey_chart, grey_field, photograph, whole
from tests.corpus.source import PHOTOGRAPH, ROUNDED, TONES, Made, Picture, Source

TITLE = "JPEG 2000"


def photo(**options: Any) -> Made:
    data = encoded(Image.fromarray(photograph()), "JPEG2000", **options)
    return Made(data, Picture(decoded(data) if "irreversible" in options else photograph(), PHOTOGRAPH))


def grey(bits: int) -> Made:
    image = Image.fromarray(whole(grey_field(), 2**bits - 1))
    return Made(encoded(image, "JPEG2000"), Picture(grey_chart(), TONES))


def transparent() -> Made:
    veil = np.linspace(0, 255, chart().shape[0]).astype(np.uint8)[:, None, None]
    values = np.concatenate([chart(), np.broadcast_to(veil, (*chart().shape[:2], 1))], -1)
    alpha = values[..., 3:] / 255
    data = encoded(Image.fromarray(values), "JPEG2000")
    return Made(data, Picture(whole(chart() / 255 * alpha + 1 - alpha)))


def with_profile() -> Made:
    """A profile in its colour specification box (restricted ICC method)."""
    data = encoded(Image.fromarray(whole(ADOBE.of(field()))), "JPEG2000")
    return Made(_with_profile(data, ADOBE.profile), Picture(chart(), exact=ROUNDED))


def _with_profile(data: bytes, profile: bytes) -> bytes:
    """The enumerated colour specification replaced (ISO 15444-1 §I.5.3.3); `jp2h` grows by as much."""
    at = data.index(b"colr") - 4
    size = int.from_bytes(data[at : at + 4], "big")
    box = b"colr\x02\0\0" + profile
    box = (len(box) + 4).to_bytes(4, "big") + box
    header = data.index(b"jp2h") - 4
    grown = int.from_bytes(data[header : header + 4], "big") + len(box) - size
    return data[:header] + grown.to_bytes(4, "big") + data[header + 4 : at] + box + data[at + size :]


SOURCES = (
    Source("lossless.jp2", "without loss", photo),
    Source("lossy.jp2", "with loss", partial(photo, irreversible=True, quality_mode="rates", quality_layers=[12])),
    Source("tiles.jp2", "in tiles", partial(photo, tile_size=(256, 256))),
    Source("stream.j2k", "bare stream", partial(photo, no_jp2=True)),
    *(Source(f"grey-{bits}.jp2", f"grey, {bits} bits", partial(grey, bits)) for bits in (8, 16)),
    Source("alpha.jp2", "transparent", transparent),
    Source("profile.jp2", "with a wide profile", with_profile),
)
