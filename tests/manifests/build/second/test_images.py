"""Pictures and services, ours and those of others."""

from typing import Any

import pytest

from tests.manifests.build.second.trees import BASE, IMAGE_2, images, own_image, own_image_2, projected


def test_a_picture_of_ours_is_served_by_image_api_2() -> None:
    found = images(own_image(1))
    canvas = f"{BASE}/presentation/canvas/1"
    assert found == [
        {
            "@id": f"{canvas}/annotation/1",
            "@type": "oa:Annotation",
            "motivation": "sc:painting",
            "resource": own_image_2(1),
            "on": canvas,
        }
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (f"{BASE}/iiif/3/x/full/max/0/default.jpg", f"{BASE}/iiif/2/x/full/full/0/default.jpg"),
        (f"{BASE}/iiif/3/x/full/^max/0/default.jpg", f"{BASE}/iiif/2/x/full/full/0/default.jpg"),
        (f"{BASE}/iiif/3/x/full/200,300/0/default.jpg", f"{BASE}/iiif/2/x/full/200,300/0/default.jpg"),
        (f"{BASE}/iiif/3/x/0,0,9,9/^90,/!90/gray.png", f"{BASE}/iiif/2/x/0,0,9,9/90,/!90/gray.png"),
        (f"{BASE}/iiif/3/max%2Fmax/full/max/0/default.jpg", f"{BASE}/iiif/2/max%2Fmax/full/full/0/default.jpg"),
        ("https://x/iiif/3/x/full/max/0/default.jpg", "https://x/iiif/3/x/full/max/0/default.jpg"),
    ],
)
def test_requests(given: str, said: str) -> None:
    assert projected(thumbnail=[{"id": given, "type": "Image"}])["thumbnail"]["@id"] == said


def test_thumbnails_keep_what_saves_an_info_json() -> None:
    service = {
        **own_image(1)["service"][0],
        "width": 2000,
        "height": 3000,
        "sizes": [{"width": 500, "height": 750}],
        "extraFormats": ["webp"],
    }
    small = own_image(1, id=f"{BASE}/iiif/3/page1/full/200,300/0/default.jpg", width=200, height=300, service=[service])
    found = projected(thumbnail=[small])["thumbnail"]
    assert found["@id"] == f"{BASE}/iiif/2/page1/full/200,300/0/default.jpg"
    assert found["service"] == {
        "@context": IMAGE_2,
        "@id": f"{BASE}/iiif/2/page1",
        "profile": "http://iiif.io/api/image/2/level2.json",
        "width": 2000,
        "height": 3000,
        "sizes": [{"width": 500, "height": 750}],
    }


def test_several_thumbnails_are_a_list_of_images_only() -> None:
    found = projected(thumbnail=[own_image(1), own_image(2), {"id": "https://x/a.mp4", "type": "Video"}])["thumbnail"]
    assert found == [own_image_2(1), own_image_2(2)]


SEARCH = "http://iiif.io/api/search/1/"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"id": "https://x/i", "type": "ImageService3", "profile": "level1", "extraFormats": ["webp"]},
            {
                "@context": "http://iiif.io/api/image/3/context.json",
                "@id": "https://x/i",
                "@type": "ImageService3",
                "profile": "http://iiif.io/api/image/3/level1.json",
                "extraFormats": ["webp"],
            },
        ),
        (
            {"@id": "https://x/i", "@type": "ImageService2", "profile": "http://iiif.io/api/image/2/level1.json"},
            {"@context": IMAGE_2, "@id": "https://x/i", "profile": "http://iiif.io/api/image/2/level1.json"},
        ),
        (
            {"id": "https://x/i", "type": "ImageService2", "profile": "level2"},
            {"@context": IMAGE_2, "@id": "https://x/i", "profile": "http://iiif.io/api/image/2/level2.json"},
        ),
        (
            {"@id": "https://x/i", "@type": "ImageService1", "profile": "level0"},
            {
                "@context": "http://library.stanford.edu/iiif/image-api/1.1/context.json",
                "@id": "https://x/i",
                "profile": "http://library.stanford.edu/iiif/image-api/1.1/compliance.html#level0",
            },
        ),
        (
            {
                "@id": "https://x/s",
                "@type": "SearchService1",
                "service": [{"@id": "https://x/a", "@type": "AutoCompleteService1", "label": {"en": ["Words"]}}],
            },
            {
                "@context": f"{SEARCH}context.json",
                "@id": "https://x/s",
                "profile": f"{SEARCH}search",
                "service": {
                    "@context": f"{SEARCH}context.json",
                    "@id": "https://x/a",
                    "profile": f"{SEARCH}autocomplete",
                    "label": {"@value": "Words", "@language": "en"},
                },
            },
        ),
        (
            {"@id": "https://x/in", "@type": "AuthCookieService1", "profile": "http://iiif.io/api/auth/1/login"},
            {
                "@context": "http://iiif.io/api/auth/1/context.json",
                "@id": "https://x/in",
                "profile": "http://iiif.io/api/auth/1/login",
            },
        ),
        (
            {"@context": "https://x/ns", "@id": "https://x/p", "@type": "Ruler", "profile": "https://x/ruler", "cm": 2},
            {"@context": "https://x/ns", "@id": "https://x/p", "@type": "Ruler", "profile": "https://x/ruler", "cm": 2},
        ),
        ({"id": "https://x/p", "type": "Own", "profile": "https://x/own", "cm": 2}, None),
        ({"@id": "https://x/p", "@type": "Service"}, "https://x/p"),
    ],
)
def test_services(given: Any, said: Any) -> None:
    """One without a context may say no more than its profile (2.1 §4.5)."""
    assert projected(service=[given])["service"] == (said or {"@id": "https://x/p", "profile": "https://x/own"})


@pytest.mark.parametrize("kind", ["SearchService2", "AuthProbeService2", "AuthAccessTokenService2"])
def test_newer_services_are_left_out(kind: str) -> None:
    assert "service" not in projected(service=[{"id": "https://x/s", "type": kind}])


def test_our_image_in_both_versions_is_one_service() -> None:
    first = {"id": f"{BASE}/iiif/3/page1", "type": "ImageService3", "profile": "level2"}
    second = {"@id": f"{BASE}/iiif/2/page1", "@type": "ImageService2", "profile": "level2"}
    assert images(own_image(1, service=[first, second]))[0]["resource"] == own_image_2(1)
