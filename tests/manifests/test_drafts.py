"""What nobody has published yet: staff look at it as the public will, others are told to come later."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from manifests import making
from redirects import services as names
from tests.work import an_image, convert

pytestmark = pytest.mark.django_db(transaction=True)


def test_staff_see_a_draft_as_the_public_will_and_nobody_else_does() -> None:
    picture = an_image("leaf.tif")
    draft = making.new_manifest("Walk", [picture], actor="test")
    convert(picture)
    name = names.current([draft.pk])[draft.pk]
    staff, anybody = Client(), Client()
    staff.force_login(User.objects.create_superuser("jane"))
    for client, page, document in ((anybody, 404, 503), (staff, 200, 200)):
        assert client.get(f"/view/{name}").status_code == page
        assert client.get(f"/presentation/3/{name}/manifest").status_code == document
        assert client.get(f"/presentation/{name}/manifest").status_code == document
    answer = staff.get(f"/presentation/3/{name}/manifest")
    assert len(answer.json()["items"][0]["items"]) == 1
    assert answer["Cache-Control"] == "private, no-store"
    assert staff.get(f"/presentation/2/{name}/manifest").json()["sequences"][0]["canvases"][0]["images"]
