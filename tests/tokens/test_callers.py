"""Who sees all, asked through the middleware chain of the settings on a door that is open to the public."""

import pytest
from django.contrib.auth.models import Permission, User
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from gcis.tokens import callers
from tests.tokens.keys import a_token, bearing
from tests.work import statements


def door(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(callers.sees_all(request)))


urlpatterns = [path("door", door)]

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(settings) -> Client:
    settings.ROOT_URLCONF = __name__
    return Client()


def a_user(client: Client, *permissions: str, **traits: bool) -> User:
    user = User.objects.create_user("jane", **{"is_staff": True, **traits})
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return user


def test_the_public_does_not_and_is_not_even_looked_up(client) -> None:
    with statements() as sent:
        response = client.get("/door")
    assert response.content == b"False"
    assert sent == []
    assert "Vary" not in response
    assert not response.cookies


@pytest.mark.parametrize(
    ("scopes", "sees"),
    [(["read"], b"False"), (["purge"], b"False"), (["read:all"], b"True"), (["write"], b"True")],
)
def test_a_machine_does_if_its_token_says_so(client, scopes, sees) -> None:
    assert client.get("/door", headers=bearing(*scopes)).content == sees


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer gcis_x_y", "Basic amFuZTpwdw==", "\xff\xfe", "bearer\0", "Token abc"]
)
def test_another_header_makes_a_stranger_of_nobody(client, header) -> None:
    response = client.get("/door", headers={"authorization": header})
    assert (response.status_code, response.content) == (200, b"False")


def test_a_token_counts_in_the_header_alone(client) -> None:
    secret = a_token("read:all").secret
    client.cookies["token"] = secret
    assert client.get("/door", {"token": secret, "access_token": secret}).content == b"False"


def test_staff_who_may_look_at_images_do(client) -> None:
    a_user(client, "view_image")
    assert client.get("/door").content == b"True"


@pytest.mark.parametrize(
    ("permissions", "traits"),
    [
        ((), {}),
        (("view_image",), {"is_staff": False}),
        (("view_image",), {"is_active": False}),
        (("change_image",), {}),
    ],
)
def test_other_people_do_not(client, permissions, traits) -> None:
    a_user(client, *permissions, **traits)
    assert client.get("/door").content == b"False"


def test_a_session_that_does_not_exist_is_the_public(client, settings) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = "stolen"
    assert client.get("/door").content == b"False"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", "127.0.0.1"),
        (0, "192.0.2.1", "127.0.0.1"),
        (1, "192.0.2.1", "192.0.2.1"),
        (1, "192.0.2.66, 192.0.2.1", "192.0.2.1"),
        (2, "192.0.2.66,192.0.2.1, 10.0.0.1", "192.0.2.1"),
        (2, "192.0.2.1", ""),
        (1, "", ""),
    ],
)
def test_the_address_is_what_our_own_proxies_say(settings, proxies, forwarded, address) -> None:
    settings.GCIS_PROXIES = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert callers.address(RequestFactory().get("/", headers=headers)) == address
