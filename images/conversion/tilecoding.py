"""Tiles coded as JPEG by Pillow, as TIFF wants them (TIFF Technical Note 2): each without tables, and those apart."""

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image

from images.conversion.recipes.recipe import FULL_CHROMA_QUALITY
from images.engine.pyramid import GREY, RGB, YCBCR
from images.engine.segments import CONTINUED

_SOI, _JFIF = b"\xff\xd8", b"\xff\xe0"
#: Bytes of SOI and JFIF's header together.
_BEFORE = 20
_ABBREVIATED, _TABLES = 2, 1


@dataclass(frozen=True, slots=True)
class Coding:
    """How tiles of one channel, or of three (RGB), are coded: as libvips does it in TIFF, with quality 1 to 99."""

    bands: int
    quality: int

    @property
    def photometric(self) -> int:
        """As TIFF names what is coded: grey, RGB, or YCbCr with half the colour each way."""
        if self.bands == 1:
            return GREY
        return RGB if self.quality >= FULL_CHROMA_QUALITY else YCBCR

    @property
    def mode(self) -> str:
        return "L" if self.bands == 1 else "RGB"

    @property
    def mcu(self) -> int:
        """The edge in pixels of the smallest unit that is coded."""
        return 16 if self.photometric == YCBCR else 8

    @property
    def least(self) -> int:
        """The smallest restart interval that is worth its bytes, in MCUs: of grey each is one small block."""
        return 4 if self.photometric == GREY else 1

    def tables(self) -> bytes:
        """The tag JPEGTables, with the mark that tiles go on beyond the edge of the picture."""
        tables = self._coded(Image.new(self.mode, (self.mcu, self.mcu)), streamtype=_TABLES)
        return _SOI + CONTINUED + tables[2:]

    def tile(self, picture: Image.Image, interval: int) -> bytes:
        """One tile, with a restart marker after so many MCUs."""
        coded = self._coded(picture, streamtype=_ABBREVIATED, restart_marker_blocks=interval)
        # JFIF's header is put before the tables when the tile is served.
        return _SOI + coded[_BEFORE:] if coded[2:4] == _JFIF else coded

    def _coded(self, picture: Image.Image, **options: int) -> bytes:
        colour: dict[int, dict[str, Any]] = {RGB: {"keep_rgb": True}, YCBCR: {"subsampling": "4:2:0"}}
        data = io.BytesIO()
        picture.save(data, "JPEG", quality=self.quality, **colour.get(self.photometric, {}), **options)
        return data.getvalue()
