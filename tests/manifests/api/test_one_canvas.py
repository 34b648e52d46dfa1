"""A page by itself: added, described, painted, taken out; and the choice when its new picture has another shape."""

from typing import Any

import pytest

from images import services as images
from images.models import Image
from manifests.build.references import reference
from manifests.models import AnnotationPage, Canvas, Manifest
from tests.core.api.conftest import problem
from tests.images.api.conftest import tell
from tests.manifests.api.conftest import API, MANIFESTS, a_picture, one
from tests.manifests.records import document, fresh, published
from tests.work import a_file, convert, happened

pytestmark = pytest.mark.django_db(transaction=True)


def labels(book: Manifest) -> list[str]:
    """Of the published pages, in their order."""
    return [page["label"]["none"][0] for page in document(book)["items"]]


def painted(page: dict[str, Any]) -> list[Any]:
    """The bodies and targets of a published page."""
    return [(each["body"], each["target"]) for each in page["items"][0]["items"]]


def named(book: Manifest, key: str) -> Canvas:
    return book.canvases.get(external_id=key)


def test_a_page_is_added_at_its_place(writer, dam, book):
    a_picture("3.tif", dam)
    body = {"id": "f0v", "label": "0v", "image": "3.tif", "place": 1}
    made = tell(writer, "POST", f"{MANIFESTS}/{book.pk}/canvases", body)
    assert made.status_code == 201
    page = named(book, "f0v")
    assert made["Location"].endswith(f"{API}/canvases/{page.pk}")
    assert (made.json()["place"], made.json()["width"]) == (1, 800)
    published()
    assert labels(book) == ["1r", "0v", "1v"]
    assert happened(book.pk)[-2:] == ["manifest.pages_added", "manifest.published"]


def test_without_a_place_it_is_the_last(writer, book):
    body = {"id": "f2r", "label": "2r", "width": 600, "height": 800}
    assert tell(writer, "POST", f"{MANIFESTS}/{book.pk}/canvases", body).json()["place"] == 2
    published()
    assert labels(book) == ["1r", "1v", "2r"]
    blank = document(book)["items"][2]
    assert (blank["width"], blank["height"], blank["items"]) == (600, 800, [])
    assert "summary" not in blank


def test_what_is_there_is_not_added_again_and_nothing_is_half_done(writer, book):
    before = fresh(book).revision
    refused = tell(writer, "POST", f"{MANIFESTS}/{book.pk}/canvases", {"id": "f1r", "label": "again"})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "known")
    assert (book.canvases.count(), fresh(book).revision) == (2, before)


def test_a_page_that_was_taken_out_comes_back_as_the_page_it_was(writer, book):
    key = named(book, "f1r").pk
    assert tell(writer, "DELETE", f"{API}/canvases/{key}").status_code == 204
    published()
    assert labels(book) == ["1v"]
    assert tell(writer, "POST", f"{MANIFESTS}/{book.pk}/canvases", {"id": "f1r", "place": 0}).status_code == 201
    published()
    assert document(book)["items"][0]["id"].endswith(str(key))


def test_only_what_is_named_is_changed(writer, book):
    page = named(book, "f1r")
    changed = tell(writer, "PATCH", one(page), {"summary": {"en": "Stained"}, "metadata": None})
    assert changed.json()["description"] == {"label": {"none": ["1r"]}, "summary": {"en": ["Stained"]}}
    revision = fresh(book).revision
    assert tell(writer, "PATCH", one(page), {"summary": {"en": "Stained"}}).status_code == 200
    assert fresh(book).revision == revision
    published()
    assert document(book)["items"][0]["summary"] == {"en": ["Stained"]}


def test_another_picture_leaves_everything_else_alone(writer, dam, book):
    before = document(book)
    a_picture("3.tif", dam)
    page = named(book, "f1r")
    assert tell(writer, "PATCH", one(page), {"image": "3.tif"}).json()["image"] == str(a_picture_of("3.tif").pk)
    published()
    after = document(book)
    assert after["items"][1] == before["items"][1]
    new, old = after["items"][0], before["items"][0]
    assert new["items"][0]["items"][0]["id"] == old["items"][0]["items"][0]["id"]
    assert {name for name in new if new[name] != old[name]} == {"items", "thumbnail"}
    assert {name for name in after if after[name] != before[name]} == {"items", "thumbnail"}


def a_picture_of(key: str) -> Image:
    return Image.objects.get(external_id=key)


def test_any_picture_may_be_named_by_its_id(writer, dam, book):
    a_picture("3.tif", dam)
    key = str(a_picture_of("3.tif").pk)
    assert tell(writer, "PATCH", one(named(book, "f1r")), {"image": {"id": key}}).json()["image"] == key
    unknown = tell(writer, "PATCH", one(named(book, "f1r")), {"image": {"id": str(book.pk)}})
    assert (unknown.status_code, unknown.json()["errors"][0]["code"]) == (400, "unknown")


def test_a_choice_and_a_composition(writer, dam, book):
    for key in ("3.tif", "4.tif"):
        a_picture(key, dam)
    images = [
        {"external_id": "1.tif", "choice": "light", "label": {"en": "Daylight"}},
        {"external_id": "3.tif", "choice": "light", "label": {"en": "Infrared"}},
        {"external_id": "4.tif", "target": "10,20,100,75", "region": "0,0,400,300", "rotation": 90},
        {"content": {"id": "https://example.org/1.jpg", "type": "Image"}, "target": "0,0,10,10"},
    ]
    page = named(book, "f1r")
    assert tell(writer, "PATCH", one(page), {"images": images}).json()["painted"] == 4
    published()
    (choice, whole), (part, box), (foreign, _) = painted(document(book)["items"][0])
    assert (choice["type"], [each["label"] for each in choice["items"]], whole) == (
        "Choice",
        [{"en": ["Daylight"]}, {"en": ["Infrared"]}],
        document(book)["items"][0]["id"],
    )
    assert part["selector"] == {"type": "ImageApiSelector", "region": "0,0,400,300", "rotation": "90"}
    assert part["source"]["service"][0]["type"] == "ImageService3"
    assert box == f"{whole}#xywh=10,20,100,75"
    assert foreign == {"id": "https://example.org/1.jpg", "type": "Image"}
    again = fresh(book).revision
    assert tell(writer, "PATCH", one(page), {"images": images}).status_code == 200
    assert fresh(book).revision == again


def test_a_stale_revision_is_refused(writer, book):
    page = named(book, "f1r")
    refused = tell(writer, "PATCH", one(page), {"label": "x"}, If_Match='"0-00"')
    assert refused.status_code == 412
    assert Canvas.objects.get(pk=page.pk).source_layer == {"label": {"none": ["1r"]}}


def test_texts_without_language_are_in_that_of_the_source(writer, dam, book):
    tell(writer, "PUT", f"{API}/sources/dam", {"name": "The DAM", "language": "fr"})
    changed = tell(writer, "PATCH", one(named(book, "f1r")), {"label": "recto", "summary": {"en": "Stained"}})
    assert changed.json()["description"] == {"label": {"fr": ["recto"]}, "summary": {"en": ["Stained"]}}
    assert tell(writer, "PATCH", one(book), {"label": "Livre"}).json()["label"] == {"fr": ["Livre"]}


# -------------------------------------------------------------------------------------------------------- another shape
@pytest.fixture
def noted(book: Manifest) -> Canvas:
    """A page with notes on it, 800 x 600, whose new picture is upright."""
    page = named(book, "f1r")
    AnnotationPage.objects.create(manifest=book, subject=reference("canvas", page.pk))
    replace(page, 600, 800)
    return Canvas.objects.get(pk=page.pk)


def replace(page: Canvas, width: int, height: int) -> None:
    image = page.paintings.get().image
    assert image
    images.replace(image, a_file("1.tif", f"other bytes {width}"), actor="test")
    convert(image, width, height)


def test_a_picture_of_the_same_shape_keeps_the_size_of_its_page(book):
    page = named(book, "f1r")
    replace(page, 1600, 1204)
    page = Canvas.objects.get(pk=page.pk)
    assert (page.width, page.height, page.proposed) == (800, 600, None)


def test_a_picture_of_another_shape_changes_a_page_that_nothing_points_at(book):
    replace(named(book, "f1r"), 600, 800)
    page = named(book, "f1r")
    assert (page.width, page.height, page.proposed) == (600, 800, None)


def test_where_notes_are_on_it_nothing_is_published_before_somebody_chooses(writer, book, noted):
    before = document(book)
    assert (noted.width, noted.height, noted.proposed) == (800, 600, {"width": 600, "height": 800})
    published()
    assert "another shape" in fresh(book).publish_error
    assert document(book) == before


def test_the_page_keeps_its_size_and_the_picture_stands_in_its_middle(writer, book, noted):
    published()
    chosen = tell(writer, "POST", f"{API}/canvases/{noted.pk}/size", {"size": "page"})
    assert (chosen.json()["width"], chosen.json()["height"], chosen.json()["proposed"]) == (800, 600, None)
    published()
    page = document(book)["items"][0]
    assert page["items"][0]["items"][0]["target"] == f"{page['id']}#xywh=175,0,450,600"
    assert fresh(book).publish_error == ""


def test_the_page_takes_the_size_of_the_picture(writer, book, noted):
    published()
    chosen = tell(writer, "POST", f"{API}/canvases/{noted.pk}/size", {"size": "picture"})
    assert (chosen.json()["width"], chosen.json()["height"]) == (600, 800)
    published()
    page = document(book)["items"][0]
    assert (page["width"], page["items"][0]["items"][0]["target"]) == (600, page["id"])


def test_there_is_nothing_to_choose_where_the_shapes_agree(writer, book):
    refused = tell(writer, "POST", f"{API}/canvases/{named(book, 'f1r').pk}/size", {"size": "page"})
    problem(refused, 409, "nothing_proposed")
