"""Preview links: what they open, with its pictures; what they do not; how they end."""

import io
import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from gcis.core.errors import SourceFault
from gcis.core.logs import formatter
from gcis.viewer_packages import MIRADOR
from images.access import Access
from images.curation import Restriction
from manifests import access, curation, previews
from manifests.build.references import reference
from manifests.models import Annotation, AnnotationPage, Manifest, PreviewLink
from tests.manifests.records import When, a_collection, a_manifest, a_page, fresh, published
from tests.work import a_source, an_image, convert, happened, run_due

pytestmark = pytest.mark.django_db(transaction=True)

BASE = "https://images.example.org"
CLOSED = Restriction(Access.CLOSED)


@pytest.fixture
def draft() -> Manifest:
    """A manifest of two pages that nobody has published."""
    made = a_manifest("draft", When.MANUAL, identifier="ark:/1/draft")
    for _ in range(2):
        convert(a_page(made))
    with transaction.atomic():
        access.settle_pictures(made)
    return made


def link(record: Any, **options: Any) -> str:
    return previews.issue(record, actor="admin jane", **options).token


def get(path: str, **options: Any) -> Any:
    """What somebody without session and token gets; `path` may be a whole address of ours."""
    return Client().get(path.removeprefix(BASE), **options)


def manifest_of(token: str, path: str = "manifest") -> Any:
    answer = get(f"/preview/{token}/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


# ------------------------------------------------------------------------------------------------------------ documents
def test_a_draft_is_built_with_every_picture_under_the_address_of_the_link(draft: Manifest) -> None:
    token = link(draft)
    document = manifest_of(token)
    assert document["id"] == f"{BASE}/preview/{token}/manifest"
    canvas = draft.canvases.order_by("position").first()
    assert document["items"][0]["id"] == f"{BASE}/presentation/canvas/{canvas.pk}", "the permanent name"
    services = [page["items"][0]["items"][0]["body"]["service"][0] for page in document["items"]]
    assert all(each["id"].startswith(f"{BASE}/preview/{token}/iiif/3/") for each in services)
    assert document["thumbnail"][0]["id"].startswith(f"{BASE}/preview/{token}/iiif/")


def test_every_picture_of_the_document_is_served_and_says_so_of_itself(draft: Manifest) -> None:
    token = link(draft)
    for page in manifest_of(token)["items"]:
        body = page["items"][0]["items"][0]["body"]
        service = body["service"][0]["id"]
        info = get(f"{service}/info.json")
        assert info.status_code == 200
        assert info.json()["id"] == service
        assert get(service.replace("/preview/" + token, "") + "/info.json").status_code == 403, "not in public"


def test_an_older_viewer_gets_version_2(draft: Manifest) -> None:
    token = link(draft)
    document = manifest_of(token, "2/manifest")
    assert document["@id"] == f"{BASE}/preview/{token}/2/manifest"
    service = document["sequences"][0]["canvases"][0]["images"][0]["resource"]["service"]["@id"]
    assert service.startswith(f"{BASE}/preview/{token}/iiif/2/")
    assert get(f"{service}/info.json").json()["@id"] == service


def test_it_shows_what_is_now_and_not_what_is_published(draft: Manifest) -> None:
    token = link(draft)
    assert len(manifest_of(token)["items"]) == 2
    convert(a_page(draft))
    assert len(manifest_of(token)["items"]) == 3


def test_a_collection_leads_to_previews_of_its_members_with_their_pictures() -> None:
    book = a_manifest("book", identifier="book")
    convert(a_page(book))
    shelf = a_collection("shelf", book, identifier="shelf")
    published()
    curation.restrict(fresh(shelf), CLOSED, actor="test")
    run_due()
    token = link(fresh(shelf))
    (member,) = manifest_of(token)["items"]
    assert member["id"] == f"{BASE}/preview/{token}/{book.pk}/manifest"
    document = get(member["id"]).json()
    assert document["id"] == member["id"]
    service = document["items"][0]["items"][0]["items"][0]["body"]["service"][0]["id"]
    assert get(f"{service}/info.json").status_code == 200


def test_annotation_pages_that_are_fetched_can_be_fetched(draft: Manifest) -> None:
    canvas = draft.canvases.order_by("position").first()
    on = reference("canvas", canvas.pk)
    page = AnnotationPage.objects.create(manifest=draft, subject=on, place=AnnotationPage.Place.REFERENCED)
    Annotation.objects.create(
        page=page, motivation=["commenting"], body={"type": "TextualBody", "value": "x"}, target=on
    )
    token = link(draft)
    (told,) = manifest_of(token)["items"][0]["annotations"]
    assert told["id"] == f"{BASE}/preview/{token}/annotations/{page.pk}"
    assert get(told["id"]).json()["items"][0]["target"] == f"{BASE}/presentation/canvas/{canvas.pk}"
    assert get(f"/preview/{token}/2/annotations/{page.pk}").json()["@id"] == told["id"].replace(token, f"{token}/2")
    other = link(a_manifest("other", When.MANUAL))
    assert get(f"/preview/{other}/annotations/{page.pk}").status_code == 404


# ------------------------------------------------------------------------------------------------------- what is not
def test_there_are_no_pictures_but_those_of_the_record(draft: Manifest) -> None:
    other = a_manifest("other", When.MANUAL)
    convert(a_page(other))
    an_image("loose.tif", a_source(), identifier="loose")
    token = link(draft)
    foreign = manifest_of(link(other))["items"][0]["items"][0]["items"][0]["body"]["service"][0]["id"]
    name = foreign.rpartition("/")[2]
    for path in (f"iiif/3/{name}/info.json", "iiif/3/loose/info.json", f"{other.pk}/manifest"):
        assert get(f"/preview/{token}/{path}").status_code == 404


def test_a_page_that_was_taken_out_takes_its_picture_along(draft: Manifest) -> None:
    token = link(draft)
    service = manifest_of(token)["items"][0]["items"][0]["items"][0]["body"]["service"][0]["id"]
    canvas = draft.canvases.order_by("position").first()
    draft.canvases.filter(pk=canvas.pk).update(dropped=timezone.now())
    assert get(f"{service}/info.json").status_code == 404


@pytest.mark.parametrize("path", ["", "/manifest", "/iiif/3/x/info.json"])
def test_what_is_no_link_opens_nothing(draft: Manifest, path: str) -> None:
    token = link(draft)
    for wrong in ("x", token[:-1] + ("a" if token[-1] != "a" else "b"), token.upper(), "gcis_", "%00"):
        assert get(f"/preview/{wrong}{path}").status_code in (400, 404), wrong


# --------------------------------------------------------------------------------------------------------- how they end
def test_a_link_that_ended_says_so(draft: Manifest) -> None:
    token = link(draft)
    PreviewLink.objects.update(expires=timezone.now() - timedelta(seconds=1))
    for path in ("/manifest", "/iiif/3/x/info.json", ""):
        answer = get(f"/preview/{token}{path}")
        assert answer.status_code == 410
        assert "ended on" in answer.content.decode()
        assert answer["Cache-Control"] == "private, no-store"


def test_a_revoked_link_opens_nothing_any_more(draft: Manifest) -> None:
    issued = previews.issue(draft, actor="admin jane")
    assert previews.revoke(issued.link.pk, actor="admin jim") is True
    assert previews.revoke(issued.link.pk, actor="admin jim") is False
    answer = get(f"/preview/{issued.token}/manifest")
    assert answer.status_code == 410
    assert "revoked" in answer.json()["detail"]
    assert list(previews.links(draft)) == []
    assert happened(draft.pk)[-2:] == ["manifest.preview_made", "manifest.preview_revoked"]


def test_withdrawing_ends_them_all(draft: Manifest) -> None:
    token = link(draft)
    curation.withdraw(draft, actor="test", reason="on request")
    assert get(f"/preview/{token}/manifest").status_code == 410
    with pytest.raises(SourceFault, match="withdrawn"):
        link(draft)


def test_how_long_one_lives(draft: Manifest) -> None:
    now = timezone.now()
    assert abs(previews.issue(draft, actor="x").link.expires - now - previews.USUAL) < timedelta(minutes=1)
    for expires in (now, now - timedelta(days=1), now + timedelta(days=367)):
        with pytest.raises(SourceFault):
            link(draft, expires=expires)


# ----------------------------------------------------------------------------------------------------------- discretion
def test_nobody_keeps_finds_or_passes_on_what_it_shows(draft: Manifest) -> None:
    token = link(draft)
    service = manifest_of(token)["items"][0]["items"][0]["items"][0]["body"]["service"][0]["id"]
    for address in (f"/preview/{token}", f"/preview/{token}/manifest", f"{service}/info.json", "/preview/x/manifest"):
        answer = get(address, headers={"Origin": "https://viewer.example.com"})
        assert answer["Cache-Control"] == "private, no-store", address
        assert answer["X-Robots-Tag"].startswith("noindex")
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert not answer.cookies
    preflight = Client().options(f"/preview/{token}/manifest")
    assert preflight.status_code == 204


def test_the_table_does_not_hold_the_secret_and_notes_the_use(draft: Manifest) -> None:
    token = link(draft, note="for  Ada")
    secret = token.rpartition("_")[2]
    row = PreviewLink.objects.values().get()
    assert secret not in json.dumps(row, default=str)
    assert (row["note"], row["actor"], row["last_used"]) == ("for Ada", "admin jane", None)
    manifest_of(token)
    assert PreviewLink.objects.get().last_used is not None


def test_no_log_line_has_the_token(draft: Manifest) -> None:
    token = link(draft)
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter("json"))
    logger = logging.getLogger("granian.access")
    logger.addHandler(handler)
    logger.warning(f"GET /preview/{token}/manifest 200")
    logger.removeHandler(handler)
    assert "/preview/[removed]/manifest" in written.getvalue()


def test_the_page_shows_the_viewer_with_the_document_of_the_link(draft: Manifest, settings: Any, tmp_path: Any) -> None:
    token = link(draft)
    plain = get(f"/preview/{token}").content.decode()
    assert plain.count(f'<img src="{BASE}/preview/{token}/iiif/3/') >= 2
    viewer = tmp_path / MIRADOR.folder / "mirador.min.js"
    viewer.parent.mkdir()
    viewer.write_text("")
    settings.GCIS_VIEWERS_DIR = tmp_path
    page = get(f"/preview/{token}").content.decode()
    assert f'data-manifest="{BASE}/preview/{token}/manifest"' in page
    assert "not as it is published" in page
    assert '<meta name="robots" content="noindex">' in page
    assert "/presentation/3/" not in page, "nothing leads to what is not public"
