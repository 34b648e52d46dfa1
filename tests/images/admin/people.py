"""Staff, and what they see."""

import html
import re
from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

IMAGES = "/admin/images/image/"


def member(group: str, **options: Any) -> Client:
    """Somebody of that group: jane is a curator, mona a manager."""
    user = User.objects.create_user({"curator": "jane", "manager": "mona"}[group], is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return _client(user, **options)


def reader() -> Client:
    """Somebody who may look at pictures, and no more."""
    user = User.objects.create_user("reader", is_staff=True)
    user.user_permissions.add(
        *Permission.objects.filter(codename__startswith="view_", content_type__app_label="images")
    )
    return _client(user)


def nobody() -> Client:
    """On the staff, without any right."""
    return _client(User.objects.create_user("new", is_staff=True))


def _client(user: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


def page_of(image: Any) -> str:
    return reverse("admin:images_image_change", args=[image])


def said(client: Client, page: str = IMAGES) -> list[str]:
    """What the next page tells, without its markup."""
    return [html.unescape(re.sub(r"<[^>]+>", "", str(each))) for each in client.get(page).context["messages"]]


def act(client: Client, image: Any, action: str, **data: str) -> Any:
    """Send the dialog of that action."""
    return client.post(f"{IMAGES}{image}/{action}/", {"_form_submitted": "on", **data})


def select(client: Client, action: str, *images: Any, **data: str) -> Any:
    """Run an action on these rows of the list."""
    return client.post(IMAGES, {"action": action, "_selected_action": [str(image) for image in images], **data})


def words(answer: Any) -> str:
    """The text of a page, on one line."""
    text = re.sub(r"<(script|style|template)\b.*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(text).replace("\xa0", " ").split())
