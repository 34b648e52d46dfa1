"""Imports: what can be kept is kept, and what is lost is told."""

import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

from manifests.payload.description import PROPERTIES, read, read_leniently
from tests.manifests.build.everything import EVERYTHING
from tests.shared import cookbook, needed

WEB = "https://example.org/x"
LABEL = {"none": ["x"]}
AGENT = {"id": WEB, "type": "Agent", "label": LABEL}
IMAGE = {"id": WEB, "type": "Image"}


@pytest.mark.parametrize(
    ("sent", "kept", "losses"),
    [
        # the same in other words: nothing is lost
        ({"label": {"@none": ["x"]}}, {"label": LABEL}, 0),
        ({"label": {"en_GB": ["x"], "en-GB": "y"}}, {"label": {"en-GB": ["x", "y"]}}, 0),
        ({"rights": WEB}, {"license": [WEB]}, 0),
        (
            {"thumbnail": [{**IMAGE, "id": "https://example.org/a b"}]},
            {"thumbnail": [{**IMAGE, "id": "https://example.org/a%20b"}]},
            0,
        ),
        ({"thumbnail": [], "behavior": [], "metadata": None}, {}, 0),
        # what other vocabularies say is kept where the official schema lets it stand
        ({"provider": [{**AGENT, "nickname": "x"}]}, {"provider": [{**AGENT, "nickname": "x"}]}, 0),
        # harmless attributes too
        ({"summary": {"none": ['<b title="y">x</b>']}}, {"summary": {"none": ['<b title="y">x</b>']}}, 0),
        # parts are lost, the rest is kept
        ({"label": {"es-419": ["x"]}}, {"label": {"es": ["x"]}}, 1),
        ({"summary": "<p onclick='y()'>x</p>"}, {"summary": {"none": ["<p>x</p>"]}}, 1),
        (
            {"metadata": [{"label": "x"}, {"label": "x", "value": "x"}]},
            {"metadata": [{"label": LABEL, "value": LABEL}]},
            1,
        ),
        ({"metadata": [{"label": "x", "value": "x", "id": 5}]}, {"metadata": [{"label": LABEL, "value": LABEL}]}, 1),
        ({"behavior": ["paged", "odd", "individuals", "facing-pages"]}, {"behavior": ["paged"]}, 3),
        ({"provider": [{**AGENT, "logo": [{"id": "x"}]}]}, {"provider": [{**AGENT, "logo": []}]}, 3),
        ({"provider": [{**AGENT, "logo": [IMAGE], "@id": WEB}]}, {"provider": [{**AGENT, "logo": [IMAGE]}]}, 1),
        ({"service": [{"id": WEB, "type": "x", "@id": WEB}]}, {"service": [{"id": WEB, "type": "x"}]}, 1),
        (
            {"service": [{"@id": WEB, "@type": "x", "profile": ["a", {}]}]},
            {"service": [{"@id": WEB, "@type": "x", "profile": "a"}]},
            1,
        ),
        # the whole is lost
        ({"navDate": "1850"}, {}, 1),
        ({"navPlace": {"type": "x"}}, {}, 1),
        ({"rights": "All rights reserved"}, {}, 1),
        ({"homepage": [{"id": "x"}]}, {}, 4),
        ({"viewingHint": "paged"}, {}, 1),
    ],
)
def test_what_can_be_kept_is_kept(sent: dict[str, Any], kept: dict[str, Any], losses: int) -> None:
    found, told = read_leniently(sent, "Manifest")
    assert found == kept
    assert len(told) == losses, told


def test_losses_are_sentences_that_begin_with_their_places() -> None:
    sent = {
        "provider": [{**AGENT, "logo": [{"id": "x", "type": "Image"}]}],
        "summary": "<p onclick='y()'>x</p>",
        "supplementary": {},
        "colour": "red",
    }
    assert read_leniently(sent, "Manifest")[1] == [
        "summary.none: Its HTML holds more than IIIF allows, which was taken out.",
        "provider.0.logo.0.id: It is left out. It must be an http or https address of at most 4000 characters.",
        "provider.0.logo.0: It cannot be used because of that.",
        "supplementary: It is left out. A Manifest has no supplementary.",
        "colour: A Manifest has no such property, and it is left out.",
    ]


def test_what_is_no_description_is_no_loss() -> None:
    sent = {"@context": "x", "id": WEB, "type": "Canvas", "width": 1, "height": 1, "items": [], "annotations": []}
    assert read_leniently({**sent, "label": LABEL}, "Canvas") == ({"label": LABEL}, [])


def test_the_contexts_of_extensions_are_kept() -> None:
    navigation, presentation = "http://example.org/navplace.json", "http://iiif.io/api/presentation/3/context.json"
    sent = {"@context": [navigation, {"x": WEB}, presentation], "label": LABEL}
    found, losses = read_leniently(sent, "Manifest")
    assert found == {"label": LABEL, "contexts": [navigation]}
    assert [loss.partition(":")[0] for loss in losses] == ["contexts.1"]


def test_what_was_read_leniently_needs_no_leniency_again() -> None:
    sent = {"label": {"es-419": ["x"]}, "provider": [AGENT, {}], "rights": WEB, "behavior": ["paged", "odd"]}
    found, _ = read_leniently(sent, "Manifest")
    assert read(found, kind="Manifest") == (found, [])


def resources(part: Any) -> Iterator[dict[str, Any]]:
    """All that have a description of their own."""
    if isinstance(part, dict):
        if part.get("type") in ("Manifest", "Collection", "Canvas", "Range"):
            yield part
        for value in part.values():
            yield from resources(value)
    elif isinstance(part, list):
        for each in part:
            yield from resources(each)


def normalised(value: Any) -> Any:
    """The same in composed Unicode, without space around it."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value).strip()
    if isinstance(value, list):
        return [normalised(each) for each in value]
    return {name: normalised(each) for name, each in value.items()} if isinstance(value, dict) else value


def check_kept(resource: dict[str, Any]) -> None:
    found, losses = read_leniently(resource, resource["type"])
    found.pop("contexts", None)
    assert losses == []
    assert normalised(found) == normalised({name: resource[name] for name in PROPERTIES if resource.get(name)})


@pytest.mark.parametrize("name", ["manifest", "collection"])
def test_nothing_of_a_document_with_everything_is_lost(name: str) -> None:
    for resource in resources(EVERYTHING[name]()):
        check_kept(resource)


@needed
def test_nothing_of_the_cookbook_is_lost() -> None:
    seen = 0
    for _, document in cookbook():
        for resource in resources(document):
            check_kept(resource)
            seen += 1
    assert seen > 150
