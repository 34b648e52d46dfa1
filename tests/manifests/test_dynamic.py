"""Dynamic manifests and collections: what is in them, and that they follow the records."""

from typing import Any

import pytest
from django.db import transaction

from gcis.core.errors import SourceFault
from images import curation as image_curation
from images import services as image_services
from images.access import Access
from images.curation import Restriction
from manifests import asking, curation, dynamic, members, words
from manifests.dynamic_models import Dynamic
from manifests.models import Canvas, Collection, Manifest, Painting, Published
from tests.manifests import dynamics
from tests.manifests.dynamics import a_draft, a_work, catch_up, collection, inside, listing, make, pair, pictures
from tests.manifests.records import a_collection, a_manifest, a_page, document, fresh
from tests.work import a_source, an_image, convert, happened, run_due

pytestmark = pytest.mark.django_db(transaction=True)

CLOSED = Restriction(Access.CLOSED)


def listed(record: Collection) -> list[str]:
    """The labels of what is in its document."""
    return [item["label"]["none"][0] for item in document(record)["items"]]


# ---------------------------------------------------------------------------------------------------------- collections
def test_a_collection_has_what_its_query_finds_in_its_order() -> None:
    a_work("b 10", tags=["maps"])
    a_work("b 2", tags=["Maps"])
    a_work("a", tags=["letters"])
    shelf = collection(tag="maps")
    assert inside(shelf) == listed(shelf) == ["b 2", "b 10"]
    assert document(shelf)["label"] == {"none": ["dynamic"]}


def test_it_follows_what_comes_goes_and_is_called_otherwise() -> None:
    one, two = a_work("one", tags=["maps"]), a_work("two")
    shelf = collection(tag="maps")
    url = document(shelf)["id"]
    words.describe(two, {"tags": ["maps"]}, actor="test")
    catch_up()
    assert listed(shelf) == ["one", "two"]
    curation.withdraw(one, actor="test", reason="x")
    catch_up()
    assert inside(shelf) == listed(shelf) == ["two"]
    curation.restore(one, actor="test")
    dynamics.say(two, label={"none": ["0 first"]})
    catch_up()
    assert listed(shelf) == ["0 first", "one"]
    dynamics.say(two, tags=None)
    words.take_source(two, "tags", actor="test")
    catch_up()
    assert listed(shelf) == ["one"]
    assert document(shelf)["id"] == url
    assert "collection.refreshed" in happened(shelf.pk)


def test_drafts_are_members_and_in_no_document() -> None:
    draft = a_draft("draft", tags=["maps"])
    a_work("open", tags=["maps"])
    shelf = collection(tag="maps")
    assert (inside(shelf), listed(shelf)) == (["draft", "open"], ["open"])
    convert(a_page(draft))
    asking.publish(draft, actor="test")
    catch_up()
    assert listed(shelf) == ["draft", "open"]


def test_people_s_words_count_before_those_of_the_source() -> None:
    work = a_work("book", metadata=[pair("Place", "Paris")])
    shelf = collection(metadata=[{"label": "place", "value": "PARIS"}])
    assert inside(shelf) == ["book"]
    words.describe(work, {"metadata": [pair("Place", "Rouen")]}, actor="test")
    catch_up()
    assert inside(shelf) == []


def test_a_date_leaves_and_comes() -> None:
    work = a_work("book", navDate="1850-06-30T00:00:00Z")
    shelf = collection(date={"from": "1850", "to": "1850"})
    assert inside(shelf) == ["book"]
    dynamics.say(work, navDate="1851-01-01T00:00:00Z")
    catch_up()
    assert inside(shelf) == []


def test_collections_are_found_too_but_neither_itself_nor_what_holds_it_nor_dynamic_ones() -> None:
    plain = a_collection("plain")
    above = a_collection("above")
    shelf = make(Collection, query={"of": "collections", "text": "plain"})
    members.put_in(above, shelf, actor="test")
    collection(tag="x")
    dynamic.change(shelf, dynamic.read(Collection, {"query": {"of": "collections"}}), actor="test")
    catch_up()
    assert inside(shelf) == ["plain"]
    with pytest.raises(SourceFault, match="inside itself"):
        members.put_in(plain, shelf, actor="test")


def test_people_s_order_goes_first_and_what_comes_later_behind() -> None:
    for name in ("a", "b", "c"):
        a_work(name, tags=["x"])
    shelf = collection(tag="x")
    wanted = [member.manifest_id for member in shelf.members.order_by("-place")]
    words.order(shelf, [key for key in wanted if key], actor="test")
    a_work("0", tags=["x"])
    catch_up()
    assert inside(shelf) == ["c", "b", "a", "0"]


def test_what_a_query_finds_cannot_be_put_in_or_taken_out_by_hand() -> None:
    work, other = a_work("one", tags=["x"]), a_work("two")
    shelf = collection(tag="x")
    for change in (members.put_in, members.take_out):
        with pytest.raises(SourceFault, match="what its query finds"):
            change(shelf, other if change is members.put_in else work, actor="test")
    assert inside(shelf) == ["one"]


def test_a_merged_member_makes_room_for_the_other() -> None:
    one, two = a_work("one", tags=["x"]), a_work("two", tags=["x"])
    shelf = collection(tag="x")
    curation.merge(one, two, actor="test")
    catch_up()
    assert inside(shelf) == ["two"]


def test_another_query_is_another_content_under_the_same_address() -> None:
    a_work("one", tags=["x"])
    a_work("two", tags=["y"])
    shelf = collection(tag="x")
    url, wanted = document(shelf)["id"], {"query": {"of": "manifests", "tag": "y"}}
    assert dynamic.change(shelf, dynamic.read(Collection, wanted), actor="test")
    assert not dynamic.change(shelf, dynamic.read(Collection, wanted), actor="test")
    run_due()
    assert (listed(shelf), document(shelf)["id"]) == (["two"], url)


def test_what_is_not_dynamic_does_not_become_so() -> None:
    plain = a_collection("plain")
    with pytest.raises(SourceFault, match="not dynamic"):
        dynamic.change(plain, dynamic.read(Collection, {"query": {"of": "manifests"}}), actor="test")
    with pytest.raises(SourceFault, match="not dynamic"):
        dynamic.refresh(plain, actor="test")


# ------------------------------------------------------------------------------------------------- manifests by a query
def test_a_manifest_shows_the_pictures_of_the_works_that_are_found() -> None:
    one = a_work("one", 2, tags=["maps"], requiredStatement=pair("Attribution", "The museum"))
    a_work("two", 1)
    album = pictures(tag="maps")
    there = [painting.image for painting in Painting.objects.filter(canvas__manifest=one).order_by("canvas__position")]
    assert dynamics.images(album) == there
    assert dynamics.labels(album) == ["page 1", "page 2"]
    page = document(album)["items"][0]
    assert page["requiredStatement"]["value"] == {"en": ["The museum"]}
    assert page["partOf"] == [{"id": document(one)["id"], "type": "Manifest"}]
    assert (page["width"], page["height"]) == (800, 600)


def test_pages_keep_their_names_and_follow_labels_and_order() -> None:
    one, two = a_work("one", 1, tags=["x"]), a_work("two", 1, tags=["x"])
    album = pictures(tag="x", order="created")
    before, url = dynamics.keys(album), document(album)["id"]
    first = Canvas.objects.get(manifest=one)
    words.describe(first, {"label": {"none": ["title page"]}}, actor="test")
    catch_up()
    assert dynamics.labels(album) == ["title page", "page 1"]
    assert dynamics.keys(album) == before
    curation.withdraw(one, actor="test", reason="x")
    catch_up()
    assert dynamics.keys(album) == before[1:]
    curation.restore(one, actor="test")
    a_work("three", 1, tags=["x"])
    catch_up()
    assert dynamics.keys(album)[:2] == before
    assert len(document(album)["items"]) == 3
    assert document(album)["id"] == url
    assert two.pk


def test_notes_on_a_page_stay_on_it() -> None:
    """The uuid is what others point at: it never becomes that of another page."""
    a_work("one", 3, tags=["x"])
    album = pictures(tag="x")
    there = {canvas.pk: canvas.paintings.get().image for canvas in dynamics.shown(album)}
    gone = dynamics.images(album)[0]
    assert gone
    image_curation.withdraw(gone, actor="test", reason="x")
    catch_up()
    assert {canvas.pk: canvas.paintings.get().image for canvas in dynamics.shown(album)}.items() < there.items()
    assert len(dynamics.shown(album)) == 2


def test_pictures_of_a_source_are_found_on_no_page_too() -> None:
    source = a_source()
    for name in ("b.tif", "a.tif"):
        convert(an_image(name, source))
    an_image("still converting.tif", source)
    convert(an_image("other.tif", a_source()))
    album = pictures(source=source.slug)
    assert dynamics.labels(album) == ["a", "b"]


def test_a_picture_comes_when_it_is_ready() -> None:
    source = a_source()
    later = an_image("later.tif", source)
    album = pictures(source=source.slug)
    assert not fresh(album).publication_id
    convert(later)
    catch_up()
    assert dynamics.labels(album) == [document(album)["items"][0]["label"]["none"][0]] == ["later"]


def test_words_and_dates_of_pages_count_like_those_of_their_works() -> None:
    work = a_work("one", 2, summary={"en": ["Straßburg"]})
    second = Canvas.objects.get(manifest=work, position=1)
    words.describe(second, {"metadata": [pair("Colour", "red")], "navDate": "1850-01-01T00:00:00Z"}, actor="test")
    run_due()
    for query in (
        {"metadata": [{"value": "re", "match": "contains"}]},
        {"date": {"from": "1840"}},
        {"text": "STRASSBURG page 2"},
    ):
        assert dynamics.labels(pictures(**query)) == ["page 2"], query


def test_where_nothing_is_found_any_more_no_page_of_before_is_left() -> None:
    work = a_work("one", 1, tags=["x"])
    album = pictures(tag="x")
    curation.withdraw(work, actor="test", reason="x")
    catch_up()
    (page,) = document(album)["items"]
    assert page["label"] == {"en": ["Nothing is found at present."]}
    curation.restore(work, actor="test")
    catch_up()
    assert [item["label"]["none"] for item in document(album)["items"]] == [["page 1"]]


# -------------------------------------------------------------------------------------------------- manifests by a list
def test_a_list_shows_pictures_pages_and_parts_of_them_in_its_order() -> None:
    work, alone = a_work("book", 2), an_image("alone.tif", identifier="lone-one")
    convert(alone)
    first, second = Canvas.objects.filter(manifest=work).order_by("position")
    album = listing(
        {"canvas": str(second.pk)},
        {"image": "lone-one", "region": "10,20,300,200"},
        {"canvas": str(first.pk), "region": "0,0,100,50"},
        {"image": "lone-one"},
    )
    assert dynamics.labels(album) == ["page 2", "alone", "page 1", "alone"]
    pages = document(album)["items"]
    assert [(page["width"], page["height"]) for page in pages] == [(800, 600), (300, 200), (100, 50), (800, 600)]
    body = pages[1]["items"][0]["items"][0]["body"]
    assert body["type"] == "SpecificResource"
    assert body["selector"] == {"type": "ImageApiSelector", "region": "10,20,300,200"}
    assert body["source"]["id"].endswith("/iiif/3/lone-one/full/max/0/default.jpg")
    assert pages[0]["partOf"][0]["id"] == document(work)["id"]


def test_a_list_follows_what_it_shows() -> None:
    work = a_work("book", 2)
    first, second = Canvas.objects.filter(manifest=work).order_by("position")
    album = listing({"canvas": str(first.pk)}, {"canvas": str(second.pk)})
    before = dynamics.keys(album)
    words.describe(second, {"label": {"none": ["2r"]}}, actor="test")
    catch_up()
    assert dynamics.labels(album) == ["page 1", "2r"]
    Canvas.objects.filter(pk=first.pk).update(width=1600, height=1200)
    gone = second.paintings.get().image
    assert gone
    image_curation.withdraw(gone, actor="test", reason="x")
    catch_up()
    assert dynamics.keys(album) == before[:1]
    assert (dynamics.shown(album)[0].width, Dynamic.objects.get(pk=album.pk).left_out) == (1600, 1)
    image_curation.restore(gone, actor="test")
    catch_up()
    assert dynamics.keys(album) == before


def test_a_list_of_what_is_not_there_is_refused_with_every_place() -> None:
    picture = an_image("x.tif")
    convert(picture)
    page = dynamics.keys(listing({"image": str(picture)}))[0]
    sent = [{"image": "nobody"}, {"canvas": str(picture)}, {"canvas": str(page)}]
    sent += [{"image": str(picture), "region": "700,0,200,10"}]
    with pytest.raises(SourceFault) as caught:
        dynamic.read(Manifest, {"items": sent})
    assert [fault.field for fault in caught.value.fields] == [
        "items.0.image",
        "items.1.canvas",
        "items.2.canvas",
        "items.3.region",
    ]


def test_a_merged_picture_is_shown_as_the_one_that_it_was_merged_into() -> None:
    one, two = an_image("one.tif"), an_image("two.tif")
    convert(one)
    convert(two)
    album = listing({"image": str(one)})
    before = dynamics.keys(album)
    image_curation.merge(one, two, actor="test")
    catch_up()
    assert (dynamics.images(album), dynamics.keys(album)) == ([two], before)


def test_a_page_is_not_changed_by_hand() -> None:
    from manifests import canvases, following, making

    picture = an_image("x.tif")
    convert(picture)
    album = listing({"image": str(picture)})
    with pytest.raises(SourceFault, match="its query or its list"):
        canvases.take_out(dynamics.shown(album)[0], actor="test")
    with pytest.raises(SourceFault, match="change them there"):
        making.add_pages(album, [an_image("y.tif")], actor="test")
    with transaction.atomic():
        assert following.follow_now(album.pk, picture) == 0


# --------------------------------------------------------------------------------------------------------------- access
def policy(image: Any) -> Any:
    return image_services.facts([image])[image].policy


def test_showing_a_picture_of_a_draft_does_not_open_it() -> None:
    draft = a_draft("draft", tags=["x"])
    picture = a_page(draft)
    convert(picture)
    from manifests import access

    with transaction.atomic():
        access.settle_and_touch(draft)
    assert policy(picture).closed
    album = listing({"image": str(picture)}, {"canvas": str(Canvas.objects.get(manifest=draft).pk)})
    found = pictures(tag="x")
    for record in (album, found):
        asking.publish(record, actor="test")
    catch_up()
    assert policy(picture).closed
    assert dynamics.images(album) == dynamics.images(found) == []


def test_a_closed_picture_leaves_with_its_words_and_comes_back_with_them() -> None:
    work = a_work("book", 1, tags=["x"])
    album, found = listing({"canvas": str(Canvas.objects.get(manifest=work).pk)}), pictures(tag="x")
    picture = dynamics.images(album)[0]
    curation.restrict(work, CLOSED, actor="test")
    catch_up()
    for record in (album, found):
        assert policy(picture).closed
        assert b"page 1" not in str(document(record)).encode()
        assert str(picture) not in str(document(record))
    curation.restrict(work, Restriction(Access.OPEN), actor="test")
    catch_up()
    assert "page 1" in str(document(album))


def test_restricting_what_is_dynamic_says_nothing_about_what_is_in_it() -> None:
    work = a_work("book", 1, tags=["x"])
    album, shelf = pictures(tag="x"), collection(tag="x")
    picture = dynamics.images(album)[0]
    for record in (album, shelf):
        curation.restrict(record, CLOSED, actor="test")
    catch_up()
    assert not policy(picture).closed
    assert not fresh(work).policy.closed
    curation.withdraw(album, actor="test", reason="x")
    assert not policy(picture).closed


def test_a_picture_that_nothing_else_shows_stays_as_it_was() -> None:
    picture = an_image("x.tif")
    convert(picture)
    before = policy(picture)
    album = listing({"image": str(picture)})
    asking.set_publish_when(album, Published.PublishWhen.MANUAL, actor="test")
    curation.withdraw(album, actor="test", reason="x")
    assert policy(picture) == before


def test_words_that_nobody_has_published_yet_are_not_told() -> None:
    work = a_manifest("book", Published.PublishWhen.MANUAL, description={"tags": ["x"]})
    convert(a_page(work))
    asking.publish(work, actor="test")
    run_due()
    album = pictures(tag="x")
    page = Canvas.objects.get(manifest=work)
    words.describe(page, {"label": {"none": ["not yet"]}}, actor="test")
    catch_up()
    assert dynamics.labels(album) == ["page 1"]
    asking.publish(work, actor="test")
    catch_up()
    assert dynamics.labels(album) == ["not yet"]


def test_a_size_limited_picture_is_shown_in_parts_that_fit_its_smaller_form() -> None:
    picture = an_image("x.tif")
    convert(picture)
    image_curation.restrict(picture, Restriction(Access.LIMITED, 400), actor="test")
    album = listing({"image": str(picture), "region": "200,150,400,300"})
    body = document(album)["items"][0]["items"][0]["items"][0]["body"]
    assert body["selector"]["region"] == "pct:25,25,50,50"
    assert (body["source"]["width"], body["source"]["height"]) == (400, 300)


def test_erasing_what_is_dynamic_destroys_no_picture_and_it_keeps_none() -> None:
    from manifests import erasing

    work = a_work("book", 1, tags=["x"])
    album = pictures(tag="x")
    assert erasing.inventory(fresh(album)).pictures == ()
    assert len(erasing.inventory(fresh(work)).pictures) == 1
