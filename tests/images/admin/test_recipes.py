"""The page of recipes, what is old, and how a picture came about."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import Settings

from gcis.jobs.models import Batch
from images.models import AccessMaster, Image
from tests.images.admin.people import IMAGES, member, nobody, page_of, reader, said, words
from tests.work import an_image, convert

pytestmark = pytest.mark.django_db

MASTERS, RECIPES = "/admin/images/accessmaster/", "/admin/images/accessmaster/recipes/"


@pytest.fixture
def jane() -> Client:
    return member("curator")


def made_by(name: str, recipe: str = "default", version: int = 1) -> UUID:
    image = an_image(name)
    convert(image)
    AccessMaster.objects.filter(image=image).update(recipe=recipe, recipe_version=version)
    return image


# ------------------------------------------------------------------------------------------------------------- the page
def test_the_page_says_what_each_recipe_is_and_what_it_has_made(
    jane: Client, settings: Settings, tmp_path: Any
) -> None:
    (tmp_path / "own.toml").write_text(
        '[[recipe]]\nname = "maps"\nversion = 1\ntile = 512\nlimits.megapixels = 900\n'
        '[[rule]]\nwhen.min_bits = 16\nuse = "fidelity"\n'
    )
    settings.GCIS_RECIPES = str(tmp_path / "own.toml")
    for name in ("a", "b"):
        made_by(name)
    made_by("c", "<b>gone", 4)
    page = jane.get(RECIPES)
    text = words(page)
    for part in (
        "default@2 in use JPEG 89 4:2:0, 256 px; metadata: EXIF, IPTC, XMP none default@1 older 2 ",
        "fidelity@2 in use JPEG 95 4:4:4, 256 px",
        f"maps@1 in use JPEG 89 4:2:0, 512 px; metadata: EXIF, IPTC, XMP; at most 900 Mpx {settings.GCIS_RECIPES} none",
        "<b>gone@4 gone 1 ",
        "bits >= 16 : fidelity The first rule that applies counts, and where none does: default .",
    ):
        assert part in text, part
    assert b"<b>gone" not in page.content
    assert text.count("Convert these again") == 2
    assert f"{MASTERS}?recipe=default%401".encode() in page.content
    assert "Recipes" in words(jane.get("/admin/")), "the sidebar leads there"


def test_more_masters_make_no_more_queries(jane: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(4):
        made_by(f"{number}.tif", version=number)
    with django_assert_max_num_queries(8):
        jane.get(RECIPES)


def test_old_masters_are_converted_again_after_one_question(jane: Client) -> None:
    made_by("a")
    made_by("b")
    made_by("c", version=2)
    page = f"{RECIPES}default/convert/"
    assert "Convert 2 pictures again whose master was made by an older version of default?" in words(jane.get(page))
    assert Batch.objects.count() == 0
    answer = jane.post(page)
    batch = Batch.objects.get()
    assert answer["Location"] == f"/admin/jobs/batch/{batch.pk}/change/"
    assert (batch.label, batch.actor) == ("Conversion of 2 masters made by default before version 2", "admin jane")
    assert said(jane, answer["Location"]) == ["They will be converted again. This page follows it."]


def test_so_are_all_of_a_recipe_and_those_of_one_that_is_gone(jane: Client) -> None:
    made_by("a")
    made_by("b", version=2)
    made_by("c", "maps", 9)
    everything = jane.get(f"{RECIPES}default/convert/?everything=yes")
    assert "Convert 2 pictures again whose master was made by default?" in words(everything)
    jane.post(f"{RECIPES}default/convert/", {"everything": "yes"})
    assert "Convert 1 picture again whose master was made by maps?" in words(jane.get(f"{RECIPES}maps/convert/"))
    jane.post(f"{RECIPES}maps/convert/")
    labels = set(Batch.objects.values_list("label", flat=True))
    assert labels == {"Conversion of 2 masters made by default", "Conversion of 1 master made by maps"}
    assert jane.get(f"{RECIPES}nonesuch/convert/").status_code == 404
    assert jane.put(f"{RECIPES}default/convert/").status_code == 405


def test_only_those_who_may_change_pictures_convert_them() -> None:
    made_by("a")
    onlooker = reader()
    assert "Convert these again" not in words(onlooker.get(RECIPES))
    for ask in (onlooker.get, onlooker.post):
        assert ask(f"{RECIPES}default/convert/").status_code == 403
    assert nobody().get(RECIPES).status_code == 403
    assert Client().get(RECIPES).status_code == 302
    assert Batch.objects.count() == 0


# ------------------------------------------------------------------------------------------------------------ the lists
def listed(client: Client, page: str) -> set[UUID]:
    rows = client.get(page).context["cl"].result_list
    return {row.image_id if isinstance(row, AccessMaster) else row.pk for row in rows}


def test_what_is_old_is_found_and_called_so_in_both_lists(jane: Client) -> None:
    old, new, gone = made_by("a"), made_by("b", version=2), made_by("c", "maps", 9)
    for page in (IMAGES, MASTERS):
        assert listed(jane, f"{page}?recipe=an+older+recipe") == {old, gone}
    assert listed(jane, f"{MASTERS}?recipe=default%401") == {old}
    assert listed(jane, f"{MASTERS}?recipe=default%402") == {new}
    masters = words(jane.get(MASTERS))
    assert "default@1, older" in masters
    assert "maps@9, older" in masters
    assert "default@2, older" not in masters
    assert words(jane.get(IMAGES)).count("ready older recipe") == 2
    assert "older recipe" in words(jane.get(page_of(old)))
    assert "older recipe" not in words(jane.get(page_of(new)))


# ---------------------------------------------------------------------------------------------------------- how it came
PROVENANCE = {
    "recipe_why": "rule 1: bits >= 16 use fidelity",
    "found": {"format": "tiff", "profile": None, "pixels_per_mm": [11.8, 11.8]},
    "assumed": {"profile": "sRGB"},
    "done": ["turned (6)", "pyramid, JPEG 89 4:2:0"],
    "metadata": {"kept": ["EXIF Make"], "dropped": ["EXIF GPS"], "corrected": ["EXIF Orientation"]},
    "warnings": ["The XMP is <b>not</b> UTF-8."],
    "tools": {"libvips": "8.18"},
    "seconds": {"fetch": 0.125, "write": 2.5},
}
TOLD = (
    "Why this recipe: rule 1: bits >= 16 use fidelity.",
    "warning The XMP is <b>not</b> UTF-8.",
    "Found in the source format tiff pixels per mm 11.8 × 11.8",
    "Assumed, since it did not say profile sRGB",
    "Made with libvips 8.18",
    "Done, in this order turned (6) pyramid, JPEG 89 4:2:0",
    "Metadata kept EXIF Make Metadata corrected EXIF Orientation Metadata dropped EXIF GPS",
    "Seconds fetch 0.13 write 2.50 together 2.63",
)


def test_how_a_master_came_about_is_told_on_both_pages(jane: Client) -> None:
    image = made_by("a")
    AccessMaster.objects.update(provenance=PROVENANCE)
    master = AccessMaster.objects.get()
    for address in (page_of(image), f"{MASTERS}{master.pk}/change/"):
        page = jane.get(address)
        for part in TOLD:
            assert part in words(page), (address, part)
        assert b"<b>not" not in page.content
        assert b"&quot;found&quot;" not in page.content, "no raw JSON"


def test_what_a_master_says_nothing_of_is_not_shown(jane: Client) -> None:
    page = words(jane.get(page_of(made_by("a"))))
    for title in ("Why this recipe", "Metadata kept", "Seconds", "What its file says of itself"):
        assert title not in page, title


def test_what_was_embedded_is_a_table_on_the_page_of_the_picture(jane: Client) -> None:
    image = made_by("a")
    told = {"title": "<i>Coast</i>", "exif": {"Make": "Phase One", "Exposure_time": 0.01, "Nothing": ""}, "iptc": {}}
    Image.objects.update(embedded=told)
    page = jane.get(page_of(image))
    assert "What its file says of itself title <i>Coast</i> EXIF Make Phase One Exposure time 0.01" in words(page)
    assert b"<i>Coast" not in page.content
    assert "IPTC" not in words(page)
