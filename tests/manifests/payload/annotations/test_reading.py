"""Annotations as they are sent, read: bodies, targets, motivations, and every fault at its place."""

from typing import Any
from uuid import UUID

import pytest

from gcis.core.errors import SourceFault
from manifests.payload.annotations.around import Around, Spot
from manifests.payload.annotations.pages import page_sent
from manifests.payload.annotations.reading import AnnotationSent, annotation, annotation_sent, annotations_sent, changes
from manifests.payload.properties.way import Way

KEY, OTHER, ANNOTATION = (UUID(int=number) for number in (1, 2, 3))
PAGE = Spot(f"gcis:canvas/{KEY}", 1000, 800, 60.0)
NEXT = Spot(f"gcis:canvas/{OTHER}")
WORK = Spot(f"gcis:manifest/{UUID(int=9)}")
NAMES = {
    **dict.fromkeys(("f1r", str(KEY), PAGE.reference, "https://kept.example.org/canvas/1", "key#1"), PAGE),
    "f1v": NEXT,
    **dict.fromkeys(("work", "https://images.example.org/work/manifest"), WORK),
}
POINT = {"type": "Point", "coordinates": [1.5, 2]}


def around(subject: Spot | None = PAGE) -> Around:
    return Around(NAMES.get, lambda name: ANNOTATION if name == str(ANNOTATION) else None, subject)


def text(value: Any = "A chaffinch", **more: Any) -> dict[str, Any]:
    return {"type": "TextualBody", "value": value, **more}


def read(**said: Any) -> AnnotationSent:
    return annotation_sent({"motivation": "commenting", **said}, around())


def faults(**said: Any) -> dict[str, str]:
    with pytest.raises(SourceFault) as fault:
        read(**said)
    return {each.field: each.code for each in fault.value.fields}


def specific(selector: Any, source: Any = "f1r", **more: Any) -> dict[str, Any]:
    return {"type": "SpecificResource", "source": source, "selector": selector, **more}


# --------------------------------------------------------------------------------------------------------------- bodies
@pytest.mark.parametrize(
    "body",
    [
        text(format="text/plain"),
        text(),
        text(language="de", purpose="tagging", format="text/plain"),
        text(
            "<p>A <b>finch</b> <a href='https://x.org/1'><img src='https://x.org/1.png' alt='x'></a></p>",
            format="text/html",
        ),
        text("See <i>this</i>.", format="text/html"),
        text("a < b & c", format="text/plain"),
        text("<script>x</script>", format="text/plain"),
        text("# A chaffinch", format="text/markdown"),
        [text(purpose="tagging"), {"id": "https://vocab.example.org/bird", "type": "Dataset", "format": "text/html"}],
        {"id": "https://example.org/1.vtt", "type": "Text", "format": "text/vtt", "label": {"en": ["Captions"]}},
        {"id": "https://example.org/1.png", "type": "Image", "width": 10, "height": 10},
        {"type": "Choice", "items": [text("Fink", language="de"), text("Finch", language="en")]},
        {"type": "SpecificResource", "source": {"id": "https://example.org/1", "type": "Text"}, "purpose": "linking"},
        specific({"type": "TextQuoteSelector", "exact": "x"}, "https://example.org/1"),
        {"id": "https://example.org/geo", "type": "Feature", "properties": {}, "geometry": POINT},
        {"type": "Feature", "properties": {"label": {"en": ["x"]}}, "geometry": POINT},
    ],
)
def test_a_body_is_kept_as_it_was_sent(body: Any) -> None:
    assert read(body=body).body == body


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p onclick='x()'>Hi</p>", "<span><p>Hi</p></span>"),
        ("<p>Hi</p><script>alert(1)</script>", "<span><p>Hi</p></span>"),
        ("Hi <img src=x onerror=alert(1)>", "<span>Hi <img></span>"),
        ("<a href='javascript:alert(1)'>x</a>", "<span><a>x</a></span>"),
        ("</span><iframe src='https://evil.example.org'></iframe>x", "<span><span></span>x</span>"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;<div>x</div>", None),
        ("<svg><style><img src=x onerror=alert(1)></style></svg>", None),
        ("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", None),
    ],
)
def test_html_is_cleaned(html: str, kept: str | None) -> None:
    found = read(body=text(html, format="text/html")).body["value"]
    if kept is not None:
        assert found == kept
    assert not any(each in found.lower() for each in ("<script", "onerror=", "onclick=", "javascript:", "<iframe"))
    assert read(body=text(found, format="text/html")).body["value"] == found


def test_what_only_looks_like_html_is_said_to_be_a_text() -> None:
    assert read(body=text("<img src=x onerror=alert(1)>")).body["format"] == "text/plain"


def test_a_body_value_is_a_text() -> None:
    assert read(bodyValue="A chaffinch").body == text(format="text/plain")


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ("https://example.org/1", "body", "body"),
        (text(12), "body.value", "text"),
        (text("  "), "body.value", "empty"),
        (text("x" * 100_001), "body.value", "text"),
        (text(language="<b>"), "body.language", "language"),
        (text(format="html"), "body.format", "format"),
        (text(colour="red"), "body.colour", "unknown"),
        ([text(), {"type": "Image"}], "body.1.id", "required"),
        ({"id": "javascript:alert(1)", "type": "Text"}, "body.id", "required"),
        ({"type": "Choice", "items": []}, "body", "required"),
        ({"type": "Choice", "items": [text(1)]}, "body.items.0.value", "text"),
        ({"type": "SpecificResource", "source": "data:text/html,x"}, "body.source", "address"),
        ({"type": "Feature", "properties": {}}, "body", "required"),
    ],
)
def test_a_body_that_cannot_be_used_is_named(body: Any, field: str, code: str) -> None:
    found = faults(body=body)
    assert found.get(field) == code or (field in found and code in found.values()), found


# -------------------------------------------------------------------------------------------------------------- targets
@pytest.mark.parametrize("name", ["f1r", str(KEY), PAGE.reference, "https://kept.example.org/canvas/1", "key#1"])
def test_a_page_is_known_by_all_its_names(name: str) -> None:
    assert read(target=name).target == PAGE.reference
    assert read(target=f"{name}#xywh=0,0,10,10").target == f"{PAGE.reference}#xywh=0,0,10,10"
    assert read(target={"id": name, "type": "Canvas"}).target == {"id": PAGE.reference, "type": "Canvas"}
    assert read(target=specific({"type": "PointSelector", "x": 1, "y": 2}, name)).target["source"] == PAGE.reference


def test_without_a_word_it_is_about_what_the_page_hangs_on() -> None:
    assert read().target == PAGE.reference
    assert read(target="#xywh=1,2,3,4").target == f"{PAGE.reference}#xywh=1,2,3,4"
    assert read(target={"selector": {"type": "PointSelector", "x": 1, "y": 1}}).target["source"] == PAGE.reference


@pytest.mark.parametrize(
    "fragment",
    [
        *("xywh=0,0,1000,800", "xywh=pixel:1,2,3,4", "xywh=percent:0,0,100,100", "xywh=1.5,2.5,3.5,4.5"),
        *("t=1", "t=1,2.5", "t=,5", "xywh=0,0,1,1&t=1,2", "t=npt:10,20"),
    ],
)
def test_regions_and_spans_within_the_page_are_kept(fragment: str) -> None:
    assert read(target=f"f1r#{fragment}").target == f"{PAGE.reference}#{fragment}"
    selector = {"type": "FragmentSelector", "conformsTo": "http://www.w3.org/TR/media-frags/", "value": fragment}
    assert read(target=specific(selector)).target["selector"] == selector


@pytest.mark.parametrize(
    ("fragment", "code"),
    [
        ("xywh=1,0,1000,800", "outside"),
        ("xywh=percent:50,0,51,10", "outside"),
        ("xywh=0,0,0,10", "region"),
        ("xywh=-1,0,10,10", "region"),
        ("xywh=0,0,10", "region"),
        ("xywh=0,0,1e9,10", "region"),
        ("xywh=" + "9" * 400 + ",0,1,1", "region"),
        ("t=61,70", "outside"),
        ("t=5,90", "outside"),
        ("t=5,5", "region"),
        ("t=", "region"),
        ("", "region"),
        ("<script>", "region"),
    ],
)
def test_regions_outside_of_the_page_are_not(fragment: str, code: str) -> None:
    assert faults(target=f"f1r#{fragment}") == {"target": code}
    found = faults(target=specific({"type": "FragmentSelector", "value": fragment or "x"}))
    assert found == {"target.selector.value": code}


@pytest.mark.parametrize(
    ("selector", "place", "code"),
    [
        ({"type": "PointSelector", "x": 1001, "y": 1}, "target.selector", "outside"),
        ({"type": "PointSelector", "x": 0, "y": 1}, "target.selector.x", "number"),
        ({"type": "PointSelector", "x": "1"}, "target.selector.x", "number"),
        ({"type": "SvgSelector", "value": "<svg/>"}, "target.selector.value", "svg"),
        ({"type": "SvgSelector"}, "target.selector.value", "required"),
        ({"type": "EvilSelector"}, "target.selector", "choice"),
        ({"type": "PointSelector", "x": 1, "colour": 1}, "target.selector.colour", "unknown"),
        ("javascript:alert(1)", "target.selector", "address"),
        ([{"type": "PointSelector", "x": 1, "y": 1}, 3], "target.selector.1", "choice"),
    ],
)
def test_a_selector_that_cannot_be_used_is_named(selector: Any, place: str, code: str) -> None:
    assert faults(target=specific(selector)) == {place: code}


def test_several_selectors_and_their_refinement() -> None:
    selector = [
        {"type": "FragmentSelector", "value": "xywh=0,0,10,10", "refinedBy": {"type": "PointSelector", "x": 1, "y": 1}},
        {"type": "TextQuoteSelector", "exact": "chaffinch"},
    ]
    assert read(target=specific(selector)).target["selector"] == selector


def test_what_a_page_is_part_of_becomes_a_reference() -> None:
    whole = {
        "id": "f1r",
        "type": "Canvas",
        "partOf": [{"id": "https://images.example.org/work/manifest", "type": "Manifest"}],
    }
    found = read(target=specific({"type": "PointSelector", "x": 1, "y": 1}, whole)).target["source"]
    assert found == {"id": PAGE.reference, "type": "Canvas", "partOf": [{"id": WORK.reference, "type": "Manifest"}]}


def test_several_targets_one_of_which_is_elsewhere() -> None:
    found = read(target=["f1r", "https://elsewhere.org/canvas/1"]).target
    assert found == [PAGE.reference, "https://elsewhere.org/canvas/1"]


@pytest.mark.parametrize("target", ["f1v", "https://elsewhere.org/canvas/1", ["f1v", "work"]])
def test_what_is_about_something_else_belongs_on_another_page(target: Any) -> None:
    assert faults(target=target) == {"target": "elsewhere"}


def test_on_the_work_as_a_whole_its_pages_may_be_annotated() -> None:
    assert annotation_sent({"motivation": "tagging", "target": "f1v"}, around(WORK)).target == NEXT.reference


@pytest.mark.parametrize(
    "target",
    ["f9", "f9#xywh=1,1,1,1", f"gcis:canvas/{UUID(int=7)}", "javascript:alert(1)", "", 12, {}, [3], "x" * 9000],
)
def test_what_nobody_knows_is_not_annotated(target: Any) -> None:
    assert faults(target=target)


# --------------------------------------------------------------------------------------------------------------- others
@pytest.mark.parametrize(
    "motivation", ["commenting", ["tagging"], ["tagging", "commenting"], "https://x.org/m", "ex:saying"]
)
def test_motivations_are_a_list(motivation: Any) -> None:
    assert read(motivation=motivation).motivation == ([motivation] if isinstance(motivation, str) else motivation)


@pytest.mark.parametrize(
    ("motivation", "code"),
    [("painting", "painting"), ("shouting", "motivation"), ([], "motivation"), (3, "motivation"), (None, "required")],
)
def test_a_motivation_that_cannot_be_used_is_named(motivation: Any, code: str) -> None:
    assert faults(motivation=motivation) == {"motivation": code}


def test_other_properties_are_kept_beside_it() -> None:
    more = {"label": {"en": ["Birds"]}, "creator": {"id": "https://orcid.org/0", "type": "Person"}, "ex:mood": "glad"}
    assert read(**more, textGranularity="line", created="2026-01-01T00:00:00Z").extra == {
        **more,
        "textGranularity": "line",
        "created": "2026-01-01T00:00:00Z",
    }
    assert faults(colour="red", textGranularity="letter") == {"colour": "unknown", "textGranularity": "choice"}


def test_an_annotation_is_named_by_its_key_or_keeps_its_address() -> None:
    assert read(id=str(ANNOTATION)).key == ANNOTATION
    assert read(id="https://dam.example.org/1").uri == "https://dam.example.org/1"
    assert faults(id="javascript:alert(1)") == {"id": "address"}


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(SourceFault) as fault:
        annotations_sent(
            [{"motivation": "x"}, {"motivation": "tagging"}, {"motivation": "tagging", "target": "f9"}, 3], around()
        )
    assert [each.field for each in fault.value.fields] == ["items.0.motivation", "items.2.target", "items.3"]


def test_a_lenient_reading_keeps_what_an_import_brings() -> None:
    way = Way(lenient=True)
    svg = {"type": "SvgSelector", "value": "<svg onload='x()'><path d='M1 2'/></svg>"}
    sent = {
        "motivation": "shouting",
        "body": text("<p>x<script>y</script></p>", format="text/html"),
        "target": specific(svg),
    }
    found = annotation(sent, way, around())
    assert found.motivation == ["shouting"]
    assert sorted(each.code for each in way.noted) == ["html", "svg"]
    beyond = annotation({"motivation": "tagging", "target": "f1r#xywh=1,1,5000,1"}, Way(lenient=True), around())
    assert beyond.target.endswith("5000,1")


def test_changes_are_only_what_is_named() -> None:
    assert changes({"body": text("x"), "label": None}, around()) == {"body": text("x"), "label": None}
    assert changes({"type": "Annotation"}, around()) == {}
    with pytest.raises(SourceFault) as fault:
        changes({"target": None, "id": "x", "body": 3}, around())
    assert {each.field: each.code for each in fault.value.fields} == {
        "target": "required",
        "id": "unknown",
        "body": "body",
    }


# ---------------------------------------------------------------------------------------------------------------- pages
def test_a_page_as_it_is_told_can_be_sent_back() -> None:
    sent = page_sent(
        {
            "@context": "x",
            "id": "y",
            "type": "AnnotationPage",
            "label": {"en": ["Birds"]},
            "canvas": "f1r",
            "items": [],
        },
        around(None),
    )
    assert (sent.subject, sent.description, sent.items) == (PAGE, {"label": {"en": ["Birds"]}}, [])


def test_what_is_in_a_page_is_about_what_it_hangs_on() -> None:
    sent = page_sent({"canvas": "f1r", "items": [{"motivation": "tagging"}]}, around(WORK))
    assert sent.items
    assert sent.items[0].target == PAGE.reference


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"canvas": "work"}, "canvas"),
        ({"canvas": "f1r", "range": "f1v"}, "range"),
        ({"range": "f1r"}, "range"),
        ({"type": "Annotation"}, "type"),
        ({"place": "foreign", "uri": "javascript:x"}, "uri"),
        ({"uri": "https://elsewhere.org/p"}, "uri"),
        ({"place": "foreign", "uri": "https://elsewhere.org/p", "items": [{"motivation": "tagging"}]}, "items"),
        ({"position": -1}, "position"),
        ({"position": True}, "position"),
        ({"label": 3}, "label"),
        ({"items": "all"}, "items"),
        ({"items": [{}] * 50_001}, "items"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_page_that_cannot_be_used_is_named(body: dict[str, Any], field: str) -> None:
    with pytest.raises(SourceFault) as fault:
        page_sent(body, around())
    assert field in {each.field for each in fault.value.fields}
