"""Pyramids written from coded tiles, read again by others."""

import io
from pathlib import Path

import pytest
import pyvips
from PIL import Image

from images.conversion import pyramidfile
from images.conversion.pyramidfile import LONG, SHORT, CodedLevel, write
from images.engine.pyramid import open_pyramid


def tile(shade: int) -> bytes:
    data = io.BytesIO()
    Image.new("L", (16, 16), shade).save(data, "JPEG", quality=95)
    return data.getvalue()


def level(width: int, height: int, shades: list[int]) -> CodedLevel:
    tags = {
        254: (LONG, (int(width < 32),)),
        256: (LONG, (width,)),
        257: (LONG, (height,)),
        258: (SHORT, (8,)),
        259: (SHORT, (7,)),
        262: (SHORT, (1,)),
        277: (SHORT, (1,)),
        322: (LONG, (16,)),
        323: (LONG, (16,)),
    }
    return CodedLevel(tags, map(tile, shades))


@pytest.mark.parametrize("classic", [1 << 32, 0], ids=["classic", "BigTIFF"])
def test_others_read_what_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, classic: int) -> None:
    monkeypatch.setattr(pyramidfile, "CLASSIC", classic)
    path = tmp_path / "p.tif"
    write(path, [level(40, 20, [10, 60, 110, 160, 210, 250]), level(20, 10, [90, 200])], size=1000)
    assert path.read_bytes()[2] == (42 if classic else 43)

    pyramid = open_pyramid(path)
    assert [(level.width, level.height, len(level.offsets)) for level in pyramid.levels] == [(40, 20, 6), (20, 10, 2)]
    assert pyramid.tile(pyramid.levels[1], 1, 0) == tile(200)
    image = pyvips.Image.new_from_file(str(path))
    assert [image(x, 0)[0] for x in (8, 24, 39)] == pytest.approx([10, 60, 110], abs=2)
    with Image.open(path) as read:
        assert read.getpixel((8, 18)) == pytest.approx(160, abs=2)
        read.seek(1)
        assert read.size == (20, 10)


def test_nothing_that_is_there_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "p.tif").write_text("kept")
    with pytest.raises(FileExistsError):
        write(tmp_path / "p.tif", [level(16, 16, [0])], size=100)
    assert (tmp_path / "p.tif").read_text() == "kept"
