"""The way round the admin, grouped for a curator. What is not registered, or not for this person, is left out."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

#: Groups of (title, icon, model), and the view where that is not the list of the model; icons are names of Material
#: Symbols.
GROUPS: dict[str, list[tuple[str, ...]]] = {
    "Pictures": [
        ("Images", "image", "images.Image"),
        ("Access masters", "layers", "images.AccessMaster"),
        ("Recipes", "tune", "images.AccessMaster", "admin:images_recipes"),
    ],
    "Presentation": [
        ("Manifests", "menu_book", "manifests.Manifest"),
        ("Collections", "collections_bookmark", "manifests.Collection"),
    ],
    "Names": [("Identifiers", "sell", "redirects.Identifier")],
    "Work": [
        ("Jobs", "task", "jobs.Job"),
        ("Batches", "stacks", "jobs.Batch"),
        ("Workers", "memory", "jobs.Worker"),
        ("Purges", "mop", "images.Purge"),
        ("Events", "history", "events.Event"),
        ("Upkeep", "healing", "upkeep.Reconciliation"),
    ],
    "Administration": [
        ("Tokens", "key", "tokens.Token"),
        ("Sources", "folder_open", "images.Source"),
        ("Users", "person", "auth.User"),
        ("Groups", "group", "auth.Group"),
    ],
}


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups in unfold's shape, for this person."""
    lists = {model._meta.label: site for model, site in admin.site._registry.items()}
    groups: list[dict[str, Any]] = [
        {"items": [{"title": "At a glance", "icon": "dashboard", "link": reverse("admin:index")}]}
    ]
    for title, items in GROUPS.items():
        shown = [
            {"title": name, "icon": icon, "link": reverse(view[0]) if view else _list(model)}
            for name, icon, model, *view in items
            if model in lists and lists[model].has_view_permission(request)
        ]
        if shown:
            groups.append({"title": title, "separator": True, "items": shown})
    _mark(request.path, [item for group in groups for item in group["items"]])
    return groups


def _mark(path: str, items: list[dict[str, Any]]) -> None:
    """Where we are: of two addresses that the path begins with it is the longer one; the first page only as itself."""
    index = reverse("admin:index")
    above = [item["link"] for item in items if path.startswith(item["link"]) and item["link"] != index]
    here = max(above, key=len, default=path)
    for item in items:
        item["active"] = item["link"] == here


def _list(model: str) -> str:
    return reverse("admin:{}_{}_changelist".format(*model.lower().split(".")))
