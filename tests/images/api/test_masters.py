"""Recipes and provenance for machines."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from gcis.jobs.models import Batch, Job
from images.models import AccessMaster, Image
from images.reconversion import RECONVERT
from tests import work
from tests.core.api.conftest import problem
from tests.images.api.conftest import IMAGES, PUBLIC, ids, one, ready, tell

pytestmark = pytest.mark.django_db

RECIPES = "/api/v1/recipes"


def made_by(name: str, recipe: str = "default", version: int = 1) -> UUID:
    image = ready(name)
    AccessMaster.objects.filter(image=image).update(recipe=recipe, recipe_version=version)
    return image


# ----------------------------------------------------------------------------------------------------------- provenance
def test_how_an_image_was_made_is_told_to_those_who_see_all(watcher: Client, reader: Client) -> None:
    image = made_by("a.tif")
    provenance = {"found": {"bits": 16}, "warnings": ["The XMP is not UTF-8."], "seconds": {"write": 2.5}}
    AccessMaster.objects.update(provenance=provenance)
    Image.objects.update(embedded={"exif": {"Make": "Phase One"}})
    master = AccessMaster.objects.get()
    assert watcher.get(watcher.get(one(image)).json()["master"]).json() == {
        "image": f"{PUBLIC}{one(image)}",
        "digest": master.digest,
        "size": master.size,
        "width": 800,
        "height": 600,
        "recipe": "default",
        "recipe_version": 1,
        "old": True,
        "source_digest": "0" * 64,
        "created": master.created.isoformat().replace("+00:00", "Z"),
        "provenance": provenance,
        "embedded": {"exif": {"Make": "Phase One"}},
    }
    problem(reader.get(one(image, "master")), 403, "permission_denied")
    assert reader.get(one(image)).json()["master"] is None


def test_there_is_no_master_of_what_was_not_converted(watcher: Client) -> None:
    image = work.an_image()
    assert watcher.get(one(image)).json()["master"] is None
    problem(watcher.get(one(image, "master")), 404, "not_found")
    problem(watcher.get(one(uuid4(), "master")), 404, "not_found")


def test_one_image_costs_one_query_whatever_is_told_of_it(watcher: Client, django_assert_num_queries: Any) -> None:
    image = made_by("a.tif")
    watcher.get(one(image, "master"))
    with django_assert_num_queries(2):  # the token, the master
        watcher.get(one(image, "master"))


# ---------------------------------------------------------------------------------------------------------------- lists
def test_images_are_found_by_what_made_their_masters(watcher: Client) -> None:
    old, new, gone = made_by("a"), made_by("b", version=2), made_by("c", "maps", 9)
    work.an_image("d")
    assert ids(watcher.get(f"{IMAGES}?made_by=default")) == {str(old), str(new)}
    assert ids(watcher.get(f"{IMAGES}?made_by=default@1")) == {str(old)}
    for nothing in ("default@x", "default@99999999999999999999", "nonesuch", "@1"):
        assert ids(watcher.get(f"{IMAGES}?made_by={nothing}")) == set()
    assert ids(watcher.get(f"{IMAGES}?old=true")) == {str(old), str(gone)}
    assert ids(watcher.get(f"{IMAGES}?old=false")) == {str(new)}
    problem(watcher.get(f"{IMAGES}?old=maybe"), 400, "invalid")


def test_recipes_are_listed_with_what_they_have_made(watcher: Client, reader: Client) -> None:
    for name, version in (("a", 1), ("b", 2), ("c", 2)):
        made_by(name, version=version)
    made_by("d", "maps", 9)
    told = {each["name"]: each for each in watcher.get(RECIPES).json()["results"]}
    assert list(told) == ["default", "fidelity", "lossless", "maps"]
    default = told["default"]
    assert (default["self"], default["version"], default["usual"]) == (f"{PUBLIC}{RECIPES}/default", 2, True)
    assert (default["settings"]["quality"], default["settings"]["metadata"]["gps"]) == (89, False)
    assert [(each["version"], each["masters"], each["old"]) for each in default["made"]] == [
        (2, 2, False),
        (1, 1, True),
    ]
    assert (told["maps"]["version"], told["maps"]["settings"]) == (None, None)
    public = {each["name"]: each for each in reader.get(RECIPES).json()["results"]}
    assert list(public) == ["default", "fidelity", "lossless"]
    assert (public["default"]["settings"], public["default"]["made"]) == (None, None)


def test_one_recipe(watcher: Client, reader: Client) -> None:
    assert watcher.get(f"{RECIPES}/fidelity").json()["settings"]["chroma"] == "4:4:4"
    made_by("d", "maps", 9)
    assert watcher.get(f"{RECIPES}/maps").json()["made"][0]["old"] is True
    for client, name in ((reader, "maps"), (watcher, "nonesuch")):
        problem(client.get(f"{RECIPES}/{name}"), 404, "not_found")


# ---------------------------------------------------------------------------------------------------------- once more
def convert(client: Client, name: str, body: Any = None) -> Any:
    return tell(client, "POST", f"{RECIPES}/{name}/convert", body)


def test_what_is_old_is_converted_in_a_batch_that_is_answered(writer: Client, watcher: Client) -> None:
    made_by("a")
    made_by("b", version=2)
    answer = convert(writer, "default", {})
    assert answer.status_code == 202, answer.content
    batch = Batch.objects.get()
    assert answer["Location"] == f"{PUBLIC}/api/v1/batches/{batch.pk}"
    assert answer["Retry-After"]
    assert answer.json()["label"] == "Conversion of 1 master made by default before version 2"
    assert (batch.actor, Job.objects.get(batch=batch).kind) == ("token dam", RECONVERT)
    assert watcher.get(answer["Location"]).json()["submitted"] == 1
    assert convert(writer, "default", {"everything": False})["Location"] == answer["Location"]
    assert convert(writer, "default", {"everything": True})["Location"] != answer["Location"]


def test_only_what_is_there_and_is_said_well_is_converted(writer: Client, watcher: Client) -> None:
    problem(convert(writer, "nonesuch", {}), 404, "not_found")
    problem(convert(writer, "default", {"everything": "yes"}), 400, "invalid")
    problem(convert(writer, "default", {"all": True}), 400, "invalid")
    problem(convert(watcher, "default", {}), 403, "permission_denied")
    assert Batch.objects.count() == 0


def test_a_recipe_that_is_gone_is_found_by_who_may_write_too(writer: Client) -> None:
    made_by("a", "maps", 9)
    assert convert(writer, "maps", {}).json()["label"] == "Conversion of 1 master made by maps"
