"""The public pages as pages: what is in them, what cannot be smuggled into them, and their headers."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.http import urlencode
from pytest_django import Settings

from gcis.viewer_packages import CLOVER, MIRADOR, UNIVERSAL_VIEWER, Viewer
from images.models import AccessMaster, Image
from manifests.models import Canvas, Collection, Manifest
from manifests.showing import content_state
from manifests.showing.content_state import Spot
from manifests.showing.described import described, rights_name
from manifests.showing.pictures import LEAVES
from redirects import services as names
from redirects.models import Identifier
from tests.images.test_views import convert
from tests.manifests.page import Page, get
from tests.manifests.published import change, collection, manifest, picture, publish

BASE = "https://images.example.org"
CC_BY = "http://creativecommons.org/licenses/by/4.0/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def viewers_dir(settings: Settings, tmp_path: Path) -> Path:
    """No viewer's files are here, and the service is known by a name of its own."""
    settings.GCIS_PUBLIC_URL = BASE
    settings.GCIS_VIEWERS_DIR = tmp_path / "viewers"
    return tmp_path / "viewers"


MIRADOR_FILE = f"{MIRADOR.folder}/mirador.min.js"


def put_there(viewers_dir: Path, viewer: Viewer) -> None:
    for _, name in viewer.members:
        path = viewers_dir / viewer.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("// a viewer")


@pytest.fixture
def mirador(viewers_dir: Path) -> None:
    put_there(viewers_dir, MIRADOR)


def place(page: Page) -> dict[str, str]:
    """The attributes of the place that the viewer fills."""
    return next(each.attributes for each in page.all("div") if each.attributes.get("id") == "viewer")


def meta(page: Page) -> dict[str, str]:
    """The terms and their explanations in the description of a thing."""
    terms = [each.text for each in page.all("dt")]
    return dict(zip(terms, [each.text for each in page.all("dd")], strict=True))


# ------------------------------------------------------------------------------------------------- the page of a thing
def test_the_page_of_a_manifest_runs_mirador_on_its_document(mirador: None) -> None:
    manifest("Coast", pages=["1", "2"], identifier="ark:/1/x")
    page = get("/view/ark:/1/x")
    assert place(page)["data-manifest"] == f"{BASE}/presentation/3/ark:%2F1%2Fx/manifest"
    assert (place(page)["data-viewer"], place(page)["data-pages"]) == ("mirador", "2")
    assert f"/viewers/{MIRADOR_FILE}" in [each["src"] for each in page.all("script")]
    documents = {"IIIF 3.0": "3/ark:%2F1%2Fx", "IIIF 2.1": "2/ark:%2F1%2Fx", "Any version": "ark:%2F1%2Fx"}
    assert (
        documents.items()
        <= {
            text: href.removeprefix(f"{BASE}/presentation/").removesuffix("/manifest")
            for text, href in page.links.items()
        }.items()
    )


@pytest.mark.parametrize(("version", "opened"), [("2/", "2/"), ("3/", "3/"), ("", ""), ("4/", "3/")])
def test_a_link_with_one_of_its_documents_opens_that(mirador: None, version: str, opened: str) -> None:
    manifest("Coast", identifier="w")
    asked = urlencode({"manifest": f"{BASE}/presentation/{version}w/manifest"})
    assert place(get(f"/view/w?{asked}"))["data-manifest"] == f"{BASE}/presentation/{opened}w/manifest"


# ------------------------------------------------------------------------------------------------------------- viewers
def offered(page: Page) -> list[str]:
    return [each.text for each in page.all("a") if "viewers" in each.within and "viewer=" in each["href"]]


def test_the_viewers_that_are_here_can_be_chosen(viewers_dir: Path, settings: Settings) -> None:
    manifest("Coast", identifier="w")
    put_there(viewers_dir, CLOVER)
    assert place(get("/view/w"))["data-viewer"] == "clover", "the one that there is"
    put_there(viewers_dir, UNIVERSAL_VIEWER)
    put_there(viewers_dir, MIRADOR)
    assert offered(get("/view/w")) == ["Mirador", "Universal Viewer", "Clover"]
    for name, script in (("mirador", "mirador.min.js"), ("uv", "UV.js"), ("clover", "clover.js")):
        page = get(f"/view/w?viewer={name}")
        assert place(page)["data-viewer"] == name
        sources = [each["src"] for each in page.all("script")]
        assert [each.rsplit("/", 1)[1] for each in sources if each.startswith("/viewers/")] == [script]
        assert f"/static/js/view-{name}.js" in sources
    for name in ("x", "../uv", "", "Mirador"):
        assert place(get("/view/w?" + urlencode({"viewer": name})))["data-viewer"] == "mirador"
    settings.GCIS_VIEWER = "uv"
    assert place(get("/view/w"))["data-viewer"] == "uv"
    (viewers_dir / UNIVERSAL_VIEWER.folder / "UV.js").unlink()
    assert place(get("/view/w"))["data-viewer"] == "mirador", "what is not here is not offered"


def test_without_the_viewer_the_pictures_are_on_the_page_in_their_order(tmp_path: Path) -> None:
    images = [picture(width, 800) for width in (400, 1000, 3000)]
    record = manifest("Coast", pages=["a", "b", "c"], pictures=images, identifier="w")
    change(images[1], withdrawn="2026-01-01T00:00Z")
    convert(Image.objects.get(pk=images[2].pk), tmp_path)  # 1001 x 701 pixels, really
    Canvas.objects.filter(manifest=record, position=0).update(position=7)
    publish(record)

    page = get("/view/w")
    shown = [(each["src"], each["width"], each["height"]) for each in page.all("img") if "plain" in each.within]
    assert shown == [
        (f"{BASE}/iiif/3/{images[2].pk}/full/1000,700/0/default.jpg", "1000", "700"),
        (f"{BASE}/iiif/3/{images[0].pk}/full/max/0/default.jpg", "400", "800"),
    ]
    assert [each["alt"] for each in page.all("img") if "plain" in each.within] == [
        "Coast, picture 1",
        "Coast, picture 2",
    ]
    assert "The viewer’s files are not here yet" in page.text
    assert not [each for each in page.all("script") if each["src"].startswith("/viewers/")]
    assert Client().get(urlsplit(shown[0][0]).path).status_code == 200


def test_thumbnails_are_pictures_of_the_size_they_are_said_to_have(tmp_path: Path) -> None:
    image = picture()
    convert(Image.objects.get(pk=image.pk), tmp_path)
    manifest("Coast", pictures=[image])
    thumbnail = get("/").all("img")[0]
    assert (thumbnail["width"], thumbnail["height"]) == ("480", "336")
    response = Client().get(urlsplit(thumbnail["src"]).path)
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")


def canvases(record: Manifest) -> list[str]:
    rows = Canvas.objects.filter(manifest=record).order_by("position")
    return [f"{BASE}/presentation/canvas/{row.pk}" for row in rows]


@pytest.mark.parametrize(
    "foreign",
    [
        "https://evil.example/presentation/canvas/1",
        f"{BASE}/presentation/canvas/1",
        "javascript:alert(1)",
        '"><script>',
    ],
)
def test_only_a_canvas_of_it_is_opened(mirador: None, foreign: str) -> None:
    record = manifest("Coast", pages=["1", "2"], identifier="w")
    for asked, opened in ((canvases(record)[1], canvases(record)[1]), (foreign, ""), ("", "")):
        page = get("/view/w?" + urlencode({"canvas": asked}))
        assert place(page)["data-canvas"] == opened


def test_a_content_state_opens_the_part_that_it_means_and_the_share_link_has_it_again(mirador: None) -> None:
    record = manifest("Coast", pages=["1", "2"], identifier="w")
    uri = canvases(record)[1]
    document = f"{BASE}/presentation/3/w/manifest"
    whole = {"id": uri, "type": "Canvas", "partOf": [{"id": document, "type": "Manifest"}]}
    selector = {"type": "FragmentSelector", "value": "xywh=10,20,300,400"}
    states: list[Any] = [
        {**whole, "id": f"{uri}#xywh=10,20,300,400"},
        {"type": "SpecificResource", "source": whole, "selector": selector},
        {"type": "Annotation", "motivation": "contentState", "target": {**whole, "id": f"{uri}#xywh=10,20,300,400"}},
        content_state.state("https://elsewhere.example/", document, Spot(uri, "10,20,300,400")),
    ]
    for state in states:
        page = get("/view/w?" + urlencode({"iiif-content": content_state.encoded(state)}))
        assert (place(page)["data-canvas"], place(page)["data-region"]) == (uri, "10,20,300,400"), state
    shared = next(each["data-copy"] for each in page.all("button") if "data-share" in each.attributes)
    assert shared.startswith(f"{BASE}/view/w?iiif-content=")
    again = get(shared.removeprefix(BASE))
    assert (place(again)["data-canvas"], place(again)["data-region"]) == (uri, "10,20,300,400")
    assert [
        each["href"] for each in again.all("a") if each.attributes.get("aria-current") and "canvas=" in each["href"]
    ]


@pytest.mark.parametrize(
    "text", ["", "%", "====", "e30", "bnVsbA", "W10", "ey", "\ud83d\ude00", "a" * 9000, "JTdC" * 900, "W1tbW1tbW1tb"]
)
def test_a_content_state_that_means_nothing_is_none(text: str) -> None:
    assert content_state.read(text) == Spot()


def test_a_content_state_is_what_the_specification_shows() -> None:
    assert content_state.encoded({"a": "ü"}) == "JTdCJTIyYSUyMiUzQSUyMiVDMyVCQyUyMiU3RA"
    assert content_state.read("https://example.org/canvas#xywh=pixel:1,2,3,4") == Spot(
        "https://example.org/canvas", "1,2,3,4"
    )


def test_every_page_is_shown_small_and_leads_to_itself() -> None:
    record = manifest("Book", pages=[str(number) for number in range(LEAVES + 2)], pictures=[picture()] * (LEAVES + 2))
    name = str(names.current([record.pk])[record.pk])
    uris = canvases(record)
    leaves = [each["href"] for each in get(f"/view/{name}").all("a") if "leaves" in each.within]
    assert leaves == ["?" + urlencode({"canvas": uri}) for uri in uris[:LEAVES]]
    second = get(f"/view/{name}?page=2")
    assert [each["href"] for each in second.all("a") if "leaves" in each.within] == [
        "?" + urlencode({"canvas": uri}) for uri in uris[LEAVES:]
    ]
    page = get(f"/view/{name}" + leaves[0].replace(leaves[0], "?" + urlencode({"canvas": uris[-1]})))
    current = [each["href"] for each in page.all("a") if "leaves" in each.within and "aria-current" in each.attributes]
    assert current == ["?" + urlencode({"canvas": uris[-1]})], "the page of thumbnails that has it"
    assert all(each["loading"] == "lazy" for each in page.all("img") if "leaves" in each.within)


def test_what_is_said_about_a_thing_is_on_its_page() -> None:
    described: dict[str, Any] = {
        "summary": {"none": ["Seen from the harbour"]},
        "metadata": [{"label": {"none": ["Technique"]}, "value": {"none": ["Oil", "Canvas"]}}],
        "requiredStatement": {"label": {"en": ["Attribution"]}, "value": {"none": ["The Museum"]}},
        "rights": CC_BY,
    }
    manifest("Coast", identifier="w", **described)
    collection("All", identifier="c", **described)
    for page in (get("/view/w"), get("/view/c")):
        assert "Seen from the harbour" in page.text
        assert meta(page) == {"Technique": "Oil · Canvas", "Attribution": "The Museum", "Rights": "CC BY 4.0"}
        assert page.links["CC BY 4.0"] == CC_BY
    assert get("/view/c").links["IIIF 2.1"] == f"{BASE}/presentation/2/c/collection"


ELSEWHERE = "https://museum.example.org"


def test_who_has_it_and_what_else_there_is_of_it_is_on_its_page() -> None:
    def link(name: str, label: str, kind: str = "Text", format_: str = "text/html") -> dict[str, Any]:
        return {"id": f"{ELSEWHERE}/{name}", "type": kind, "label": {"en": [label]}, "format": format_}

    logo = {"id": f"{ELSEWHERE}/logo.png", "type": "Image", "format": "image/png", "width": 120, "height": 40}
    described: dict[str, Any] = {
        "provider": [
            {
                "id": ELSEWHERE,
                "type": "Agent",
                "label": {"en": ["Museum of the Coast"]},
                "homepage": [link("home", "The museum")],
                "logo": [logo],
            }
        ],
        "homepage": [link("coast", "In the catalogue")],
        "seeAlso": [link("coast.xml", "Record", "Dataset", "application/xml")],
        "rendering": [link("coast.pdf", "The book", "Text", "application/pdf")],
    }
    manifest("Coast", identifier="w", **described)
    collection("All", identifier="c", **described)
    for address in ("/view/w", "/view/c"):
        page = get(address)
        links = {
            "Museum of the Coast": "home",
            "In the catalogue": "coast",
            "Record": "coast.xml",
            "The book": "coast.pdf",
        }
        assert {text: f"{ELSEWHERE}/{path}" for text, path in links.items()}.items() <= page.links.items()
        assert f"{ELSEWHERE}/logo.png" in [each["src"] for each in page.all("img")]
        cited = next(each.text for each in page.all("p", "cite"))
        label = "Coast" if address == "/view/w" else "All"
        assert cited == f"{label}. Museum of the Coast. {BASE}{address}"
    assert "https://museum.example.org" in policy(Client().get("/view/w"))["img-src"], "for the logo"


def test_what_is_not_published_yet_is_not_on_the_page() -> None:
    record = manifest("Coast", identifier="w")
    change(record, curated_layer={"label": {"none": ["Secret"]}})
    assert get("/view/w").all("h1")[0].text == "Coast"


@pytest.mark.parametrize("identifier", ["ark:/1/x", "a b", "50%", "a?b#c", "ü/ß", "a%2Fb", "a+b&c='\"<>", "x/admin/y"])
def test_every_identifier_leads_from_the_gallery_to_its_page(identifier: str) -> None:
    manifest("Coast", identifier=identifier)
    link = next(each["href"] for each in get("/").all("a") if each["href"].startswith("/view/"))
    page = get(link)
    assert (page.status, page.all("h1")[0].text) == (200, "Coast")


@pytest.mark.parametrize(
    "address", ["/view/nobody", "/view/", "/view/..%2f..%2fetc/passwd", "/nothing", "/view/%ff", "/view/a%00b"]
)
def test_what_is_not_there_is_said_on_a_page(address: str) -> None:
    page = get(address)
    assert page.status == 404
    assert page.all("h1")[0].text == "There is nothing at this address"
    assert page.links["To the collections"] == "/"
    assert "nobody" not in page.text


def test_an_empty_gallery_says_what_to_do() -> None:
    page = get("/")
    assert (page.status, page.all("h1")[0].text) == (200, "No pictures yet")


def test_the_gallery_follows_while_pictures_are_converted() -> None:
    def follows(page: Page) -> bool:
        return any(each["src"].endswith("/follow.js") for each in page.all("script"))

    image = picture()
    manifest("Coast", pictures=[image])
    assert not follows(get("/"))
    change(image, wanted=2)
    assert "1 picture still being converted" in get("/").text
    assert follows(get("/"))


# ------------------------------------------------------------------------------------------------------ hostile words
HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)>"\' onmouseover=alert(3) x="&amp;{{ 7|add:7 }}'


def test_hostile_words_stay_words_everywhere(mirador: None, viewers_dir: Path) -> None:
    said = {"none": [HOSTILE]}
    described: dict[str, Any] = {
        "summary": said,
        "metadata": [{"label": said, "value": said}],
        "requiredStatement": {"label": said, "value": said},
    }
    work = manifest(HOSTILE, pages=[HOSTILE], identifier="w", **described)
    collection(HOSTILE, [collection(HOSTILE, [work], identifier="c", **described)], identifier="r", **described)
    words = urlencode({"q": HOSTILE})
    addresses = ["/", "/?q=script", f"/?{words}", f"/?{words}&page=2", "/view/w", "/view/c", "/view/r"]
    addresses += [f"/view/w?{urlencode({name: HOSTILE})}" for name in ("canvas", "iiif-content", "viewer", "manifest")]
    for address in addresses:
        assert_harmless(get(address), address)
    (viewers_dir / MIRADOR_FILE).unlink()
    assert_harmless(get("/view/w"), "without the viewer")


def assert_harmless(page: Page, address: str) -> None:
    """The words are there as text, and no element, script or handler came out of them."""
    assert page.status == 200
    assert HOSTILE in page.text, address
    for element in page.elements:
        assert not [name for name in element.attributes if name.startswith("on")], (address, element)
        assert element.attributes.get("src", "/") != "x", (address, element)
    for script in page.all("script"):
        assert script["src"].startswith(("/static/js/", "/viewers/")), address
        assert script.text == "", address


@pytest.mark.parametrize(
    "rights",
    ["javascript:alert(1)", "JavaScript:alert(1)//http://", " javascript:alert(1)", "data:text/html,x", "//evil", "x"],
)
def test_what_is_no_web_address_is_no_link(rights: str) -> None:
    resource = {"id": rights, "type": "Text", "label": {"en": ["x"]}}
    agent = {"id": rights, "label": {"en": ["x"]}, "homepage": [resource], "logo": [resource]}
    names = ("homepage", "seeAlso", "rendering")
    about = described({"rights": rights, "provider": [agent], **{name: [resource] for name in names}}, [])
    assert (about.rights, about.rights_address) == (rights, "")
    assert (about.providers[0].address, about.providers[0].logo) == ("", None)
    assert about.homepages == about.see_also == about.renderings == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<p>By <b>hand</b> &amp; eye</p>", "<p>By <b>hand</b> &amp; eye</p>"),
        ('<a href="https://x.example">x</a>', '<a href="https://x.example" rel="noopener noreferrer">x</a>'),
        ('<a href="javascript:alert(1)">x</a>', '<a rel="noopener noreferrer">x</a>'),
        ('<p onclick="x">a<script>b</script><img src="https://x.example/x.png"></p>', "<p>a</p>"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("one\ntwo", "one<br>two"),
        ("<script>", ""),
    ],
)
def test_texts_keep_the_html_that_may_stand_in_them(text: str, shown: str) -> None:
    assert described({"summary": {"none": [text]}}, []).summary == shown


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        (CC_BY, "CC BY 4.0"),
        ("https://creativecommons.org/licenses/by-nc-sa/4.0/deed.de", "CC BY-NC-SA 4.0"),
        ("http://creativecommons.org/licenses/by/3.0/de/", "CC BY 3.0 DE"),
        ("http://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("http://creativecommons.org/publicdomain/mark/1.0/", "Public Domain Mark 1.0"),
        ("http://rightsstatements.org/vocab/InC-EDU/1.0/", "RightsStatements.org: InC-EDU"),
        ("https://example.org/creativecommons.org/licenses/by/4.0/", None),
        ("http://creativecommons.org", None),
        ("", None),
    ],
)
def test_rights_have_the_name_that_people_use(uri: str, name: str | None) -> None:
    assert rights_name(uri) == (uri if name is None else name)


# ------------------------------------------------------------------------------------------------------------ languages
@pytest.mark.parametrize(
    ("header", "label"),
    [
        ("de", "Küste"),
        ("de-AT", "Küste"),
        ("DE-de,de;q=0.9,en-US;q=0.8,en;q=0.7", "Küste"),
        ("en;q=0.3, fr;q=0.5, de;q=0.4", "Côte"),
        ("fr;q=0, en", "Coast"),
        ("it, *;q=0.5", "Riva"),
        ("pt-BR", "Riva"),
        ("", "Riva"),
        (";;;,,=q", "Riva"),
        ("x" * 5000, "Riva"),
    ],
)
def test_texts_are_in_the_visitors_language(header: str, label: str) -> None:
    texts = {"de": ["Küste"], "fr-CA": ["Côte"], "en": ["Coast"], "none": ["Riva"]}
    manifest(texts, identifier="w", summary=texts, metadata=[{"label": texts, "value": texts}])
    assert get("/", accept_language=header).labels == [label]
    page = get("/view/w", accept_language=header)
    assert page.all("h1")[0].text == label
    assert page.all("div", "summary")[0].text == label
    assert meta(page) == {label: label}


def test_caches_are_told_that_pages_differ_by_language(mirador: None) -> None:
    manifest("Coast", identifier="w")
    for address in ("/", "/view/w"):
        assert Client().get(address)["Vary"] == "Accept-Language"


# -------------------------------------------------------------------------------------------------------------- headers
def policy(response: Any) -> dict[str, list[str]]:
    directives = [part.split() for part in response["Content-Security-Policy"].split(";")]
    return {name: values for name, *values in directives}


def test_pages_run_our_scripts_only_and_no_inline_styles(mirador: None) -> None:
    gone, shut = manifest("Gone", identifier="gone"), manifest("Shut", identifier="shut")
    change(gone, withdrawn="2026-01-01T00:00Z")
    change(shut, access="closed")
    collection("All", [manifest("Coast", identifier="w")], identifier="c")
    for address in ("/", "/?q=coast", "/view/c", "/view/w", "/nothing", "/view/nobody", "/view/gone", "/view/shut"):
        response = Client().get(address)
        rules = policy(response)
        assert rules["default-src"] == ["'none'"], address
        assert rules["script-src"] == ["'self'"], address
        assert rules["base-uri"] == rules["frame-ancestors"] == ["'none'"], address
        assert rules["form-action"] == ["'self'"], address
        inline = ["'unsafe-inline'"] if address == "/view/w" else []
        assert sorted(rules["style-src"]) == sorted(["'self'", *inline]), address
        assert "unsafe-eval" not in response["Content-Security-Policy"], address
        assert response["X-Content-Type-Options"] == "nosniff"


def test_pages_have_nothing_inline_that_the_policy_would_stop() -> None:
    collection("All", [collection("Part", [manifest("Coast", identifier="w")], identifier="c")])
    for address in ("/", "/view/c", "/view/w", "/nothing"):
        page = get(address)
        assert page.all("style") == []
        assert not [each for each in page.elements if "style" in each.attributes]


def test_visitors_get_no_cookies() -> None:
    collection("All", [manifest("Coast", identifier="w")], identifier="c")
    for address in ("/", "/view/c", "/view/w", "/nothing"):
        assert not Client().get(address).cookies


def test_head_has_the_headers_of_get_and_nothing_else_is_answered() -> None:
    collection("All", [manifest("Coast", identifier="w")], identifier="c")
    for address in ("/", "/?q=coast&page=3", "/view/c", "/view/w", "/view/nobody"):
        get_, head = Client().get(address), Client().head(address)
        assert (head.status_code, head.content) == (get_.status_code, b"")
        assert dict(head.items()) == dict(get_.items()), address
    for address in ("/", "/view/w"):
        for method in ("post", "put", "delete", "patch", "options"):
            assert getattr(Client(), method)(address).status_code == 405, (method, address)


# --------------------------------------------------------------------------------------------------- what can be taken
def test_the_icon_carries_the_document_into_a_viewer(mirador: None) -> None:
    manifest("Coast", identifier="w")
    page = get("/view/w")
    icon = next(each for each in page.all("a") if each.attributes.get("data-iiif"))
    document = f"{BASE}/presentation/3/w/manifest"
    assert icon["data-iiif"] == document
    assert icon["href"] == f"{BASE}/view/w?{urlencode({'manifest': document})}"


def test_a_single_picture_can_be_downloaded_in_its_ready_made_sizes(mirador: None) -> None:
    image = picture(4000, 3000)
    levels = [[4000, 3000, 256, 256], [2000, 1500, 256, 256], [1000, 750, 256, 256], [500, 375, 256, 256]]
    AccessMaster.objects.filter(image=image).update(levels=levels)
    manifest("Coast", pictures=[image], identifier="w")
    offered = [each["href"] for each in get("/view/w").all("a") if each.attributes.get("download")]
    sizes = ("4000,3000", "2000,1500", "1000,750")
    assert offered == [f"{BASE}/iiif/3/{image.pk}/full/{size}/0/default.jpg" for size in sizes]
    manifest("Book", pages=["1", "2"], identifier="b")
    assert not [each for each in get("/view/b").all("a") if each.attributes.get("download")]


def test_html_in_descriptions_is_shown_as_its_text(mirador: None) -> None:
    manifest("Coast", identifier="w", summary={"en": ["<p>By <b>hand</b> & eye</p>"]})
    assert "By hand & eye" in get("/view/w").text
    assert [each.text for each in get("/view/w").all("b")] == ["hand"]


# -------------------------------------------------------------------------------------------- moved, gone, not for all
SOON = datetime(2999, 1, 1, 15, tzinfo=UTC)


@pytest.fixture
def staff() -> Client:
    browser = Client()
    browser.force_login(get_user_model().objects.create_superuser("jane"))
    return browser


@pytest.fixture
def both() -> list[tuple[Any, str]]:
    """A work and a collection that holds it, with their addresses."""
    work = manifest("Coast", identifier="w", summary={"none": ["Secret summary"]})
    return [(work, "/view/w"), (collection("All", [work], identifier="c"), "/view/c")]


def rename(record: Any, name: str) -> None:
    names.rename(Identifier.Kind.PRESENTATION, record.pk, name, actor="test")


def test_a_former_name_leads_to_the_page_of_the_current_one(both: Any, settings: Settings) -> None:
    settings.GCIS_REDIRECT_MAX_AGE = 77
    for record, address in both:
        rename(record, f"new/{record.pk}")
        response = Client().get(f"{address}?canvas=a%20b&page=2")
        assert response.status_code == 301
        assert response["Location"] == f"{BASE}/view/new%2F{record.pk}?canvas=a%20b&page=2"
        assert response["Cache-Control"] == "public, max-age=77"
        assert get(urlsplit(response["Location"]).path).status == 200


def test_a_name_that_is_only_just_a_former_one_again_shows_the_page(both: Any) -> None:
    for record, address in both:
        name = address.removeprefix("/view/")
        rename(record, f"second-{name}")
        rename(record, name)
        page = get(f"/view/second-{name}")
        assert page.status == 200
        canonical = [each["href"] for each in page.all("link") if each["rel"] == "canonical"]
        assert canonical == [f"{BASE}{address}"]


def test_what_was_withdrawn_has_a_tombstone_for_people(both: Any) -> None:
    for record, address in both:
        rename(record, f"new-{record.pk}")
        names.withdraw(record.pk, actor="test", reason="")
        change(record, withdrawn=datetime(2026, 1, 2, tzinfo=UTC), withdrawn_reason="Wrong <b>rights</b>.")
        for where in (address, f"/view/new-{record.pk}"):
            response = Client().get(where, headers={"accept": "application/json"})
            assert (response.status_code, response["Cache-Control"]) == (410, "public, max-age=60")
            page = get(where)
            kind = "work" if record is both[0][0] else "collection"
            assert page.all("h1")[0].text == f"This {kind} has been withdrawn"
            assert "Wrong <b>rights</b>." in page.text
            assert page.all("time")[0].text == "2 January 2026"
            assert "Coast" not in page.text


@pytest.mark.parametrize("former", [False, True])
@pytest.mark.parametrize("columns", [{"access": "closed"}, {"inherited_access": "closed"}, {"access_from": SOON}])
def test_what_is_shut_says_so_and_nothing_else(both: Any, columns: dict[str, Any], former: bool) -> None:
    for record, address in both:
        if former:
            rename(record, f"secret-{record.pk}")
        change(record, **columns)
        response = Client().get(address)
        assert (response.status_code, response["Cache-Control"]) == (403, "no-store")
        page = get(address)
        assert page.all("h1")[0].text == (
            "This is not public yet" if "access_from" in columns else "This is not public"
        )
        assert ("1 January 2999" in page.text) == ("access_from" in columns)
        for secret in ("Coast", "All", "Secret", "secret", str(record.pk), "manifest", "/iiif/"):
            assert secret not in page.content


@pytest.mark.parametrize("columns", [{"access": "closed"}, {"access_from": SOON}])
def test_staff_see_what_is_shut_and_are_told_that_the_public_does_not(
    both: Any, staff: Client, columns: dict[str, Any]
) -> None:
    for record, _ in both:
        change(record, **columns)
    Image.objects.update(inherited_access="closed")
    for (_, address), kind in zip(both, ("work", "collection"), strict=True):
        response = staff.get(address)
        page = Page(response.status_code, response.content.decode())
        assert (page.status, response["Cache-Control"]) == (200, "private, no-store")
        assert {"Cookie", "Authorization"} <= set(response["Vary"].split(", "))
        note = page.all("p", "notice")[0].text
        assert note.startswith(f"This {kind} is not public")
        assert ("before 2999-01-01" in note) == ("access_from" in columns)
        assert [each for each in page.all("img") if "plain" in each.within or "mat" in each.within]
    page = Page(200, staff.get("/view/c").content.decode())
    assert page.labels == ["Coast"]


def test_nobody_is_asked_who_he_is_where_it_does_not_matter(both: Any, staff: Client) -> None:
    change(both[0][0], access="limited", access_edge=100)
    change(both[1][0], access_from=datetime(2020, 1, 1, tzinfo=UTC))
    for _, address in both:
        with CaptureQueriesContext(connection) as captured:
            response = staff.get(address)
        assert (response.status_code, response["Vary"]) == (200, "Accept-Language")
        assert not [query for query in captured if "session" in query["sql"]]
        assert not Page(200, response.content.decode()).all("p", "notice")[1:]


def test_what_is_not_published_is_not_there(both: Any) -> None:
    for model in (Manifest, Collection):
        model.objects.update(publication=None)
    for _, address in both:
        assert get(address).status == 404
