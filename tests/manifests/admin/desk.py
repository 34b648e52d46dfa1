"""Somebody at the desk, and what the desk shows and says."""

import json
from collections import defaultdict
from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from manifests.admin import sheet
from manifests.description import effective
from tests.manifests.page import Page
from tests.manifests.records import fresh


def somebody(group: str | None, name: str = "jane") -> Client:
    """A client whose user is staff, and in that group."""
    user = User.objects.create_user(name, is_staff=True)
    if group:
        user.groups.add(Group.objects.get(name=group))
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def address(record: Any, name: str = "change") -> str:
    return reverse(f"admin:manifests_{record._meta.model_name}_{name}", args=[record.pk])


def listed(model: str) -> str:
    return f"/admin/manifests/{model}/"


def look(client: Client, url: str, **query: Any) -> Page:
    return page_of(client.get(url, query))


def page_of(answer: Any) -> Page:
    """The answer taken apart; it may be a piece of a page, of several elements."""
    return Page(answer.status_code, f"<main>{answer.content.decode()}</main>")


def links(page: Page) -> dict[str, list[str]]:
    """Where links lead, by their texts."""
    found: dict[str, list[str]] = defaultdict(list)
    for each in page.all("a"):
        found[" ".join(each.text.split())] += [each["href"]] if "href" in each.attributes else []
    return found


def rows(client: Client, model: str = "manifest", **query: Any) -> list[str]:
    """The external ids of the rows that the list shows."""
    answer = client.get(listed(model), query)
    assert answer.status_code == 200
    return [row.external_id for row in answer.context["cl"].result_list]


def said(client: Client) -> list[str]:
    """What the next page tells."""
    return [str(message) for message in client.get("/admin/").context["messages"]]


def chosen(client: Client, model: str, action: str, *records: Any, **more: Any) -> Any:
    keys = [record.pk for record in records]
    return client.post(listed(model), {"action": action, "_selected_action": keys, **more})


def dialog(client: Client, record: Any, name: str, **fields: Any) -> Any:
    return client.post(address(record, name), {"_form_submitted": "on", **fields})


def form(record: Any, **values: Any) -> dict[str, str]:
    """What the form of words sends when a person has written these values (IIIF properties) into it."""
    now = effective(fresh(record))
    seen = {name: now.get(name) for name in sheet.FIELDS}
    shown = {name: sheet.rows(name, values.get(name, now.get(name))) for name in sheet.FIELDS}
    return {"words": json.dumps({"seen": seen, "said": shown})}
