"""What may be said about a thing, tabled; and that nothing that can be sent breaks anything."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gcis.core.errors import SourceFault
from manifests.build import rules
from manifests.build.form import CONTEXT
from manifests.payload import description as module
from manifests.payload.description import BEHAVIORS, DIRECTIONS, LONGEST_TEXT, MOST_PAIRS, PROPERTIES, description
from tests.examples import examples

BY = "http://creativecommons.org/licenses/by/4.0/"
PAIR = {"label": "Place", "value": "Rome"}
#: What no 3.0 document has as such, and what needs canvases that are there.
OWN = ("license", "tags", "contexts", "presentation2", "start", "structures", "supplementary")
KEPT_PAIR = {"label": {"none": ["Place"]}, "value": {"none": ["Rome"]}}


def problems(said: dict[str, Any]) -> list[str]:
    """What would keep a manifest with this description from being published."""
    uri = "https://images.example.org/presentation/3/book/manifest"
    canvas = {"id": f"{uri}/canvas", "type": "Canvas", "width": 10, "height": 10, "items": []}
    told = {name: value for name, value in said.items() if value is not None and name not in OWN}
    document = {"label": {"none": ["book"]}, **told, "items": [canvas]}
    return rules.problems({"@context": CONTEXT, "id": uri, "type": "Manifest", **document})


def faults(sent: Any) -> list[tuple[str, str]]:
    """The places and codes of all that is wrong."""
    with pytest.raises(SourceFault) as refusal:
        description(sent)
    assert refusal.value.code == "description"
    assert all(fault.sentence.endswith((".", "}.")) for fault in refusal.value.fields)
    return [(fault.field, fault.code) for fault in refusal.value.fields]


# --------------------------------------------------------------------------------------------------------------- shapes
@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Book", {"none": ["Book"]}),
        (["Book", "Volume"], {"none": ["Book", "Volume"]}),
        ({"en": "Book"}, {"en": ["Book"]}),
        ({"en": ["Book"], "de-CH": ["Buch"], "none": "x"}, {"en": ["Book"], "de-CH": ["Buch"], "none": ["x"]}),
        ({"en": ["", "Book", "  "], "de": []}, {"en": ["Book"]}),
        (" Bo\0ok\x07\r\n", {"none": ["Book"]}),
        ("Ku\u0308ste\ud800", {"none": ["K\u00fcste"]}),
        ("two\nlines", {"none": ["two\nlines"]}),
        ("<b>Book</b>", {"none": ["<b>Book</b> "]}),
        ('<img src=x onerror="alert(1)">', {"none": ['<img src=x onerror="alert(1)"> ']}),
    ],
)
def test_a_label_is_text_by_language(sent: Any, kept: dict[str, list[str]]) -> None:
    assert description({"label": sent}) == {"label": kept}
    assert problems({"label": kept}) == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"rights": "https://creativecommons.org/licenses/by/4.0/deed.de"}, {"rights": BY}),
        ({"navDate": "1921-05-01T00:00:00Z"}, {"navDate": "1921-05-01T00:00:00Z"}),
        ({"navDate": "-0044-03-15T12:00:00+01:00"}, {"navDate": "-0044-03-15T12:00:00+01:00"}),
        ({"navDate": "12021-02-28T23:59:59.5-14:00"}, {"navDate": "12021-02-28T23:59:59.5-14:00"}),
        ({"navDate": "2000-02-29T00:00:00Z"}, {"navDate": "2000-02-29T00:00:00Z"}),
        ({"viewingDirection": "right-to-left"}, {"viewingDirection": "right-to-left"}),
        ({"behavior": "paged"}, {"behavior": ["paged"]}),
        ({"behavior": ["paged", "repeat", "paged"]}, {"behavior": ["paged", "repeat"]}),
        ({"metadata": []}, {"metadata": []}),
        ({"metadata": [PAIR]}, {"metadata": [KEPT_PAIR]}),
        (
            {"requiredStatement": PAIR},
            {"requiredStatement": {"label": {"none": ["Place"]}, "value": {"none": ["Rome"]}}},
        ),
        ({"label": None, "metadata": None, "behavior": None}, {"label": None, "metadata": None, "behavior": None}),
        ({}, {}),
        ({"id": "x", "items": [], "canvases": ["x"], "generation": 99}, {}),
    ],
)
def test_what_is_understood(sent: dict[str, Any], kept: dict[str, Any]) -> None:
    assert description(sent) == kept
    assert problems(kept) == []


@pytest.mark.parametrize("value", [*BEHAVIORS, *DIRECTIONS])
def test_every_word_of_the_lists_is_accepted_where_no_class_is_named(value: str) -> None:
    name = "behavior" if value in BEHAVIORS else "viewingDirection"
    assert value in str(description({name: value})[name])


def test_what_is_kept_is_understood_again_as_the_same() -> None:
    sent = {
        "label": {"en": ["<b>", "x"]},
        "summary": ["<p>a</p>", "<3 you >", " <i>x</i>\n", "<b>text</b> "],
        "metadata": [{"label": "<i>", "value": "<font>A & B</font>"}],
    }
    once = description(sent)
    assert description(once) == once


# --------------------------------------------------------------------------------------------------------------- faults
@pytest.mark.parametrize(
    ("sent", "place", "code"),
    [
        ({"label": 5}, "label", "text"),
        ({"label": {}}, "label", "text"),
        ({"label": True}, "label", "text"),
        ({"label": {"en": 5}}, "label.en", "text"),
        ({"label": {"en": ["a", 5]}}, "label.en", "text"),
        ({"label": {"en": {"de": "x"}}}, "label.en", "text"),
        ({"label": {"en us": "a"}}, "label", "language"),
        ({"label": {"": "a"}}, "label", "language"),
        ({"label": {"\ud800": "a"}}, "label", "language"),
        ({"label": ""}, "label", "empty"),
        ({"label": []}, "label", "empty"),
        ({"label": {"en": ["", " \0"]}}, "label", "empty"),
        ({"label": "x" * (LONGEST_TEXT + 1)}, "label.none", "too_long"),
        ({"summary": "<script>alert(1)</script>"}, "summary", "empty"),
        ({"metadata": PAIR}, "metadata", "list"),
        ({"metadata": [PAIR] * (MOST_PAIRS + 1)}, "metadata", "list"),
        ({"metadata": [PAIR, "x"]}, "metadata.1", "pair"),
        ({"metadata": [{"label": "x"}]}, "metadata.0", "pair"),
        ({"metadata": [{**PAIR, "extra": "x"}]}, "metadata.0", "pair"),
        ({"metadata": [PAIR, {**PAIR, "value": 5}]}, "metadata.1.value", "text"),
        ({"metadata": [PAIR, {**PAIR, "label": {"en": 5}}]}, "metadata.1.label.en", "text"),
        ({"requiredStatement": [PAIR]}, "requiredStatement", "pair"),
        ({"requiredStatement": {**PAIR, "value": ""}}, "requiredStatement.value", "empty"),
        ({"rights": "All rights reserved"}, "rights", "rights"),
        ({"rights": {"id": BY}}, "rights", "rights"),
        ({"rights": ""}, "rights", "rights"),
        ({"rights": "javascript:alert(1)"}, "rights", "rights"),
        ({"navDate": 1921}, "navDate", "date"),
        ({"navDate": "1921"}, "navDate", "date"),
        ({"navDate": "1921-05-01T00:00:00"}, "navDate", "date"),
        ({"navDate": "1921-13-01T00:00:00Z"}, "navDate", "date"),
        ({"navDate": "1921-02-29T00:00:00Z"}, "navDate", "date"),
        ({"navDate": "1921-02-00T00:00:00Z"}, "navDate", "date"),
        ({"navDate": "1921-02-01T24:61:00Z"}, "navDate", "date"),
        ({"navDate": "1921-02-01T00:00:00+25:00"}, "navDate", "date"),
        ({"navDate": "1921-02-01T00:00:00+14:30"}, "navDate", "date"),
        ({"navDate": "\u0661\u0669\u0662\u0661-02-01T00:00:00Z"}, "navDate", "date"),
        ({"navDate": "1921-05-01T00:00:00Z\n"}, "navDate", "date"),
        ({"viewingDirection": "up"}, "viewingDirection", "choice"),
        ({"viewingDirection": ["left-to-right"]}, "viewingDirection", "choice"),
        ({"behavior": []}, "behavior", "choice"),
        ({"behavior": ["paged", "odd"]}, "behavior", "choice"),
        ({"behavior": [["paged"]]}, "behavior", "choice"),
        ({"behavior": {"paged": 1}}, "behavior", "choice"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(sent: dict[str, Any], place: str, code: str) -> None:
    assert faults(sent) == [(place, code)]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    sent = {"label": 5, "summary": "fine", "rights": "none", "metadata": [{}], "navDate": "soon"}
    assert faults(sent) == [("label", "text"), ("metadata.0", "pair"), ("rights", "rights"), ("navDate", "date")]


@pytest.mark.parametrize("sent", [None, [], ["label"], "label", 5, True])
def test_what_is_no_object_is_refused(sent: Any) -> None:
    assert faults(sent) == []


# ----------------------------------------------------------------------------------------------------------------- HTML
@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("<p>An <i>old</i> <b>map</b></p>", "<p>An <i>old</i> <b>map</b></p>"),
        ("<span>H<sub>2</sub>O<sup>+</sup><br><small>x</small></span>", None),
        ('<a href="https://example.org/?a=1&amp;b=2">x</a>', None),
        # in which nothing is to be changed, as it was written
        ("<p><a href='https://example.org/?a=1&b=2'>A & B</a></p>", None),
        ("<P>x<BR/>y > z<br /></P >", None),
        ("<img alt='\"x\"' src='https://example.org/x.jpg'/>", None),
        ("<b>&#8217;&copy;&nbsp;</b>", None),
        # in which something is
        ("<a href='https://example.org' title='x'>x</a>", '<a href="https://example.org">x</a>'),
        ("<a href='https://example.org/?a=1&copy=2'>x</a>", '<a href="https://example.org/?a=1&amp;copy=2">x</a>'),
        ("<p>a<p>b</p></p>", "<p>a</p><p>b</p><p></p>"),
        ("<b>&#x0;&#99999999999;</b>", "<b>\ufffd\ufffd</b>"),
        ("<b/onclick='x()'>x</b>", "<b>x</b>"),
        ('<a href="mailto:x@example.org">x</a>', None),
        ('<img src="https://example.org/x.jpg" alt="x">', None),
        (" \n<p>x</p>\n", "<p>x</p>"),
        ('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href=" java\tscript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href="data:text/html,x">x</a>', "<a>x</a>"),
        ('<a href="//evil.example.org">x</a>', "<a>x</a>"),
        ('<a href="/relative">x</a>', "<a>x</a>"),
        ('<a href=" https://example.org ">x</a>', '<a href="https://example.org">x</a>'),
        ('<a href="https://example.org" target="_blank" onclick="x()">x</a>', '<a href="https://example.org">x</a>'),
        ('<img src="data:image/png;base64,x" alt="x">', '<img alt="x">'),
        ('<img src=x onerror="alert(1)">', "<img>"),
        ('<b title="x" lang="en" class="y" style="color:red" id="z">x</b>', "<b>x</b>"),
        ("<p>un<b>closed<br>", "<p>un<b>closed<br></b></p>"),
        ("<p><!-- comment -->x</p>", "<p>x</p>"),
        ("<p>x</p><script>alert(1)</script>", "<p>x</p>"),
        ("<p>a\0b&#0;&#1;c\x07</p>", "<p>ab\ufffdc</p>"),
        ("<p>\ud800x</p>", "<p>x</p>"),
        ("<p>Ku\u0308ste</p>", "<p>K\u00fcste</p>"),
        ("<h1>Title</h1><p>and text</p>", "<span>Title<br><p>and text</p></span>"),
        ("<ul><li>one</li>\n<li>two</li></ul>", "<span>one<br>\ntwo</span>"),
        ("<style>p{}</style>x<b>y</b>", "<span>x<b>y</b></span>"),
        # what is left of these is text
        ("<svg onload=alert(1)>x</svg>", "x"),
        ("<div>text</div>", "text"),
        ("<font>A & B &lt; C</font>", "A & B < C"),
        ("<3 you >", "<3 you > "),
        ("<p>unclosed", "<p>unclosed"),
        ("a <b>c</b>", "a <b>c</b>"),
        ("<b>text</b> ", "<b>text</b> "),
        ("<font>&lt;b&gt;x&lt;/b&gt;</font>", "<b>x</b> "),
        ("<font>&amp;lt;</font>", "&lt;"),
    ],
)
def test_html_is_cleaned_to_what_may_stand_there(sent: str, kept: str | None) -> None:
    """Presentation 3.0 §4.5; a value is HTML if it starts with < and ends with >."""
    told = [kept or sent]
    value = {"label": {"none": ["x"]}, "value": {"none": told}}
    sent_pair = {"label": "x", "value": sent}
    expected = {"summary": {"none": told}, "metadata": [value], "requiredStatement": value}
    assert description({"summary": sent, "metadata": [sent_pair], "requiredStatement": sent_pair}) == expected
    assert description(expected) == expected, "and stays so"


@pytest.mark.parametrize("sent", ["<![CDATA[x]]>", "<?php echo 1 ?>", "<!-- x -->", "<script>x</script>"])
def test_html_without_anything_to_read_is_no_text(sent: str) -> None:
    assert faults({"summary": sent}) == [("summary", "empty")]


@pytest.mark.parametrize("tag", ["<b>", "<p>", "<table>", "<div>", "<svg>", "<a href=http://x>"])
def test_deep_html_is_no_burden(tag: str) -> None:
    description({"summary": [tag * ((LONGEST_TEXT - 1) // len(tag)) + ">", "x"]})


# ------------------------------------------------------------------------------------------------------- whatever comes
SCRAPS = st.sampled_from(
    [
        *PROPERTIES,
        *("id", "type", "Image", "Text", "http://example.org/x", "gcis:canvas/5ee6c3a5-5d0f-4c58-9a55-5a3b8f0c2d11"),
        *("en", "none", "de-CH", "<p>", "</p>", "<a href='", "&#1;", "&lt;", "<3", ">", "\0", "\ud800", " ", BY),
    ]
)
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=())), st.lists(SCRAPS, max_size=6).map("".join), st.sampled_from(BEHAVIORS)
)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(TEXTS, inner, max_size=4),
        st.fixed_dictionaries({"label": inner, "value": inner}),
        st.fixed_dictionaries(
            {"id": st.just("http://example.org/x"), "type": st.sampled_from(["Image", "Agent", "Canvas", "Text"])},
            optional=dict.fromkeys(("label", "service", "logo", "format", "width", "height", "items"), inner),
        ),
        st.dictionaries(st.sampled_from(["en", "none", "de"]), st.lists(TEXTS, max_size=3), min_size=1),
    ),
    max_leaves=12,
)
BODIES = st.one_of(ANYTHING, st.dictionaries(st.sampled_from(list(PROPERTIES)), ANYTHING))


@pytest.mark.timeout(900)
@hypothesis_settings(max_examples=examples(600), deadline=None, suppress_health_check=list(HealthCheck))
@given(BODIES)
def test_whatever_is_sent_is_refused_with_places_or_may_be_published(sent: Any) -> None:
    try:
        kept = description(sent, kind="Manifest")
    except SourceFault as fault:
        assert all(each.field.partition(".")[0] in PROPERTIES for each in fault.fields)
        return
    assert problems(kept) == []
    assert description(kept, kind="Manifest") == kept, "what was kept is understood as the same"
    assert "\0" not in str(kept)
    str(kept).encode()


@hypothesis_settings(max_examples=examples(400), deadline=None)
@given(st.lists(SCRAPS, max_size=8).map("".join))
def test_no_text_brings_more_than_may_stand_in_html(text: str) -> None:
    try:
        found = module.rich(f"<b>{text}</b>")["none"][0]
    except module.Faulty:
        return
    assert found == module.rich(found)["none"][0]
    assert not any(bad in found for bad in ("<script", "javascript:", "onerror", "\x01")) or found.endswith("> ")
