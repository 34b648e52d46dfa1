"""Works that people make."""

import uuid

import pytest

from gcis.core.errors import SourceFault
from images import services as images
from manifests import asking, curation, delivery, editing, making, words
from manifests.description import effective
from manifests.models import Canvas, Collection, Manifest, Painting, Published
from manifests.payload.delivery import ManifestSent
from manifests.services import PUBLISH
from redirects import services as names
from tests.manifests.records import When, document, fresh
from tests.work import a_source, an_image, convert, everything, happened, run_due

pytestmark = pytest.mark.django_db(transaction=True)


def page_labels(record: Manifest) -> list[str]:
    return [effective(page)["label"]["none"][0] for page in record.canvases.filter(dropped=None).order_by("position")]


def test_a_new_manifest_has_a_page_for_each_picture_named_by_its_file() -> None:
    pictures = [an_image("b/leaf 2.tif"), an_image("a/leaf.10.tif")]
    made = making.new_manifest({"de": "Herbar"}, pictures, actor="admin jane")
    assert (made.source_layer, made.curated_layer) == ({}, {"label": {"de": ["Herbar"]}})
    assert (made.source and made.source.slug, made.publish_when) == ("uploads", When.MANUAL)
    assert page_labels(made) == ["leaf 2", "leaf.10"]
    assert list(Painting.objects.order_by("canvas__position").values_list("image", flat=True)) == pictures
    assert words.differences(made) == []
    assert names.current([made.pk])
    assert "herbar" in made.search_text
    assert happened(made.pk) == ["manifest.created", "manifest.described", "manifest.pages_added"]


def test_a_draft_keeps_its_pictures_shut_until_it_is_published() -> None:
    picture = an_image("leaf.tif")
    made = making.new_manifest("Walk", [picture], actor="test")
    convert(picture)
    assert run_due(PUBLISH) == []
    assert images.facts([picture])[picture].policy.closed
    asking.publish(made, actor="test")
    run_due(PUBLISH)
    assert not images.facts([picture])[picture].policy.closed
    assert [item["label"] for item in document(made)["items"]] == [{"none": ["leaf"]}]


def test_what_is_published_by_rule_is_published_when_its_pictures_are_ready() -> None:
    picture = an_image("leaf.tif")
    made = making.new_manifest("Walk", [picture], actor="test", publish_when=When.COMPLETE)
    convert(picture)
    run_due(PUBLISH)
    assert [item["label"] for item in document(made)["items"]] == [{"none": ["leaf"]}]


def test_collections_are_made_inside_each_other() -> None:
    outer = making.new_collection("Outer", actor="test")
    inner = making.new_collection("Inner", outer, actor="test")
    work = making.new_manifest("Walk", (), inner, actor="test")
    assert [member.child_id for member in outer.members.all()] == [inner.pk]
    assert [member.manifest_id for member in inner.members.all()] == [work.pk]
    assert happened(outer.pk)[-1] == "collection.member_added"


@pytest.mark.parametrize("label", ["", "  ", {}, {"not a tag": "x"}, None, 5])
def test_without_a_label_nothing_is_made(label: object) -> None:
    picture = an_image()
    before = everything()
    with pytest.raises(SourceFault):
        making.new_manifest(label, [picture], actor="test")
    with pytest.raises(SourceFault):
        making.new_collection(label, actor="test")
    assert everything() == before


def test_a_picture_that_is_not_there_makes_no_work() -> None:
    before = Manifest.objects.count()
    with pytest.raises(SourceFault) as refused:
        making.new_manifest("Walk", [uuid.uuid4()], actor="test")
    assert refused.value.code == "image_unknown"
    assert Manifest.objects.count() == before


# --------------------------------------------------------------------------------------------------------------- pages
def test_pages_are_added_at_the_end_each_picture_once() -> None:
    one, two, three = (an_image(f"{number}.tif") for number in (1, 2, 3))
    made = making.new_manifest("Walk", [one], actor="test")
    before = fresh(made).dirty
    assert making.add_pages(made, [two, one, two, three], actor="test") == 2
    assert page_labels(made) == ["1", "2", "3"]
    assert fresh(made).dirty > before
    assert making.add_pages(made, [two, three], actor="test") == 0


def test_a_page_has_the_size_of_a_picture_that_is_ready() -> None:
    ready, waiting = an_image("1.tif"), an_image("2.tif")
    convert(ready, 640, 480)
    making.new_manifest("Walk", [ready, waiting], actor="test")
    sizes = list(Canvas.objects.order_by("position").values_list("width", "height"))
    assert sizes == [(640, 480), (None, None)]
    convert(waiting, 320, 200)
    assert list(Canvas.objects.order_by("position").values_list("width", "height")) == [(640, 480), (320, 200)]


def test_an_order_of_people_goes_on_behind_it_and_is_no_difference() -> None:
    one, two, three = (an_image(f"{number}.tif") for number in (1, 2, 3))
    made = making.new_manifest("Walk", [one, two], actor="test")
    first, second = made.canvases.order_by("position")
    words.order(made, [second.pk, first.pk], actor="test")
    making.add_pages(made, [three], actor="test")
    third = made.canvases.order_by("position").last()
    assert third
    assert editing.current_order(fresh(made)) == [str(second.pk), str(first.pk), str(third.pk)]
    making.take_out_page(first, actor="test")
    assert editing.current_order(fresh(made)) == [str(second.pk), str(third.pk)]
    assert words.differences(fresh(made)) == []


def test_a_page_that_is_taken_out_leaves_the_document() -> None:
    one, two = an_image("1.tif"), an_image("2.tif")
    made = making.new_manifest("Walk", [one, two], actor="test")
    first = made.canvases.get(position=0)
    assert making.take_out_page(first, actor="admin jane")
    assert not making.take_out_page(first, actor="admin jane")
    assert page_labels(made) == ["2"]
    assert happened(made.pk)[-1] == "manifest.page_removed"


def test_pages_that_a_source_names_are_its_own() -> None:
    source = a_source()
    delivery.put_manifest(source, "book", ManifestSent({"label": {"none": ["Book"]}}), actor="test")
    book = Manifest.objects.get()
    assert not making.has_own_pages(book)
    with pytest.raises(SourceFault) as refused:
        making.add_pages(book, [an_image()], actor="test")
    assert refused.value.sentence == "Its pages come from pictures: change them there."


def test_what_is_withdrawn_gets_no_pages() -> None:
    made = making.new_manifest("Walk", actor="test")
    curation.withdraw(made, actor="test", reason="x")
    with pytest.raises(SourceFault, match="Restore it first"):
        making.add_pages(made, [an_image()], actor="test")


NAMES = [("leaf 1.tif", "leaf 1"), (".hidden", ".hidden"), ("a.b.c", "a.b"), ("x", "x")]


@pytest.mark.parametrize(("name", "label"), NAMES)
def test_a_page_is_called_as_its_file_without_the_suffix(name: str, label: str) -> None:
    assert making.file_label(name) == label


def test_a_collection_of_people_is_published_by_its_rule() -> None:
    assert making.new_collection("Shelf", actor="test").publish_when == Published.PublishWhen.COMPLETE
    assert Collection.objects.get().curated_layer == {"label": {"none": ["Shelf"]}}
