"""A collection as rows (Presentation 3.0 §5.1)."""

from manifests.payload.iiif.annotated import Pages
from manifests.payload.iiif.naming import Naming, Rule, objects, things
from manifests.payload.iiif.shapes import CollectionRead, Json, Losses
from manifests.payload.iiif.words import kept, sent


def collection(tree: Json, rule: Rule) -> CollectionRead:
    losses = Losses()
    naming = Naming(rule, tree["id"], things(tree))
    pages = Pages(tree, naming, losses, layers=False)  # those belong to manifests
    described, lost = kept(naming.internal(sent(tree)), "Collection")
    losses.under("", lost)
    members = [_member(each, f"items.{number}", losses) for number, each in objects(tree.get("items"))]
    found = pages.of(tree, "", "")
    return CollectionRead(described, tuple(each for each in members if each), tuple(found), tuple(losses.sentences))


def _member(tree: Json, path: str, losses: Losses) -> Json | None:
    """A reference as it is. What is embedded in it (a collection with its items) stays in it."""
    name, kind = tree.get("id"), tree.get("type")
    if kind not in ("Manifest", "Collection") or not isinstance(name, str) or not name.startswith("http"):
        losses.add(path, "It is left out: it is no reference to a manifest or a collection by its address.")
        return None
    if tree.get("label"):
        return tree
    losses.add(path, "It has no label, so it is called by its address.")
    return {**tree, "label": {"none": [name]}}
