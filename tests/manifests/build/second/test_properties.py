"""The properties that every resource may have, one by one."""

from typing import Any

import pytest

from manifests.build.second import project
from tests.manifests.build.second.trees import BASE, FORM, canvas, manifest, projected

GERMAN = {"@value": "Buch", "@language": "de"}


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ({"none": ["Book"]}, "Book"),
        ({"@none": ["Book"]}, "Book"),
        ({"de": ["Buch"]}, GERMAN),
        ({"none": ["A", "B"]}, ["A", "B"]),
        ({"de": ["Buch"], "none": ["Book"]}, [GERMAN, "Book"]),
        ({"de": ["", "Buch"]}, GERMAN),
        ({"none": ["<untitled>"]}, "<untitled> "),
        ({"en": ["<untitled>"]}, {"@value": "<untitled> ", "@language": "en"}),
    ],
)
def test_label(label: Any, said: Any) -> None:
    assert projected(label=label)["label"] == said


def test_a_label_must_be_there() -> None:
    assert projected(label={})["label"] == FORM.document_id
    pages = project(manifest(canvas(1, label={}), canvas(2, label={"none": [""]})), FORM)["sequences"][0]["canvases"]
    assert [page["label"] for page in pages] == ["1", "2"]


def test_summary_is_a_description() -> None:
    assert projected(summary={"en": ["<p>Two <b>parts</b></p>"]})["description"] == {
        "@value": "<p>Two <b>parts</b></p>",
        "@language": "en",
    }


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ('<p><a href="https://x/?a=1&amp;b=2">x</a><br/></p>', '<p><a href="https://x/?a=1&amp;b=2">x</a><br/></p>'),
        ("<p><img src='https://x/a.png' alt='A'></p>", "<p><img src='https://x/a.png' alt='A'></p>"),
        ('<p><a href="https://x/" title="X">x</a><br></p>', '<p><a href="https://x/">x</a><br/></p>'),
        ('<p lang="en">x<img src="https://x/a.png" title="A"></p>', '<p>x<img src="https://x/a.png"/></p>'),
        ('<p title="x">a</p> b <i>c</i>', "<p>a</p> b <i>c</i>"),
        ("<font color='red'>red</font>", "<span>red</span>"),
        ("a < b > c ", "a < b > c "),
    ],
)
def test_html_has_the_attributes_of_2_1(html: str, said: str) -> None:
    assert projected(summary={"none": [html]})["description"] == said


def test_metadata() -> None:
    pairs = [
        {"label": {"en": ["Author"]}, "value": {"none": ["Anna", "Béla"]}},
        {"label": {"none": ["Empty"]}, "value": {"none": [""]}},
    ]
    author = {"@value": "Author", "@language": "en"}
    assert projected(metadata=pairs)["metadata"] == [{"label": author, "value": ["Anna", "Béla"]}]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ({"label": {"en": ["Attribution"]}, "value": {"none": ["Library"]}}, "Library"),
        ({"label": {"de": ["Namensnennung:"]}, "value": {"none": ["Library"]}}, "Library"),
        ({"label": {"none": ["Courtesy of"]}, "value": {"none": ["Library"]}}, "Courtesy of: Library"),
        ({"label": {"none": ["By & for:"]}, "value": {"none": ["<b>L</b>"]}}, "<span>By &amp; for: <b>L</b></span>"),
        ({"label": {"en": ["From", "Of"]}, "value": {"de": ["L"]}}, {"@value": "From: L", "@language": "de"}),
        (
            {"label": {"en": ["From"], "de": ["Von"]}, "value": {"de": ["B"], "en": ["L"], "fr": ["F"]}},
            [
                {"@value": "Von: B", "@language": "de"},
                {"@value": "From: L", "@language": "en"},
                {"@value": "From: F", "@language": "fr"},
            ],
        ),
        ({"value": {"none": ["Library"]}}, "Library"),
    ],
)
def test_required_statement_is_the_attribution(statement: Any, said: Any) -> None:
    assert projected(requiredStatement=statement)["attribution"] == said


def provider(label: str, **more: Any) -> dict[str, Any]:
    return {"id": f"{BASE}/", "type": "Agent", "label": {"none": [label]}, **more}


def test_providers_are_named_in_the_attribution() -> None:
    statement = {"label": {"none": ["Attribution"]}, "value": {"none": ["Provided by the Library."]}}
    assert projected(provider=[provider("Library"), provider("Museum")])["attribution"] == ["Library", "Museum"]
    both = projected(provider=[provider("the library"), provider("Museum")], requiredStatement=statement)
    assert both["attribution"] == ["Provided by the Library.", "Museum"]


def test_logos_of_providers() -> None:
    logo = {"id": "https://x/logo.png", "type": "Image", "format": "image/png"}
    film = {"id": "https://x/logo.mp4", "type": "Video"}
    assert projected(provider=[provider("Library", logo=[logo, film])])["logo"] == {
        "@id": "https://x/logo.png",
        "@type": "dctypes:Image",
        "format": "image/png",
    }


def test_rights_and_other_licences() -> None:
    free = "http://creativecommons.org/licenses/by/4.0/"
    assert projected(rights=free)["license"] == free
    assert projected(rights=free, _license=["https://x/terms", free])["license"] == [free, "https://x/terms"]
    linked = {"label": {"en": ["Rights"]}, "value": {"none": ['<a href="https://x/terms">https://x/terms</a>']}}
    found = projected(requiredStatement=linked, _license=["https://x/terms"], _attribution={})
    assert found["license"] == "https://x/terms"
    assert "attribution" not in found


def test_links() -> None:
    page = {"id": "https://x/book", "type": "Text", "label": {"none": ["Book"]}, "format": "text/html"}
    data = {"id": "https://x/book.xml", "type": "Dataset", "format": "text/xml", "profile": "http://www.loc.gov/mods/"}
    found = projected(homepage=[page], seeAlso=[data, {"id": "https://x/book.json", "type": "Dataset"}])
    assert found["related"] == {"@id": "https://x/book", "label": "Book", "format": "text/html"}
    described = {"@id": "https://x/book.xml", "format": "text/xml", "profile": "http://www.loc.gov/mods/"}
    assert found["seeAlso"] == [described, "https://x/book.json"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"format": "application/epub+zip", "label": {"none": ["EPUB"]}}, ("application/epub+zip", "EPUB")),
        ({}, ("application/pdf", "book.pdf")),
        ({"id": "https://x/view/", "type": "Text"}, ("text/html", "https://x/view/")),
        ({"id": "https://x/data", "type": "Dataset"}, ("application/octet-stream", "data")),
    ],
)
def test_a_rendering_has_a_label_and_a_format(given: Any, said: tuple[str, str]) -> None:
    found = projected(rendering=[{"id": "https://x/book.pdf", "type": "Text", **given}])["rendering"]
    assert (found["format"], found["label"]) == said


def test_part_of_ours_keeps_the_form() -> None:
    ours = {"id": f"{BASE}/presentation/3/library/collection", "type": "Collection"}
    theirs = {"id": "https://other.example.org/presentation/3/all", "type": "Collection", "label": {"none": ["All"]}}
    assert projected(partOf=[ours])["within"] == f"{BASE}/presentation/2/library/collection"
    assert projected(partOf=[ours, theirs])["within"][1] == {
        "@id": theirs["id"],
        "@type": "sc:Collection",
        "label": "All",
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"behavior": ["paged"]}, {"viewingHint": "paged"}),
        ({"behavior": ["auto-advance", "individuals"]}, {"viewingHint": "individuals"}),
        ({"behavior": ["unordered"]}, {}),
        ({"behavior": ["multi-part"]}, {}),
        ({"behavior": ["https://x/hint"]}, {"viewingHint": "https://x/hint"}),
        ({"behavior": ["https://x/hint", "paged"]}, {"viewingHint": "paged"}),
        ({"behavior": ["continuous"]}, {"viewingHint": "continuous", "viewingDirection": "left-to-right"}),
        (
            {"behavior": ["continuous"], "viewingDirection": "top-to-bottom"},
            {"viewingHint": "continuous", "viewingDirection": "top-to-bottom"},
        ),
        ({"viewingDirection": "right-to-left"}, {"viewingDirection": "right-to-left"}),
    ],
)
def test_viewing(given: Any, said: Any) -> None:
    found = projected(**given)
    assert {key: found[key] for key in ("viewingHint", "viewingDirection") if key in found} == said


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("1850-01-01T00:00:00Z", "1850-01-01T00:00:00Z"),
        ("1850-01-01T00:30:00+01:00", "1849-12-31T23:30:00Z"),
        ("1850-01-01T00:00:00.5Z", "1850-01-01T00:00:00Z"),
        ("0001-01-01T00:00:00+01:00", None),
        ("-0044-03-15T00:00:00Z", None),
        ("1850-13-01T00:00:00Z", None),
    ],
)
def test_nav_date_is_in_utc(date: str, said: str | None) -> None:
    assert projected(navDate=date).get("navDate") == said


def test_canvases_have_no_dates_but_hints() -> None:
    page = canvas(1, navDate="1850-01-01T00:00:00Z", behavior=["facing-pages"], summary={"none": ["Stained."]})
    found = project(manifest(page), FORM)["sequences"][0]["canvases"][0]
    assert found["viewingHint"] == "facing-pages"
    assert found["description"] == "Stained."
    assert "navDate" not in found


def test_annotations_are_referred_to() -> None:
    own = {"id": f"{BASE}/presentation/3/annotations/1", "type": "AnnotationPage", "items": [{"type": "Annotation"}]}
    layer = {"id": f"{BASE}/presentation/3/layers/1", "type": "AnnotationCollection", "label": {"none": ["Text"]}}
    theirs = {"id": "https://other.example.org/list", "type": "AnnotationPage", "partOf": [layer]}
    page = project(manifest(canvas(1, annotations=[own, theirs])), FORM)["sequences"][0]["canvases"][0]
    assert page["otherContent"] == [
        {"@id": f"{BASE}/presentation/2/annotations/1", "@type": "sc:AnnotationList"},
        {
            "@id": "https://other.example.org/list",
            "@type": "sc:AnnotationList",
            "within": {"@id": f"{BASE}/presentation/2/layers/1", "@type": "sc:Layer", "label": "Text"},
        },
    ]
