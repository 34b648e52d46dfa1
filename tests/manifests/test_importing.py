"""What becomes of documents that are imported: once, again, by others' names and by ours."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from gcis.core.errors import SourceFault
from images import sources
from manifests import curation, exporting, importing, services, words
from manifests.importing import Request
from manifests.importing.service import IMPORTS
from manifests.models import Annotation, AnnotationCollection, AnnotationPage, Canvas, Collection, Manifest, Painting
from redirects import services as names
from tests import work
from tests.manifests import recipes
from tests.manifests.records import a_manifest, a_page, document, fresh
from tests.manifests.roundtrips import bring, plain, published, published_page, rewritten
from tests.work import an_image, convert, everything, happened, run_due

pytestmark = pytest.mark.django_db(transaction=True)

PUBLIC = "https://images.example.org"
BOOK = recipes.manifest("book", recipes.canvas("1"), recipes.canvas("2"), summary={"en": ["A book"]})
NOTED = recipes.MANIFESTS["annotations of all sorts"]


def changed(document: Any, change: Callable[[Any], object]) -> Any:
    found = copy.deepcopy(document)
    change(found)
    return found


def described(manifest: Manifest, **said: Any) -> None:
    words.describe(fresh(manifest), said, actor="jane")


def refusal(document: Any, **options: Any) -> SourceFault:
    with pytest.raises(SourceFault) as refused:
        bring(document, **options)
    return refused.value


# ----------------------------------------------------------------------------------------------------------- manifests
def test_manifest_becomes_a_record_of_the_source_of_imports() -> None:
    outcome = bring(BOOK)
    manifest = Manifest.objects.get()
    assert (outcome.what, outcome.kind, outcome.counts) == ("created", "manifest", {"canvases": 2})
    assert manifest.source and (manifest.source.slug, manifest.external_id) == (IMPORTS, BOOK["id"])
    assert [canvas.uri for canvas in Canvas.objects.order_by("position")] == [recipes.uri("1"), recipes.uri("2")]
    assert happened(manifest.pk)[:2] == ["manifest.created", "manifest.imported"]
    assert published(outcome)["items"] == BOOK["items"]


def test_the_same_again_changes_nothing() -> None:
    for original in (BOOK, NOTED, recipes.MANIFESTS["several annotation pages"], recipes.COLLECTIONS["nested"]):
        for ids in ("keep", "mint"):
            published(bring(original, ids))
            before = everything()
            assert bring(original, ids).what == "unchanged"
            assert everything() == before


def test_minted_ids_are_the_same_again_and_kept_ones_come_and_go() -> None:
    minted = published(bring(BOOK, "mint"))
    assert all(canvas["id"].startswith(f"{PUBLIC}/presentation/canvas/") for canvas in minted["items"])
    assert bring(BOOK, "keep").what == "updated"
    run_due()
    assert document(Manifest.objects.get())["items"] == BOOK["items"]
    assert published(bring(BOOK, "mint"))["items"] == minted["items"]


def test_what_has_changed_is_brought_and_what_people_said_stays() -> None:
    outcome = bring(BOOK)
    manifest = Manifest.objects.get()
    described(manifest, label={"en": ["Called otherwise"]})
    first = Canvas.objects.get(position=0)
    other = changed(BOOK, lambda book: book.update(label={"en": ["New"]}, summary={"en": ["New"]}))
    other["items"] = [recipes.canvas("3"), {**BOOK["items"][0], "label": {"none": ["one"]}}]
    assert bring(other).what == "updated"
    made = published(outcome)
    assert (made["label"], made["summary"]) == ({"en": ["Called otherwise"]}, {"en": ["New"]})
    assert made["items"] == other["items"]
    assert Canvas.objects.get(source_layer__label__none=["one"]).pk == first.pk
    assert Canvas.objects.get(dropped__isnull=False).uri == recipes.uri("2")
    bring(BOOK)
    assert published(outcome)["items"] == BOOK["items"]


def test_only_the_places_that_are_edited_differ_afterwards() -> None:
    outcome = bring(NOTED)
    manifest, before = Manifest.objects.get(), published(outcome)
    described(manifest, label={"en": ["Another label"]})
    canvas = Canvas.objects.order_by("position").first()
    assert canvas
    picture = an_image()
    convert(picture, 800, 1000)
    with transaction.atomic():
        Painting.objects.filter(canvas=canvas).update(image=picture, content=None)
        services.touch(fresh(manifest))
    after = published(outcome)
    body = after["items"][0]["items"][0]["items"][0].pop("body")
    before["items"][0]["items"][0]["items"][0].pop("body")
    assert body["service"][0]["id"].startswith(f"{PUBLIC}/iiif/3/")
    assert after.pop("thumbnail") and after["items"][0].pop("thumbnail")  # of a picture of ours we make one
    assert after == {**before, "label": {"en": ["Another label"]}}


def test_a_draft_waits_for_a_person() -> None:
    outcome = bring(BOOK, publish_when="manual")
    run_due()
    assert fresh(outcome.record).publication is None


def test_dry_run_says_it_all_and_leaves_nothing() -> None:
    before = everything()
    outcome = importing.forecast(NOTED, Request(), actor="test")
    assert (outcome.what, outcome.counts["annotations"], outcome.losses) == ("created", 18, ())
    assert everything() == before


def test_what_cannot_be_kept_is_listed_with_its_place() -> None:
    odd = changed(BOOK, lambda book: book.update(colour="red", thumbnail="x.jpg", behavior=["paged", "individuals"]))
    odd["items"][0]["width"] = "wide"
    odd["items"][1]["annotations"] = [recipes.page("1", {"id": "https://example.org/x", "type": "Annotation"})]
    odd["items"][1]["items"][0]["items"][0].pop("body")
    losses = bring(odd).losses
    for place in (
        "colour: ",
        "thumbnail: ",
        "behavior: ",
        "items.0.width: ",
        "items.1.annotations.0.items.0: ",
        "items.1.items.0.items.0: ",
    ):
        assert any(sentence.startswith(place) for sentence in losses), place
    assert len(losses) == 6


def test_manifest_without_label_is_called_by_its_address() -> None:
    outcome = bring(changed(BOOK, lambda book: book.pop("label")))
    assert outcome.label == {"none": [BOOK["id"]]}
    assert [loss.partition(":")[0] for loss in outcome.losses] == ["label"]


# ------------------------------------------------------------------------------------------------------------ our names
def test_identifier_can_be_given_and_given_again() -> None:
    assert bring(BOOK, identifier="ark:/1/book").identifier == "ark:/1/book"
    assert bring(BOOK).identifier == "ark:/1/book"
    assert bring(BOOK, identifier="book").identifier == "book"
    assert names.taken("presentation", "ark:/1/book")


def test_documents_belong_to_a_system_if_one_is_named() -> None:
    sources.put_system("dam", "The DAM", actor="test")
    record = bring(BOOK, source="dam").record
    assert record.source and record.source.slug == "dam"
    assert refusal(BOOK, source="nobody").code == "source_unknown"


def of_ours() -> Manifest:
    """A published manifest of ours with a page, a picture, and a note."""
    manifest = a_manifest("ours", identifier="ours")
    convert(a_page(manifest))
    canvas = Canvas.objects.get(manifest=manifest)
    page = AnnotationPage.objects.create(manifest=manifest, subject=f"gcis:canvas/{canvas.pk}")
    target = f"gcis:canvas/{canvas.pk}#xywh=1,1,9,9"
    Annotation.objects.create(
        page=page, motivation=["commenting"], body={"type": "TextualBody", "value": "x"}, target=target
    )
    run_due()
    return fresh(manifest)  # type: ignore[no-any-return]


def without(manifest: Manifest) -> None:
    """As on another server with the same base: the pictures are here, the manifest is not."""
    Manifest.objects.filter(pk=manifest.pk).delete()
    names.Identifier.objects.filter(resource=manifest.pk).delete()


def test_own_export_comes_back_as_it_was() -> None:
    manifest = of_ours()
    exported = exporting.document(manifest, 3)
    without(manifest)
    outcome = bring(exported)
    assert (outcome.identifier, outcome.counts["pictures"], outcome.losses) == ("ours", 1, ())
    assert published(outcome) == exported
    canvas = Canvas.objects.get()
    assert canvas.uri == "" and exported["items"][0]["id"].endswith(str(canvas.pk))
    assert "thumbnail" not in canvas.source_layer and "thumbnail" not in fresh(outcome.record).source_layer


def test_own_export_in_presentation_2_comes_back_as_it_was() -> None:
    manifest = of_ours()
    exported, second = exporting.document(manifest, 3), exporting.document(manifest, 2)
    without(manifest)
    outcome = bring(second)
    assert (outcome.identifier, outcome.counts["pictures"]) == ("ours", 1)
    made = published(outcome)
    assert [canvas["id"] for canvas in made["items"]] == [canvas["id"] for canvas in exported["items"]]
    assert made["items"][0]["items"][0]["items"][0]["body"] == exported["items"][0]["items"][0]["items"][0]["body"]


def test_own_export_is_refused_where_its_record_is_and_makes_a_copy_under_another_name() -> None:
    manifest = of_ours()
    exported = exporting.document(manifest, 3)
    assert refusal(exported).code == "here"
    copied = bring(exported, identifier="copy")
    made = published(copied)
    assert (copied.identifier, made["items"][0]["label"]) == ("copy", exported["items"][0]["label"])
    assert made["items"][0]["id"] != exported["items"][0]["id"]
    assert document(manifest) == exported


def test_export_of_an_import_brings_the_import_up_to_date() -> None:
    outcome = bring(BOOK)
    exported = changed(published(outcome), lambda book: book.update(label={"en": ["New"]}))
    again = bring(exported)
    assert (again.what, again.record.pk) == ("updated", outcome.record.pk)
    assert published(again) == exported


def test_pictures_of_ours_are_pictures_of_ours() -> None:
    picture = an_image(identifier="leaf")
    convert(picture, 640, 480)
    body = recipes.image("leaf", 640, 480, label={"en": ["natural"]})
    service = f"{PUBLIC}/iiif/3/leaf"
    body |= {"id": f"{service}/full/max/0/default.jpg", "service": [{**body["service"][0], "id": service}]}
    crop = {**body, "id": f"{service}/0,0,9,9/max/0/default.jpg"}
    outcome = bring(recipes.manifest("mine", recipes.canvas("1", body, crop)))
    assert [painting.image for painting in Painting.objects.order_by("position")] == [picture, None]
    paintings = published(outcome)["items"][0]["items"][0]["items"]
    assert [each["body"] for each in paintings] == [body, crop]


# ---------------------------------------------------------------------------------------------------------- collections
SHELF = recipes.COLLECTIONS["volumes"]
FIRST = recipes.manifest("1", recipes.canvas("1"), navDate="1900-01-01T00:00:00Z")


def test_members_that_are_here_are_members() -> None:
    bring(FIRST)
    run_due()
    outcome = bring(SHELF)
    assert outcome.counts == {"members": 2, "members here": 1}
    ours, other = published(outcome)["items"]
    assert ours["id"].startswith(f"{PUBLIC}/presentation/3/") and ours["navDate"] == FIRST["navDate"]
    assert other == SHELF["items"][1]


def test_what_a_collection_says_of_a_member_in_other_words_stays() -> None:
    bring(FIRST)
    thumbnail = [recipes.image("small", 80, 100)]
    shelf = changed(SHELF, lambda each: each["items"][0].update(label={"en": ["Volume 1"]}, thumbnail=thumbnail))
    outcome = bring(shelf)
    ours = published(outcome)["items"][0]
    assert (ours["label"], ours["thumbnail"]) == ({"en": ["Volume 1"]}, thumbnail)
    assert bring(shelf).what == "unchanged"


def test_members_come_go_and_change_places() -> None:
    outcome = bring(SHELF)
    bring(FIRST)
    run_due()
    third = recipes.reference("3")
    shelf = {**SHELF, "items": [SHELF["items"][1], third, SHELF["items"][0]]}
    assert bring(shelf).what == "updated"
    two, three, one = published(outcome)["items"]
    assert (two, three) == (SHELF["items"][1], third)
    assert one["id"].startswith(PUBLIC)
    bring({**SHELF, "items": [third]})
    assert published(outcome)["items"] == [third]


def test_collection_is_not_put_inside_itself() -> None:
    inner = recipes.collection("inner", {**recipes.reference("x"), "type": "Collection", "id": SHELF["id"]})
    bring(SHELF)
    bring(inner)
    circle = {**SHELF, "items": [{**recipes.reference("inner"), "type": "Collection", "id": inner["id"]}]}
    assert [loss for loss in bring(circle).losses if "inside itself" in loss]


def test_documents_are_sorted_so_that_what_is_named_comes_first() -> None:
    inner = recipes.collection("inner", recipes.reference("1"))
    outer = recipes.collection("outer", {"id": inner["id"], "type": "Collection", "label": {"en": ["i"]}})
    page = recipes.page("1")
    given = [("page", page), ("outer", outer), ("inner", inner), ("first", FIRST)]
    assert [name for name, _ in importing.sorted_documents(given)] == ["first", "inner", "outer", "page"]


# ----------------------------------------------------------------------------------------------------- annotation pages
ALONE = {"@context": recipes.CONTEXT, **recipes.page("alone", recipes.note("n", recipes.uri("1", "#xywh=1,2,3,4")))}


@pytest.mark.parametrize("ids", ["keep", "mint"])
def test_page_comes_to_the_canvas_that_it_is_about(ids: str) -> None:
    bring(BOOK)
    outcome = bring(ALONE, ids)
    assert (outcome.kind, outcome.what, outcome.record) == ("annotation page", "created", Manifest.objects.get())
    made = published_page(outcome, ALONE["id"])
    assert plain(made) == plain(rewritten(ALONE, made))
    canvas = published(outcome)["items"][0]
    assert canvas["annotations"] == [{"id": made["id"], "type": "AnnotationPage"}]
    assert bring(ALONE, ids).what == "unchanged"
    assert bring(changed(ALONE, lambda page: page["items"].pop()), ids).what == "updated"


def test_page_takes_the_place_of_the_reference_to_it_and_keeps_it() -> None:
    referring = changed(
        BOOK, lambda book: book["items"][1].update(annotations=[{"id": ALONE["id"], "type": "AnnotationPage"}])
    )
    outcome = bring(referring)
    assert published(outcome)["items"][1]["annotations"] == referring["items"][1]["annotations"]
    bring(ALONE)
    (page,) = published(outcome)["items"][1]["annotations"]
    assert page["id"].startswith(f"{PUBLIC}/presentation/3/annotations/")
    assert bring(referring).what == "unchanged"
    bring(BOOK)
    assert AnnotationPage.objects.get().place == "referenced"


def test_page_about_nothing_that_is_here_is_refused() -> None:
    assert refusal(ALONE).code == "target_unknown"


def test_page_about_a_whole_manifest_hangs_on_it() -> None:
    bring(BOOK)
    page = recipes.page("all", recipes.note("n", {"id": BOOK["id"], "type": "Manifest"}))
    outcome = bring({"@context": recipes.CONTEXT, **page})
    assert AnnotationPage.objects.get().subject == ""
    assert published(outcome)["annotations"][0]["type"] == "AnnotationPage"


def test_annotation_collections_that_say_the_same_are_one() -> None:
    bring(recipes.MANIFESTS["collections of annotations"])
    assert [layer.uri for layer in AnnotationCollection.objects.all()] == [f"{recipes.HERE}/layer/1"]
    assert AnnotationPage.objects.filter(part_of__isnull=False).count() == 2


def test_pages_that_people_made_stay() -> None:
    outcome = bring(NOTED)
    manifest = fresh(outcome.record)
    AnnotationPage.objects.create(manifest=manifest, description={"label": {"en": ["Ours"]}})
    bring({**NOTED, "items": [recipes.canvas("1")], "annotations": [], "structures": []})
    assert [page.by for page in AnnotationPage.objects.all()] == ["people"]


# ------------------------------------------------------------------------------------------------------------- refusals
@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ([], "no_document"),
        ({"type": "Manifest", "items": []}, "no_id"),
        ({"id": "urn:x", "type": "Manifest"}, "no_id"),
        ({"id": "https://example.org/x", "type": "Thing"}, "no_document"),
        ({"id": "https://example.org/x", "type": "Canvas"}, "wrong_kind"),
        ({"id": "https://example.org/x", "type": "Manifest", "label": {"en": ["\x00"]}}, "nul"),
        ({"id": "https://example.org/" + "x" * 1000, "type": "Manifest"}, "no_id"),
        (recipes.manifest("x", {**recipes.canvas("1"), "id": "https://example.org/" + "x" * 1000}), "id_too_long"),
    ],
)
def test_what_is_no_document_is_refused(sent: Any, code: str) -> None:
    assert refusal(sent).code == code
    assert not Manifest.objects.exists()


def test_what_is_too_deep_is_refused() -> None:
    deep: Any = []
    for _ in range(200):
        deep = [deep]
    assert refusal({**BOOK, "deep": deep}).code == "too_deep"


def test_what_is_withdrawn_has_to_be_restored_first() -> None:
    record = bring(BOOK).record
    curation.withdraw(record, actor="test", reason="why")
    assert refusal(BOOK).code == "withdrawn"


def test_ids_are_kept_or_minted_and_nothing_else() -> None:
    assert refusal(BOOK, ids="both").code == "ids"


def test_no_document_is_kept() -> None:
    """What is published comes from the records: nothing holds the document as it was sent."""
    original = {**NOTED, "@context": recipes.CONTEXT, "id": "https://library.example.org/kept.json"}
    bring(original)
    assert not [row for rows in everything().values() for row in rows if "@context" in str(row)]
    assert [list(work.store(name).keys("")) for name in ("sources", "published")] == [[], []]


def test_collection_of_nothing_is_published() -> None:
    outcome = bring(recipes.COLLECTIONS["empty"])
    assert published(outcome)["items"] == []
    assert isinstance(outcome.record, Collection)
