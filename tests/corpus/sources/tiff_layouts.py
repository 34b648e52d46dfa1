"""TIFF by how its pixels lie in the file: strips, tiles, planes, byte orders, sizes of offsets, compressions."""

from functools import partial
from typing import Any

from PIL import Image

from tests.corpus import tiffs
from tests.corpus.pictures import chart, decoded, encoded, field, photograph, print_of_type, whole
from tests.corpus.source import BILEVEL, LOSSY, PHOTOGRAPH, Made, Picture, Source

TITLE = "TIFF: layouts and compressions"


def laid_out(bits: int = 8, **layout: Any) -> Made:
    values = whole(field(), 2**bits - 1)
    return Made(tiffs.one(values, tiffs.RGB, **layout), Picture(chart()))


def compressed(how: str, **options: Any) -> Made:
    data = encoded(Image.fromarray(photograph()), "TIFF", compression=how, **options)
    return Made(data, Picture(decoded(data) if how == "jpeg" else photograph(), PHOTOGRAPH))


def fax(how: str) -> Made:
    data = encoded(Image.fromarray(~print_of_type()), "TIFF", compression=how)
    return Made(data, Picture(whole(~print_of_type() * 1.0), BILEVEL))


def jpeg_tiles(photometric: int) -> Made:
    """JPEG inside, in tiles; YCbCr without subsampling, or RGB as it is."""
    return Made(tiffs.one(chart(), photometric, tile=128, compression="jpeg"), Picture(chart(), exact=LOSSY))


SOURCES = (
    Source("strips.tif", "strips of 7 rows", partial(laid_out, rows=7)),
    Source("one-strip.tif", "one strip", partial(laid_out, rows=331)),
    Source("tiles.tif", "tiles", partial(laid_out, tile=64)),
    Source("planes.tif", "a plane for each channel, 8 bits", partial(laid_out, planar=True)),
    Source(
        "planes-16-tiles.tif",
        "planes in tiles, 16 bits, Deflate",
        partial(laid_out, 16, planar=True, tile=128, compression="deflate"),
    ),
    Source("big-endian-16.tif", "big endian, 16 bits", partial(laid_out, 16, order=">")),
    Source("bigtiff.tif", "BigTIFF", partial(laid_out, big=True)),
    Source("bigtiff-big-endian.tif", "BigTIFF, big endian, in tiles", partial(laid_out, big=True, order=">", tile=128)),
    Source("lzw.tif", "LZW", partial(compressed, "tiff_lzw")),
    Source("lzw-predictor.tif", "LZW with a predictor", partial(compressed, "tiff_lzw", tiffinfo={317: 2})),
    Source("deflate.tif", "Deflate", partial(compressed, "tiff_adobe_deflate")),
    Source("packbits.tif", "PackBits", partial(compressed, "packbits")),
    Source("zstd.tif", "ZSTD", partial(compressed, "zstd")),
    Source("jpeg-strips.tif", "JPEG 4:2:0 in strips", partial(compressed, "jpeg", quality=92)),
    Source("jpeg-tiles.tif", "JPEG, YCbCr 4:4:4, in tiles", partial(jpeg_tiles, tiffs.YCBCR)),
    Source("jpeg-rgb-tiles.tif", "JPEG, RGB, in tiles", partial(jpeg_tiles, tiffs.RGB)),
    Source("g3.tif", "fax, group 3", partial(fax, "group3")),
    Source("g4.tif", "fax, group 4", partial(fax, "group4")),
)
