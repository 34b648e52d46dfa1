"""The same small picture in every mode, and as the bytes of every format that Pillow writes."""

import io
from typing import Any

import numpy as np
from PIL import Image, ImageCms

from tests.media.formats import Pixels
from tests.media.photograph import picture

RGB = picture(96, 64, seed=4)
GREY = RGB.convert("L")
INKS = Image.merge("CMYK", (*RGB.split(), Image.new("L", RGB.size, 30)))
CLEAR = Image.merge("RGBA", (*RGB.split(), GREY))
PALETTE = RGB.quantize(200)
DEEP = np.linspace(0, 65535, 96 * 64).astype(np.uint16).reshape(64, 96)

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def read_by_pillow(data: bytes, mode: str) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(data)).convert(mode))
