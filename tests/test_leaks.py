"""Nothing that is shut leaks through any door: every address there is, asked for by everybody who might."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from gcis.events.services import number_committed
from gcis.jobs import services as jobs
from images import curation as pictures
from images.access import Access
from images.curation import Restriction
from manifests import access, annotating, curation, members, services
from manifests.annotatable import around
from manifests.build.references import reference
from manifests.models import Annotation, Canvas, Collection, Manifest, Painting, Published
from manifests.payload.annotations.reading import annotation_sent
from tests.manifests.records import a_collection, a_manifest, a_page, record_of
from tests.tokens.keys import bearing
from tests.work import a_source, an_image, convert, run_due

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

CLOSED = Restriction(Access.CLOSED)
EMBARGO = Restriction(Access.INHERIT, opens=timezone.now() + timedelta(days=30))


@dataclass
class Cabinet:
    """What there is: `secrets` are words that only staff may read, `names` and `keys` lead to what holds them."""

    secrets: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    keys: set[UUID] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)

    def secret(self, what: str) -> str:
        word = f"geheim-{what}-{len(self.secrets)}"
        self.secrets.add(word)
        return word

    def picture(self, what: str) -> UUID:
        """A converted picture whose file name is secret and whose name is not."""
        key = an_image(f"{self.secret(what)}.tif", a_source(), identifier=f"picture-{what}")
        convert(key)
        self.keys.add(key)
        self.names.add(f"picture-{what}")
        return key

    def work(self, what: str, when: str = Published.PublishWhen.FIRST) -> Manifest:
        """A manifest of one page, with secrets in all its words."""
        words = {"summary": {"en": [self.secret(what)]}, "metadata": [_pair(self.secret(what))]}
        manifest = a_manifest(self.secret(what), when, identifier=f"work-{what}", description=words)
        a_page(manifest, self.picture(f"page-of-{what}"))
        canvas = Canvas.objects.get(manifest=manifest)
        Canvas.objects.filter(pk=canvas.pk).update(source_layer={"label": {"none": [self.secret(what)]}})
        with transaction.atomic():
            services.touch(manifest)
        note = self.note(manifest, canvas, what)
        self.keys |= {manifest.pk, canvas.pk, note.pk, note.page_id}
        self.names.add(f"work-{what}")
        return manifest

    def note(self, manifest: Manifest, canvas: Canvas, what: str) -> Annotation:
        """A secret comment on the page, which is published with it."""
        subject = reference("canvas", canvas.pk)
        body = {"type": "TextualBody", "value": self.secret(what), "format": "text/plain"}
        said = annotation_sent({"motivation": "commenting", "body": body}, around(manifest, subject))
        return annotating.note(manifest, said, subject, actor="test")

    def shelf(self, what: str, *held: Any) -> Collection:
        made = a_collection(self.secret(what), *held, identifier=f"shelf-{what}")
        self.keys.add(made.pk)
        self.names.add(f"shelf-{what}")
        return made


def _pair(text: str) -> dict[str, Any]:
    return {"label": {"en": ["Note"]}, "value": {"en": [text]}}


@pytest.fixture
def cabinet() -> Cabinet:
    """Every way in which a thing can be shut: itself, by what it is part of, for a while, as a draft, as withdrawn."""
    there = Cabinet()
    closed, embargoed = there.work("closed"), there.work("embargoed")
    draft = there.work("draft", Published.PublishWhen.MANUAL)
    withdrawn, below = there.work("withdrawn"), there.work("below")
    shelf = there.shelf("closed-shelf", below)
    alone, lost = there.picture("closed-picture"), there.picture("withdrawn-picture")
    run_due()
    curation.restrict(closed, CLOSED, actor="test")
    curation.restrict(embargoed, EMBARGO, actor="test")
    curation.restrict(shelf, CLOSED, actor="test")
    pictures.restrict(alone, CLOSED, actor="test")
    curation.withdraw(withdrawn, actor="test", reason="on request")
    pictures.withdraw(lost, actor="test", reason="on request")
    with transaction.atomic():
        access.settle_pictures(draft)
    open_shelf = a_collection("open shelf", identifier="open-shelf")
    for held in (closed, embargoed, draft, withdrawn, shelf):
        members.put_in(open_shelf, record_of(held.pk), actor="test")
    mixed = a_manifest("open work", identifier="open-work")
    a_page(mixed)
    Painting.objects.create(canvas=Canvas.objects.get(manifest=mixed), image=alone, position=1)
    convert(Painting.objects.get(canvas__manifest=mixed, position=0).image)
    run_due()
    jobs.open_batch(there.secret("batch"), "test")
    number_committed()
    return there


# -------------------------------------------------------------------------------------------------------- all addresses
def routes(patterns: Any = None, before: str = "") -> Iterator[str]:
    """Every route of the project, as Django writes them."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


#: Addresses that take no part: files of viewers, and the admin's own catch-all.
ASIDE = ("viewers/", r"admin/(?P<url>.*)$")
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


def filled(route: str, there: Cabinet) -> set[str]:
    """The addresses of this route that lead to secrets; AssertionError for a parameter that this test does not know."""
    found = {route}
    for converter, name in PARAMETER.findall(route):
        mark = f"<{converter}:{name}>" if converter else f"<{name}>"
        found = {address.replace(mark, value) for address in found for value in values(route, converter, name, there)}
    return {f"/{address}" for address in found}


def values(route: str, converter: str, name: str, there: Cabinet) -> set[str]:
    if route.startswith("iiif/"):
        return {f"{each}/{rest}" for each in there.names for rest in ("info.json", "full/max/0/default.jpg")}
    if converter == "uuid" or name == "object_id":
        return {str(key) for key in there.keys}
    if name in ("identifier", "value"):
        return there.names | {str(key) for key in there.keys}
    known = {
        "kind": {"image", "presentation"},
        "slug": {"uploads"},
        "external_id": {"closed"},
        "version": {"2", "3"},
        "recipe": {"default"},
        "token": {"gcis_000000000000_nothing"},
        "digest": {"0" * 64},
        "path": {"work-closed/info.json"},
    }
    known |= {"app_label": {"images", "manifests"}, "content_type_id": {"1"}, "id": {"1"}}
    assert name in known, f"Say here what {name} may be in {route}, so that this address is tried too."
    return known[name]


def addresses(there: Cabinet) -> list[str]:
    found: set[str] = set()
    for route in routes():
        if not route.startswith(ASIDE):
            found |= filled(route, there)
    searches = {"/?q=geheim", "/api/v1/images?q=geheim", "/api/v1/manifests?q=geheim", "/api/v1/collections?q=geheim"}
    searches |= {f"/api/v1/images?identifier={name}" for name in there.names}
    searches |= {f"/api/v1/manifests?identifier={name}" for name in there.names}
    searches |= {f"/api/v1/identifiers?q={name}" for name in there.names}
    return sorted(found | searches)


# ------------------------------------------------------------------------------------------------------------- who asks
Asks = Callable[[str], HttpResponseBase]


def anonymous() -> Asks:
    return Client().get


def with_token(*scopes: str) -> Asks:
    headers = bearing(*scopes)
    return lambda address: Client().get(address, headers=headers)


def signed_in(*groups: str) -> Asks:
    user = User.objects.create_user("-".join(groups) or "guest", is_staff=True)
    user.groups.set(Group.objects.filter(name__in=groups))
    client = Client()
    client.force_login(user)
    return client.get


def body(response: HttpResponseBase) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    return f"{response.headers}\n{content.decode(errors='replace')}"


PUBLIC = [anonymous, lambda: with_token("read"), signed_in]


@pytest.mark.parametrize("who", PUBLIC, ids=["anonymous", "reader", "guest"])
def test_what_is_shut_is_shut_on_every_door(who: Callable[[], Asks], cabinet: Cabinet) -> None:
    ask, told, served = who(), {}, []
    for address in addresses(cabinet):
        response = ask(address)
        if words := {word for word in cabinet.secrets if word in body(response)}:
            told[address] = words
        if address.startswith("/iiif/") and response.status_code == 200:
            served.append(address)
    assert told == {}
    assert served == []


@pytest.mark.parametrize(
    "who", [lambda: signed_in("curator"), lambda: with_token("write")], ids=["curator", "machine that writes"]
)
def test_staff_and_their_machines_find_all_of_it(who: Callable[[], Asks], cabinet: Cabinet) -> None:
    """Without this the test above would pass where nothing is shown to anybody."""
    ask, missing = who(), set(cabinet.secrets)
    for address in addresses(cabinet):
        if "/default.jpg" not in address:
            text = body(ask(address))
            missing -= {word for word in missing if word in text}
    assert missing == set()


def test_every_address_is_tried(cabinet: Cabinet) -> None:
    tried = addresses(cabinet)
    for part in ("/presentation/canvas/", "/presentation/3/", "/iiif/2/", "/iiif/3/", "/view/", "/admin/", "/api/v1/"):
        assert any(address.startswith(part) for address in tried), part
    assert len(tried) > 500
