"""Links, licences, logos and services of 2.1 in 3.0."""

from typing import Any

import pytest

from tests.manifests.payload.upgrade.documents import HOME, IMAGE_2, LEVEL_2, faults, losses, manifest, service, tree

BY = "http://creativecommons.org/licenses/by/4.0/"


def private(document: dict[str, Any]) -> Any:
    return document.get("_presentation2")


def test_related_becomes_homepage_and_gets_the_label_that_3_0_demands() -> None:
    said = [{"@id": f"{HOME}/a.html", "label": "Page", "format": "text/html"}, f"{HOME}/b"]
    assert tree(manifest(related=said))["homepage"] == [
        {"id": f"{HOME}/a.html", "type": "Text", "label": {"none": ["Page"]}, "format": "text/html"},
        {"id": f"{HOME}/b", "type": "Text", "label": {"none": [f"{HOME}/b"]}, "_presentation2": {"label": None}},
    ]


def test_see_also_is_data() -> None:
    said = {"@id": f"{HOME}/a.xml", "format": "text/xml", "profile": "http://example.org/mods"}
    assert tree(manifest(seeAlso=said))["seeAlso"] == [
        {"id": f"{HOME}/a.xml", "type": "Dataset", "format": "text/xml", "profile": "http://example.org/mods"}
    ]


@pytest.mark.parametrize(
    ("media", "type_"),
    [
        ("application/pdf", "Text"),
        ("text/html", "Text"),
        ("image/tiff", "Image"),
        ("video/mp4", "Video"),
        ("audio/mpeg", "Sound"),
        ("application/zip", "Dataset"),
    ],
)
def test_a_rendering_has_the_type_that_its_format_speaks_of(media: str, type_: str) -> None:
    said = {"@id": f"{HOME}/x", "label": "Download", "format": media}
    assert [each["type"] for each in tree(manifest(rendering=said))["rendering"]] == [type_]


def test_within_becomes_part_of() -> None:
    said = [f"{HOME}/top", {"@id": f"{HOME}/m", "@type": "sc:Manifest", "label": "Series"}]
    assert tree(manifest(within=said))["partOf"] == [
        {"id": f"{HOME}/top", "type": "Collection"},
        {"id": f"{HOME}/m", "type": "Manifest", "label": {"none": ["Series"]}},
    ]


def test_links_without_an_http_address_stand_in_2_1_only() -> None:
    found = tree(manifest(within=["urn:isbn:1", f"{HOME}/top"], related={"label": "Nowhere"}, thumbnail="thumb.jpg"))
    assert found["partOf"] == [{"id": f"{HOME}/top", "type": "Collection"}]
    assert "homepage" not in found
    assert private(found) == {"within": ["urn:isbn:1"], "related": [{"label": "Nowhere"}], "thumbnail": ["thumb.jpg"]}


def test_a_thumbnail_with_its_service() -> None:
    said = {"@id": f"{HOME}/t.jpg", "@type": "dctypes:Image", "width": 90, "service": service()}
    assert tree(manifest(thumbnail=said))["thumbnail"] == [
        {
            "id": f"{HOME}/t.jpg",
            "type": "Image",
            "width": 90,
            "service": [{"@id": f"{HOME}/iiif/1", "@type": "ImageService2", "profile": LEVEL_2}],
        }
    ]


@pytest.mark.parametrize(
    ("attribution", "label"),
    [("Museum", {"none": ["Museum"]}), (None, {"en": ["Logo"]}), ("<p>Museum</p>", {"en": ["Logo"]})],
)
def test_a_logo_becomes_a_provider_with_the_best_name_there_is(attribution: str | None, label: Any) -> None:
    assert tree(manifest(logo=f"{HOME}/logo.png", attribution=attribution))["provider"] == [
        {
            "id": f"{HOME}/logo.png",
            "type": "Agent",
            "label": label,
            "logo": [{"id": f"{HOME}/logo.png", "type": "Image"}],
            "_presentation2": {"bareLogo": True},
        }
    ]


@pytest.mark.parametrize(
    ("said", "rights", "others"),
    [
        ("https://creativecommons.org/licenses/by/4.0/deed.de", BY, None),
        ({"@id": BY}, BY, None),
        (["http://example.org/terms", BY], BY, ["http://example.org/terms"]),
        ([BY, "http://rightsstatements.org/vocab/InC/1.0/"], BY, ["http://rightsstatements.org/vocab/InC/1.0/"]),
        ("http://example.org/terms", None, ["http://example.org/terms"]),
    ],
)
def test_the_first_licence_that_3_0_knows_is_the_rights(said: Any, rights: Any, others: Any) -> None:
    found = tree(manifest(license=said))
    assert (found.get("rights"), found.get("_license")) == (rights, others)


def test_a_licence_that_is_more_than_an_address_stands_in_2_1_only() -> None:
    said = [{"@id": BY, "label": "CC BY"}, "all rights reserved"]
    assert private(tree(manifest(license=said))) == {"license": said}


def test_nav_date_and_one_that_is_none() -> None:
    assert tree(manifest(navDate="1850-01-01T00:00:00Z"))["navDate"] == "1850-01-01T00:00:00Z"
    assert losses(manifest(navDate="1850")) == [
        "navDate: It is no date and time with time zone, so it is kept for 2.1 only."
    ]


def test_the_viewing_hint_becomes_behavior_and_what_is_none_stands_in_2_1_only() -> None:
    found = tree(manifest(viewingHint=["paged", "http://example.org/hint"], viewingDirection="right-to-left"))
    assert found["behavior"] == ["paged"]
    assert found["viewingDirection"] == "right-to-left"
    assert private(found) == {"viewingHint": ["http://example.org/hint"]}


def test_an_unknown_direction_is_refused() -> None:
    assert faults(manifest(viewingDirection="upside-down")) == {"viewingDirection": "choice"}


def test_properties_that_nobody_knows_are_kept() -> None:
    assert private(tree(manifest(**{"ex:shelf": {"row": 1}, "license": None}))) == {"ex:shelf": {"row": 1}}


# ------------------------------------------------------------------------------------------------------------- services


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"{HOME}/search", {"@id": f"{HOME}/search", "@type": "Service"}),
        (
            {"@context": IMAGE_2, "@id": f"{HOME}/i", "profile": [LEVEL_2, {"formats": ["tif"]}], "width": 10},
            {
                "@id": f"{HOME}/i",
                "@type": "ImageService2",
                "profile": LEVEL_2,
                "width": 10,
                "_presentation2": {"profile": [{"formats": ["tif"]}]},
            },
        ),
        (
            {
                "@context": "http://library.stanford.edu/iiif/image-api/1.1/context.json",
                "@id": f"{HOME}/i",
                "profile": "http://library.stanford.edu/iiif/image-api/1.1/compliance.html#level1",
            },
            {
                "@id": f"{HOME}/i",
                "@type": "ImageService1",
                "profile": "http://library.stanford.edu/iiif/image-api/1.1/compliance.html#level1",
            },
        ),
        (
            {
                "@context": "http://iiif.io/api/auth/1/context.json",
                "@id": f"{HOME}/login",
                "profile": "http://iiif.io/api/auth/1/login",
                "label": "Log in",
                "service": [{"@id": f"{HOME}/token", "profile": "http://iiif.io/api/auth/1/token"}],
            },
            {
                "@id": f"{HOME}/login",
                "@type": "AuthCookieService1",
                "profile": "http://iiif.io/api/auth/1/login",
                "label": "Log in",
                "service": [
                    {"@id": f"{HOME}/token", "@type": "AuthTokenService1", "profile": "http://iiif.io/api/auth/1/token"}
                ],
            },
        ),
        (
            {"@context": "http://example.org/own.json", "@id": f"{HOME}/own", "ex:more": 1},
            {"@id": f"{HOME}/own", "@type": "Service", "@context": "http://example.org/own.json", "ex:more": 1},
        ),
        (
            {"@id": f"{HOME}/own", "id": f"{HOME}/own", "format": "text/html"},
            {
                "@id": f"{HOME}/own",
                "@type": "Service",
                "_presentation2": {"id": f"{HOME}/own", "format": "text/html"},
            },
        ),
        (
            {"id": f"{HOME}/i", "type": "ImageService3", "profile": "level2"},
            {"id": f"{HOME}/i", "type": "ImageService3", "profile": "level2"},
        ),
    ],
)
def test_services(said: Any, kept: Any) -> None:
    assert tree(manifest(service=said))["service"] == [kept]


def test_a_service_without_an_address_stands_in_2_1_only() -> None:
    size = {"@context": "http://iiif.io/api/annex/services/physdim/1/context.json", "physicalScale": 0.1}
    found = tree(manifest(service=[size, service()]))
    assert [each["@id"] for each in found["service"]] == [f"{HOME}/iiif/1"]
    assert private(found) == {"service": [size]}
