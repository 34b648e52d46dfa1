"""An annotation page that is a document of its own, as a row (Presentation 3.0 §5.5)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from manifests.build.form import CONTEXT
from manifests.build.references import reference
from manifests.payload.iiif.annotated import Pages
from manifests.payload.iiif.naming import Naming, Rule, things
from manifests.payload.iiif.shapes import Json, Losses, PageRead


def targets(tree: Json) -> list[str]:
    """What its annotations are about: addresses without fragments, each once, in their order."""
    items = tree.get("items")
    found = (uri for each in items or [] if isinstance(each, dict) for uri in _about(each.get("target")))
    return list(dict.fromkeys(uri.partition("#")[0] for uri in found))


def page(tree: Json, rule: Rule, known: Mapping[str, str], subject: str) -> tuple[PageRead, tuple[str, ...]]:
    """The page and what is lost of it. `known` has the internal references of what is here, by its ids."""
    losses = Losses()
    naming = Naming(rule, tree["id"], things(tree))
    naming.references.update({**known, tree["id"]: reference("annotations", naming.at("").key)})
    pages = Pages(tree, naming, losses, layers=True)
    found = pages.page({"items": [], **tree}, "", subject, naming.at(""))
    named = [each for each in _listed(tree.get("@context")) if isinstance(each, str) and each != CONTEXT]
    return replace(found, description={**found.description, "contexts": named}), tuple(losses.sentences)


def _about(target: Any) -> Iterator[str]:
    """The addresses in a target: a text, an object with an id, a part of something, or several of these."""
    if isinstance(target, str):
        yield target
    elif isinstance(target, list):
        for each in target:
            yield from _about(each)
    elif isinstance(target, dict):
        inner = target.get("source") or target.get("items")
        yield from _about(inner) if inner else _about(target.get("id"))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
