"""The properties that any resource may have (2.1 §3; 3.0 §3), one small function each."""

from collections.abc import Callable
from typing import Any

from manifests.build.second.form import Json, SecondForm, listed, objects, one_or_many
from manifests.build.second.images import pictures
from manifests.build.second.links import other_content, related, rendering, see_also, within
from manifests.build.second.private import only_second
from manifests.build.second.services import services
from manifests.build.second.text import LanguageMap, Text, contains, labelled, name, pairs, string, text, unmarked

Rule = Callable[[Any, SecondForm], Any]


def described(resource: Json, form: SecondForm) -> Json:
    """Everything that describes a resource, for the properties that it has."""
    said: Json = {}
    for key, value in resource.items():
        rule = _RULES.get(key)
        if rule and (projected := rule[1](value, form)):
            said[rule[0]] = projected
    if ("requiredStatement" in resource or "provider" in resource) and (words := attribution(resource)):
        said["attribution"] = words
    if ("rights" in resource or "_license" in resource) and (licences := licence(resource)):
        said["license"] = licences
    if "provider" in resource and (images := logo(resource["provider"], form)):
        said["logo"] = images
    return said


def label(value: LanguageMap, form: SecondForm) -> Text | None:
    """2.1 §3.1 label, 3.0 §3.1 label: the name; never HTML."""
    return name(value)


def description(value: LanguageMap, form: SecondForm) -> Text | None:
    """2.1 §3.1 description, from summary (3.0 §3.1); may be HTML."""
    return text(value)


def metadata(value: list[Json], form: SecondForm) -> list[Json] | None:
    """2.1 §3.1 metadata, 3.0 §3.1 metadata: pairs of label and value; the value may be HTML."""
    said = []
    for pair in objects(value):
        key, words = name(pair.get("label")), text(pair.get("value"))
        if key and words:
            said.append({"label": key, "value": words})
    return said or None


def attribution(resource: Json) -> Text | None:
    """2.1 §3.2 attribution, from requiredStatement and the names in provider (3.0 §3.1).

    Where licences stand in `license`, the tree keeps the statement without the links to them.
    """
    said = labelled(resource.get("_attribution", resource.get("requiredStatement")) or {})
    for provider in objects(resource.get("provider")):
        if only_second(provider).get("bareLogo"):
            continue  # 2.1 had a logo, and nobody knows whose
        names = [(tag, words) for tag, words in pairs(provider.get("label")) if not contains(said, words)]
        said += [string(unmarked(words), tag) for tag, words in names]
    return one_or_many(said)


def licence(resource: Json) -> str | list[str] | None:
    """2.1 §3.2 license, from rights (3.0 §3.1) and from the licences that 3.0 does not allow there."""
    uris = [*listed(resource.get("rights")), *listed(resource.get("_license"))]
    return one_or_many(dict.fromkeys(uris))


def logo(provider: Any, form: SecondForm) -> Any:
    """2.1 §3.2 logo, from the logos of the providers (3.0 §3.1)."""
    return pictures([image for each in objects(provider) for image in objects(each.get("logo"))], form)


_RULES: dict[str, tuple[str, Rule]] = {
    "label": ("label", label),
    "summary": ("description", description),
    "metadata": ("metadata", metadata),
    "thumbnail": ("thumbnail", pictures),
    "homepage": ("related", related),
    "seeAlso": ("seeAlso", see_also),
    "rendering": ("rendering", rendering),
    "partOf": ("within", within),
    "service": ("service", services),
    "annotations": ("otherContent", other_content),
}
