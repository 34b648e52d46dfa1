"""Conversions for real, read again by Pillow: size, orientation, colour, layout."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
from PIL import Image, ImageCms

from gcis.core.errors import SourceFault
from images.conversion import verification, vips
from images.conversion.recipes.recipe import DEFAULT, FIDELITY, Recipe
from images.conversion.work import Limits, Result, Work
from images.engine.pyramid import open_pyramid
from tests.media import sources
from tests.media.photograph import photograph, picture


def convert(source: Path, recipe: Recipe = DEFAULT, **limits: Any) -> tuple[Result, Image.Image]:
    target = source.with_name(f"{source.name}.{recipe.name}.master.tif")
    result = vips.convert(Work(source, target, recipe, Limits(**limits)), lambda progress, stage: None)
    return result, Image.open(io.BytesIO(target.read_bytes()))


def pixels(image: Image.Image) -> Any:
    return np.asarray(image, np.float32)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
def test_every_orientation_ends_upright(tmp_path: Path, orientation: int, suffix: str) -> None:
    result, master = convert(sources.turned(tmp_path / f"turned{suffix}", orientation))
    assert (result.width, result.height) == master.size == (320, 200)
    for (x, y), shade in sources.CORNERS.items():
        seen = master.convert("RGB").getpixel((80 + 160 * x, 50 + 100 * y))
        assert seen == pytest.approx(shade, abs=12)
    assert master.getexif().get(0x112, 1) == 1


def test_the_pyramid_is_what_the_result_says(tmp_path: Path) -> None:
    result, master = convert(photograph(tmp_path / "p.jpg", width=1501, height=1003, seed=1))
    levels = []
    for page in range(master.n_frames):
        master.seek(page)
        assert master.tag_v2[322] == master.tag_v2[323] == 256
        assert master.tag_v2[259] == 7
        assert master.tag_v2[262] == 6
        levels.append((*master.size, 256, 256))
        master.load()
    assert tuple(levels) == result.levels
    assert [level[:2] for level in levels] == [(1501, 1003), (750, 501), (375, 250), (187, 125)]
    assert result.size == (tmp_path / "p.jpg.default.master.tif").stat().st_size


def test_pixels_are_those_of_the_source(tmp_path: Path) -> None:
    expected = pixels(picture(800, 608, seed=3))
    for recipe, most in ((DEFAULT, 3.0), (FIDELITY, 1.5)):
        _, master = convert(photograph(tmp_path / "p.png", width=800, height=608, seed=3), recipe)
        assert np.abs(pixels(master.convert("RGB")) - expected).mean() < most


def test_an_embedded_profile_is_converted(tmp_path: Path) -> None:
    profile = sources.wide_gamut_profile()
    image = sources.corners()
    image.save(tmp_path / "p.png", icc_profile=profile)
    expected = ImageCms.profileToProfile(
        image,
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    assert expected
    assert np.abs(pixels(expected) - pixels(image)).mean() > 20, "the profile must make a difference"
    result, master = convert(tmp_path / "p.png")
    assert np.abs(pixels(master.convert("RGB")) - pixels(expected)).mean() < 5
    assert "profile" not in result.assumed
    assert "sRGB" in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(icc(master))))


def icc(master: Image.Image) -> bytes:
    return bytes(master.info["icc_profile"])


def test_what_is_assumed_is_said(tmp_path: Path) -> None:
    Image.new("CMYK", (300, 300), (0, 0, 0, 0)).save(tmp_path / "cmyk.tif")
    result, master = convert(tmp_path / "cmyk.tif")
    assert result.assumed == {"profile": "CMYK (cmyk)"}
    assert master.convert("RGB").getpixel((100, 100)) == pytest.approx((255, 255, 255), abs=3)
    photograph(tmp_path / "plain.jpg", width=300, height=300)
    assert convert(tmp_path / "plain.jpg")[0].assumed == {"profile": "sRGB"}


def test_an_unusable_profile_is_ignored_and_said(tmp_path: Path) -> None:
    image = sources.corners()
    image.save(tmp_path / "p.png", icc_profile=b"not a profile at all" * 10)
    result, master = convert(tmp_path / "p.png")
    assert result.assumed["profile"].startswith("sRGB")
    assert np.abs(pixels(master.convert("RGB")) - pixels(image)).mean() < 5


def test_grey_stays_one_channel(tmp_path: Path) -> None:
    image = picture(600, 400, seed=2).convert("L")
    image.save(tmp_path / "grey.png")
    result, master = convert(tmp_path / "grey.png")
    assert (master.mode, master.tag_v2[277]) == ("L", 1)
    assert np.abs(pixels(master) - pixels(image)).mean() < 3
    assert result.assumed == {"profile": "sGray"}
    assert icc(master)[16:20] == b"GRAY"


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_sixteen_bits_become_eight(tmp_path: Path, suffix: str) -> None:
    result, master = convert(sources.sixteen_bits(tmp_path / f"deep{suffix}"))
    assert result.found["bits"] == 16
    ramp = pixels(master)[150]
    assert ramp[4] < 5
    assert ramp[-5] > 250
    assert abs(ramp[256] - 128) < 3


def test_transparency_lies_on_white(tmp_path: Path) -> None:
    result, master = convert(sources.transparent(tmp_path / "p.png"))
    assert master.convert("RGB").getpixel((50, 150)) == pytest.approx((255, 255, 255), abs=3)
    assert master.convert("RGB").getpixel((350, 150)) == pytest.approx((200, 0, 0), abs=8)
    assert "transparency laid on the background" in result.done


def test_a_picture_of_one_pixel_keeps_its_colour(tmp_path: Path) -> None:
    Image.new("RGB", (1, 1), (200, 30, 60)).save(tmp_path / "one.png")
    result, master = convert(tmp_path / "one.png")
    assert result.levels == ((1, 1, 256, 256),)
    assert master.convert("RGB").getpixel((0, 0)) == (200, 30, 60)


def test_the_same_source_gives_the_same_bytes(tmp_path: Path) -> None:
    digests = set()
    for number in range(2):
        source = photograph(tmp_path / f"{number}.jpg", width=1300, height=900, seed=5)
        digests.add(convert(source)[0].digest)
    assert len(digests) == 1


def test_too_many_pixels_are_refused_before_they_are_decoded(tmp_path: Path) -> None:
    with pytest.raises(SourceFault, match="megapixels; at most") as fault:
        convert(photograph(tmp_path / "p.jpg", width=1100, height=1000), pixels=1_000_000)
    assert fault.value.code == "too_large"


def test_a_cut_off_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceFault, match="cut off") as fault:
        convert(sources.cut_off(tmp_path / "p.jpg"))
    assert fault.value.code == "cut_off"


def test_damage_inside_a_jpeg_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceFault, match="damaged") as fault:
        convert(sources.damaged(tmp_path / "p.jpg"))
    assert fault.value.code == "damaged"


def test_an_odd_header_is_no_damage(tmp_path: Path) -> None:
    result, master = convert(sources.odd_header(tmp_path / "p.jpg"))
    assert "JFIF revision" in result.assumed["header"]
    assert np.abs(pixels(master.convert("RGB")) - pixels(sources.corners())).mean() < 5


def test_numbers_whose_white_is_not_known_are_refused(tmp_path: Path) -> None:
    Image.new("I", (300, 300), 1).save(tmp_path / "p.tif")
    with pytest.raises(SourceFault, match="8 or 16 bits per channel"):
        convert(tmp_path / "p.tif")


def test_a_saved_selection_is_not_transparency(tmp_path: Path) -> None:
    result, master = convert(sources.saved_selection(tmp_path / "p.tif"))
    assert np.abs(pixels(master.convert("RGB")) - pixels(sources.corners(400, 300))).mean() < 5
    assert "extra channels dropped (1)" in result.done


def test_fine_transparency_is_not_taken_for_a_wrong_master(tmp_path: Path) -> None:
    _, master = convert(sources.lace(tmp_path / "p.png"))
    assert pixels(master.convert("RGB")).min() >= 253


@pytest.mark.parametrize("size", [(300, 5001), (257, 511), (2049, 1027)])
@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_sharp_pictures_of_awkward_sizes_are_not_taken_for_wrong(
    tmp_path: Path, size: tuple[int, int], mode: str
) -> None:
    black = Image.new(mode, size, 0)
    black.paste(255 if mode == "L" else (255, 255, 255, 0), (size[0] // 2 + 3, 0, *size))
    black.save(tmp_path / "p.tif")
    assert convert(tmp_path / "p.tif")[0].width == size[0]


def test_a_profile_is_judged_by_what_it_does_not_by_its_name(tmp_path: Path) -> None:
    image, profile = picture(400, 300), sources.linear_profile()
    image.save(tmp_path / "p.png", icc_profile=profile)
    result, master = convert(tmp_path / "p.png")
    assert result.found["profile"].startswith("sRGB")
    expected = ImageCms.profileToProfile(
        image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), 1
    )
    assert expected
    assert np.abs(pixels(master.convert("RGB")) - pixels(expected)).mean() < 3


def test_a_profile_that_is_cut_off_is_not_said_to_have_been_used(tmp_path: Path) -> None:
    sources.corners().save(tmp_path / "p.jpg", icc_profile=sources.wide_gamut_profile()[:300])
    result, _ = convert(tmp_path / "p.jpg")
    assert result.assumed == {"profile": "sRGB"}
    assert "unusable profile ignored: it is cut off" in result.done


def test_srgb_under_another_name_is_left_as_it_is(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    other = profile.replace("sRGB".encode("utf-16-be"), "ours".encode("utf-16-be"))
    sources.corners().save(tmp_path / "p.png", icc_profile=other)
    result, _ = convert(tmp_path / "p.png")
    assert not any("converted" in step for step in result.done)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda image: image * 0,
        lambda image: image.copy_memory().wrap(x=64, y=0),
        lambda image: image.copy_memory().fliphor(),
        lambda image: image.copy_memory().draw_rect([0, 0, 0], 512, 256, 256, 256, fill=True),
    ],
    ids=["black", "shifted", "mirrored", "a black tile"],
)
def test_a_master_that_does_not_look_like_its_source_is_ours_to_worry_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Any], Any]
) -> None:
    def spoilt(context: vips.Context) -> vips.Context:
        return vips.write(context.with_image(spoil(context.picture)))

    stages = tuple(spoilt if stage is vips.write else stage for stage in vips.STAGES)
    monkeypatch.setattr(vips, "STAGES", stages)
    with pytest.raises(RuntimeError, match="differs from its source"):
        convert(photograph(tmp_path / "p.jpg", width=1400, height=1000))


def test_a_tile_that_cannot_be_decoded_is_noticed_wherever_it_is(tmp_path: Path) -> None:
    """Each tile is asked for one pixel only: none may be passed over, at the edges neither."""
    convert(photograph(tmp_path / "p.jpg", width=700, height=530, seed=6))
    whole = (tmp_path / "p.jpg.default.master.tif").read_bytes()
    pyramid = open_pyramid(tmp_path / "p.jpg.default.master.tif")
    broken = tmp_path / "broken.tif"
    for level in pyramid.levels:
        for start in level.offsets:
            broken.write_bytes(whole[:start] + b"\0\0" + whole[start + 2 :])
            image = pyvips.Image.new_from_file(str(broken), page=level.page, fail_on="error")
            with pytest.raises(pyvips.Error):
                verification.decode_tiles(image, level)
