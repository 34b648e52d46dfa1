"""Whole documents: which are of version 2, what is refused, and that nothing that can be sent breaks anything."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gcis.core.errors import SourceFault
from manifests.payload.upgrade import is_second, upgrade, without_private
from tests.examples import examples
from tests.manifests.payload.upgrade.documents import (
    BOOK,
    CONTEXT_2,
    CONTEXT_3,
    FIXTURES,
    MANIFEST,
    annotations,
    assert_valid,
    canvas,
    faults,
    manifest,
    needs,
    painting,
    sequence,
    tree,
)

#: Broken fixtures that the official reader takes too.
ACCEPTED = {"34"}


@pytest.mark.parametrize(
    ("document", "second"),
    [
        ({"@context": CONTEXT_2}, True),
        ({"@context": [CONTEXT_2, "http://example.org/context.json"]}, True),
        ({"@context": "https://iiif.io/api/presentation/2/context.json"}, True),
        ({"@type": "sc:Manifest"}, True),
        ({"@context": CONTEXT_3, "type": "Manifest"}, False),
        ({"@context": CONTEXT_3, "@type": "sc:Manifest"}, False),
        ({"@context": "http://example.com/context.json"}, False),
        ({"@context": "http://www.shared-canvas.org/ns/context.json"}, False),
        ({"@id": "foo"}, False),
        ({}, False),
        ([], False),
        ("asdf", False),
        (None, False),
    ],
)
def test_which_documents_are_of_version_2(document: Any, second: bool) -> None:
    assert is_second(document) is second


@pytest.mark.parametrize("document", ["asdf", None, [], {}, {"@id": "foo"}, {"@context": CONTEXT_3}])
def test_other_documents_are_refused(document: Any) -> None:
    with pytest.raises(SourceFault, match="It is no Presentation") as refusal:
        upgrade(document)
    assert refusal.value.code == "presentation2"


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"@context": CONTEXT_2, "@type": "fish"}, "@type"),
        ({"@context": CONTEXT_2}, "@type"),
        ({"@context": CONTEXT_2, **canvas()}, "@type"),
        (manifest(**{"@id": "fish"}), "@id"),
        (manifest(**{"@id": None}), "@id"),
        (manifest(label=None), "label"),
        (annotations(**{"@id": "urn:x"}), "@id"),
    ],
)
def test_a_broken_document_is_refused_with_the_place(document: Any, place: str) -> None:
    assert list(faults(document)) == [place]


def test_the_sentence_says_where_and_what() -> None:
    with pytest.raises(SourceFault) as refusal:
        upgrade(manifest(canvas(width=None), canvas(2, height=None)))
    assert str(refusal.value) == (
        "It is no valid Presentation 2.1: sequences.0.canvases.0.width: It is missing. Wrong places: 2."
    )


def test_an_empty_label_gives_way_to_the_address() -> None:
    upgraded = upgrade(manifest(label=""))
    assert upgraded.document["label"] == {"none": [MANIFEST]}
    assert upgraded.losses == ("label: It is empty, so the address of the document stands in its place.",)


def test_contexts_of_extensions_stand_in_2_1_with_what_they_explain() -> None:
    found = tree(manifest(**{"@context": [CONTEXT_2, "http://example.org/context.json"], "ex:more": 1}))
    assert found["@context"] == CONTEXT_3
    assert found["_presentation2"] == {"ex:more": 1, "@context": ["http://example.org/context.json"]}


def test_the_private_keys_can_be_taken_away() -> None:
    found = without_private(tree(manifest(license="http://example.org/terms", sequences=[sequence(label="One")])))
    assert list(found) == ["@context", "id", "type", "label", "items"]


def test_what_lies_too_deep_is_refused() -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(SourceFault) as refusal:
        upgrade(manifest(label=deep))
    assert refusal.value.code == "depth"


def test_as_deep_as_may_be_does_no_harm() -> None:
    body: Any = canvas()["images"][0]["resource"]
    for _ in range(55):
        body = {"@type": "oa:SpecificResource", "full": body}
    assert_valid(upgrade(manifest(canvas(images=[painting(resource=body)]))).document)


# ------------------------------------------------------------------------------------------------------------- fixtures


def fixture_names(kind: str) -> list[str]:
    folder = FIXTURES / kind
    return sorted((path.stem for path in folder.glob("*.json")), key=int) if folder.exists() else ["0"]


@pytest.mark.parametrize("name", fixture_names("good"))
def test_good_fixtures_are_taken(name: str) -> None:
    document = json.loads(needs(FIXTURES / "good" / f"{name}.json").read_text())
    upgraded = upgrade(document)
    assert_valid(upgraded.document)
    assert len(upgraded.losses) == (1 if name == "65" else 0)  # its startCanvas is no canvas of it


@pytest.mark.parametrize("name", fixture_names("broken"))
def test_broken_fixtures_are_refused(name: str) -> None:
    text = needs(FIXTURES / "broken" / f"{name}.json").read_text()
    document = json.loads(text) if text.lstrip().startswith("{") else text
    if name in ACCEPTED:
        assert_valid(upgrade(document).document)
        return
    with pytest.raises(SourceFault) as refusal:
        upgrade(document)
    assert refusal.value.fields or name in ("0", "2", "4")  # these are no documents of version 2 at all


# ----------------------------------------------------------------------------------------------------- whatever is sent

WORDS = (
    *("@context", "@id", "@type", "@value", "@language", "label", "description", "metadata", "value", "attribution"),
    *("license", "logo", "thumbnail", "related", "rendering", "seeAlso", "service", "profile", "within", "format"),
    *("viewingHint", "viewingDirection", "navDate", "sequences", "canvases", "images", "otherContent", "resources"),
    *("structures", "ranges", "members", "manifests", "collections", "startCanvas", "contentLayer", "height", "width"),
    *("motivation", "resource", "on", "full", "selector", "default", "item", "chars", "style", "stylesheet", "total"),
    *("first", "last", "next", "prev", "id", "type", "language", "startIndex"),
)
STRINGS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            *("sc:Manifest", "sc:Collection", "sc:AnnotationList", "sc:Sequence", "sc:Canvas", "sc:Range", "sc:Layer"),
            *("oa:Annotation", "oa:Choice", "oa:SpecificResource", "oa:SvgSelector", "oa:FragmentSelector", "rdf:nil"),
            *("dctypes:Image", "cnt:ContentAsText", "sc:painting", CONTEXT_2, MANIFEST, f"{BOOK}/1#xywh=1,2,3,4"),
            *("<p>a</p>", "<![x>", "top", "paged", "en", "es-419", "http://[", "http://a b", "text/plain"),
        ]
    ),
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), STRINGS)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(st.sampled_from(WORDS), st.text(max_size=5)), inner)
    ),
    max_leaves=25,
)
DOCUMENTS = st.builds(
    lambda more, kind: {"@context": CONTEXT_2, "@id": MANIFEST, "@type": kind, "label": "Book", **more},
    st.dictionaries(st.sampled_from(WORDS), ANYTHING, max_size=8),
    st.sampled_from(["sc:Manifest", "sc:Collection", "sc:AnnotationList", "sc:Layer", "oa:Annotation"]),
)


def taken_or_refused(document: Any) -> None:
    before = repr(document)
    try:
        upgraded = upgrade(document)
    except SourceFault as refusal:
        assert str(refusal)
    else:
        assert_valid(upgraded.document)
        assert all(loss.endswith(".") for loss in upgraded.losses)
    assert repr(document) == before  # what was sent is left alone


SETTINGS = hypothesis_settings(
    max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@SETTINGS
@given(ANYTHING)
def test_no_json_breaks_it(document: Any) -> None:
    taken_or_refused(document)


@SETTINGS
@given(DOCUMENTS)
def test_no_document_breaks_it_and_what_is_taken_is_valid(document: Any) -> None:
    taken_or_refused(document)


@SETTINGS
@given(
    st.sampled_from(["canvas", "painting", "resource", "sequence", "range", "annotation", "manifest"]),
    st.dictionaries(st.sampled_from(WORDS), ANYTHING, max_size=5),
)
def test_no_part_of_a_good_document_breaks_it(part: str, more: Any) -> None:
    resource = {**painting()["resource"], **(more if part == "resource" else {})}
    image = {**painting(resource=resource), **(more if part == "painting" else {})}
    first = {
        **canvas(images=[image], otherContent=[annotations({**painting(), **more})] if part == "annotation" else [])
    }
    pages = {**sequence({**first, **(more if part == "canvas" else {})}), **(more if part == "sequence" else {})}
    structures = [{"@id": f"{BOOK}/r", "@type": "sc:Range", "label": "R", **more}] if part == "range" else []
    document = manifest(sequences=[pages], structures=structures)
    taken_or_refused({**document, **(more if part == "manifest" else {})})
