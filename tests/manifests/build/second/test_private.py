"""What only 2.1 can say is laid over the projection (`_presentation2`)."""

from typing import Any

import pytest

from manifests.build.second import project, project_annotation_page
from tests.manifests.build.second.trees import BASE, FORM, canvas, canvas_uri, manifest, projected, range_

CONTEXT = "http://iiif.io/api/presentation/2/context.json"


@pytest.mark.parametrize(
    ("only", "said"),
    [
        ({"viewingHint": "top"}, {"viewingHint": "top"}),
        ({"viewingHint": ["https://x/hint"]}, {"viewingHint": ["paged", "https://x/hint"]}),
        ({"related": [{"@id": "urn:x"}]}, {"related": [{"@id": "urn:x"}]}),
        ({"viewingHint": None}, {"viewingHint": None}),
        (
            {"@context": ["https://x/ns"]},
            {"@context": [CONTEXT, "https://x/ns"]},
        ),
        ({"@context": [{"own": "https://x/ns"}]}, {"@context": [CONTEXT, {"own": "https://x/ns"}]}),
        ({"https://x/own": {"a": 1}}, {"https://x/own": {"a": 1}}),
    ],
)
def test_lists_add_and_null_takes_away(only: Any, said: Any) -> None:
    found = projected(behavior=["paged"], _presentation2=only)
    assert {key: found.get(key) for key in said} == said


def test_what_a_document_holds_is_not_changed() -> None:
    plain = projected()
    for key in ("sequences", "structures", "members"):
        assert projected(_presentation2={key: None}) == plain
    assert project(manifest(canvas(1, _presentation2={"images": None})), FORM) == project(manifest(canvas(1)), FORM)


def test_a_label_stays() -> None:
    assert projected(_presentation2={"label": None})["label"] == FORM.document_id


def test_the_first_sequence_has_words_of_its_own() -> None:
    only = {"sequence": {"@id": f"{BASE}/s", "label": "Current", "viewingHint": "paged", "startCanvas": canvas_uri(9)}}
    found = projected(behavior=["individuals"], viewingDirection="right-to-left", _presentation2=only)
    (first,) = found["sequences"]
    assert (first["@id"], first["label"], first["viewingHint"]) == (f"{BASE}/s", "Current", "individuals")
    assert "startCanvas" not in first
    assert "viewingHint" not in found
    assert found["viewingDirection"] == "right-to-left"


def test_sequences_that_3_0_does_not_know() -> None:
    other = {"@id": f"{BASE}/s/2", "@type": "sc:Sequence", "label": "Reading", "viewingHint": "paged"}
    first, second = projected(_presentation2={"sequences": [other]})["sequences"]
    assert first["label"] == "Default"
    assert second == {"@id": f"{BASE}/s/2", "@type": "sc:Sequence", "label": "Reading"}


def test_languages() -> None:
    found = projected(
        label={"es": ["Libro"], "en": ["Book"]},
        metadata=[{"label": {"es": ["Autor"]}, "value": {"none": ["Ana"]}}],
        _presentation2={"languages": {"es": "es-419"}},
    )
    assert found["label"][0] == {"@value": "Libro", "@language": "es-419"}
    assert found["label"][1]["@language"] == "en"
    assert found["metadata"] == [{"label": {"@value": "Autor", "@language": "es-419"}, "value": "Ana"}]


def test_a_logo_without_a_name() -> None:
    logo = {"id": "https://x/logo.png", "type": "Image"}
    agent = {"id": "https://x/logo.png", "type": "Agent", "label": {"en": ["Logo"]}, "logo": [logo]}
    found = projected(provider=[{**agent, "_presentation2": {"bareLogo": True}}])
    assert found["logo"]["@id"] == "https://x/logo.png"
    assert "attribution" not in found


def test_links_without_the_label_that_3_0_demands() -> None:
    page = {"id": "https://x/", "type": "Text", "label": {"none": ["x"]}, "_presentation2": {"label": None}}
    assert projected(homepage=[page])["related"] == "https://x/"


def test_tops_that_were_none() -> None:
    found = projected(structures=[range_("a", range_("b", 1), _presentation2={"viewingHint": None})])["structures"]
    assert all("viewingHint" not in each for each in found)


def test_nothing_as_a_choice() -> None:
    picture = {"id": "https://x/a.jpg", "type": "Image"}
    choice = {"type": "Choice", "items": [picture], "_presentation2": {"default": "rdf:nil"}}
    (image,) = project(manifest(canvas(1, choice)), FORM)["sequences"][0]["canvases"][0]["images"]
    assert image["resource"] == {
        "@type": "oa:Choice",
        "item": [{"@id": "https://x/a.jpg", "@type": "dctypes:Image"}],
        "default": "rdf:nil",
    }


def test_annotations_as_they_were() -> None:
    annotation = {
        "id": f"{BASE}/a",
        "type": "Annotation",
        "motivation": ["supplementing", "commenting"],
        "body": {"type": "TextualBody", "value": "x", "_presentation2": {"@type": ["oa:Tag", "cnt:ContentAsText"]}},
        "target": canvas_uri(1),
        "created": "2020-01-01T00:00:00Z",
        "_presentation2": {"motivation": "sc:painting", "annotatedBy": {"name": "Anna"}},
    }
    page = {"id": f"{BASE}/p", "type": "AnnotationPage", "items": [annotation]}
    (found,) = project_annotation_page(page, FORM)["resources"]
    assert found["motivation"] == "sc:painting"
    assert found["resource"]["@type"] == ["oa:Tag", "cnt:ContentAsText"]
    assert (found["annotatedAt"], found["annotatedBy"]) == ("2020-01-01T00:00:00Z", {"name": "Anna"})
