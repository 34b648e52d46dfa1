"""Two groups of staff that every installation has: who looks after the pictures, and who looks after the house."""

from typing import Any

from django.apps import apps as today

#: What curators see all of.
EVERYDAY = ("events", "images", "jobs", "manifests", "redirects", "upkeep")
#: What curators may do beside seeing: by app and model.
CURATOR: dict[str, dict[str, tuple[str, ...]]] = {
    "images": {"image": ("add", "change"), "purge": ("add",)},
    "manifests": {"manifest": ("add", "change"), "canvas": ("add", "change"), "collection": ("add", "change")},
    "redirects": {"identifier": ("change",)},
    "jobs": {"job": ("change",), "batch": ("change",)},
    "upkeep": {"reconciliation": ("add",)},
}
#: What managers may do beside all that.
MANAGER: dict[str, dict[str, tuple[str, ...]]] = {
    "images": {"image": ("delete",), "source": ("add", "change", "delete")},
    "manifests": {"manifest": ("delete",), "canvas": ("delete",), "collection": ("delete",)},
    "redirects": {"identifier": ("delete",)},
    "tokens": {"token": ("view", "add", "change", "delete")},
    "upkeep": {"reconciliation": ("change",)},
    "auth": {"user": ("view", "add", "change", "delete")},
}


def grant(sender: Any, using: str, apps: Any = today, **kwargs: Any) -> None:
    """Give the groups their rights in one app, after its tables and permissions were made.

    Adds what is missing and takes nothing away, so that it may run after every `migrate`.
    """
    try:
        group, permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    except LookupError:  # migrated back to before there were any
        return
    curators = codenames(CURATOR, sender.label)
    managers = curators | codenames(MANAGER, sender.label)
    rights = {
        right.codename: right
        for right in permission.objects.using(using).filter(content_type__app_label=sender.label)
        if right.codename in managers or (sender.label in EVERYDAY and right.codename.startswith("view_"))
    }
    if not rights:
        return
    for name, extra in (("curator", managers - curators), ("manager", set())):
        found, _ = group.objects.using(using).get_or_create(name=name)
        found.permissions.add(*(right for codename, right in rights.items() if codename not in extra))


def codenames(table: dict[str, dict[str, tuple[str, ...]]], app: str) -> set[str]:
    """Django's names for the rights that the table gives in that app."""
    return {f"{action}_{model}" for model, actions in table.get(app, {}).items() for action in actions}
