"""Strings, pairs and statements of 2.1 as language maps."""

from typing import Any

import pytest

from tests.manifests.payload.upgrade.documents import faults, losses, manifest, tree


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Book", {"none": ["Book"]}),
        (["Book", "Volume"], {"none": ["Book", "Volume"]}),
        ({"@value": "Book", "@language": "en"}, {"en": ["Book"]}),
        ({"@value": "Book"}, {"none": ["Book"]}),
        ({"@value": ["Book", "Volume"], "@language": "en"}, {"en": ["Book", "Volume"]}),
        (["Buch", {"@value": "Book", "@language": "en"}], {"none": ["Buch"], "en": ["Book"]}),
        ({"@value": "书", "@language": "zh-Hans"}, {"zh-Hans": ["书"]}),
    ],
)
def test_a_label_becomes_a_language_map(said: Any, kept: Any) -> None:
    assert tree(manifest(label=said))["label"] == kept


@pytest.mark.parametrize(
    ("tag", "kept"), [("es-419", "es"), ("en_GB", "en-GB"), ("de-1996-x-old", "de"), ("1337", "none")]
)
def test_a_language_tag_that_the_schema_refuses_is_kept_beside_the_texts(tag: str, kept: str) -> None:
    found = tree(manifest(label={"@value": "Libro", "@language": tag}))
    assert found["label"] == {kept: ["Libro"]}
    assert found["_presentation2"]["languages"] == {kept: tag}


def test_two_languages_that_become_one_are_a_loss() -> None:
    document = manifest(label=[{"@value": "Libro", "@language": tag} for tag in ("es", "es-419")])
    assert losses(document) == ["Texts in the languages es-419 are all under es."]


def test_description_and_attribution_become_summary_and_required_statement() -> None:
    found = tree(manifest(description="<p>Some <b>text</b></p>", attribution={"@value": "Museum", "@language": "en"}))
    assert found["summary"] == {"none": ["<p>Some <b>text</b></p>"]}
    assert found["requiredStatement"] == {"label": {"en": ["Attribution"]}, "value": {"en": ["Museum"]}}


def test_empty_texts_say_nothing() -> None:
    assert tree(manifest(description="", attribution=[])).keys() == tree(manifest()).keys()


def test_metadata_pairs() -> None:
    said = [{"label": "Author", "value": ["Anna", "Otto"]}, {"label": "Year", "value": 1850}]
    assert tree(manifest(metadata=said))["metadata"] == [
        {"label": {"none": ["Author"]}, "value": {"none": ["Anna", "Otto"]}},
        {"label": {"none": ["Year"]}, "value": {"none": ["1850"]}},
    ]


def test_what_a_pair_cannot_hold_is_listed() -> None:
    said = [{"label": "Author", "value": None}, {"label": "Place", "value": "Rome", "propertyId": "dc:place"}]
    assert losses(manifest(metadata=said)) == [
        "metadata.0: A pair without a label or without a value is not kept.",
        "metadata.1: A pair has a label and a value; propertyId is not kept.",
    ]


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"label": 1.0}, "label"),
        ({"label": {"en": ["Book"]}}, "label.@value"),
        ({"label": ["Book", True]}, "label.1"),
        ({"description": {"@language": "en"}}, "description.@value"),
        ({"description": {"@value": "Text", "@language": 1}}, "description.@language"),
        ({"metadata": {"label": "a", "value": "b"}}, "metadata"),
        ({"metadata": ["a"]}, "metadata.0"),
        ({"metadata": [{"label": "a", "value": {"@value": True}}]}, "metadata.0.value.@value"),
    ],
)
def test_what_is_no_text_is_refused_with_its_place(more: Any, place: str) -> None:
    assert list(faults(manifest(**more))) == [place]


@pytest.mark.parametrize(
    "html",
    [
        "<span><script>function ownzor() {}</script>Naughty</span>",
        "<span onmouseover='ownzor()'>Naughty</span>",
        "<a href=' javascript:ownzor()'>Naughty</a>",
        "<span><!-- hidden -->Naughty</span>",
        "<p><?php ownzor() ?></p>",
        "<p><![CDATA[x]]></p>",
        "<![x]>",
        "<x> <y> <plain text>",
    ],
)
def test_html_that_may_do_harm_or_is_none_is_refused(html: str) -> None:
    assert faults(manifest(description={"@value": html})) == {"description": "html"}


@pytest.mark.parametrize("text", ["a < b", "<not html> ", "<p>One</p><p class='x'>Two<br></p>", "<a href='x'>y</a>"])
def test_other_html_and_text_stays_as_it_is(text: str) -> None:
    assert tree(manifest(description=text))["summary"] == {"none": [text]}
