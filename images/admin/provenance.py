"""What is known of how a master was made, and of what was embedded in its source, in the words and order of people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from images.admin import words
from images.models import AccessMaster

#: What became of the metadata of the source, as `AccessMaster.provenance` calls it.
_METADATA = {"kept": "Metadata kept", "corrected": "Metadata corrected", "dropped": "Metadata dropped"}
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Making:
    """How one master was made. `facts` are titles with pairs of name and value, `lists` titles with lines.

    `seconds` are (stage, seconds, percent of the longest stage) in the order of the stages.
    """

    why: str
    facts: list[tuple[str, Pairs]]
    lists: list[tuple[str, list[str]]]
    warnings: list[str]
    seconds: list[tuple[str, float, int]]
    total: float


def making(master: AccessMaster) -> Making:
    told = master.provenance
    spent = told.get("seconds", {})
    longest = max(spent.values(), default=0) or 1
    facts = [
        ("Found in the source", words.pairs(_found(told.get("found", {})))),
        ("Assumed, since it did not say", words.pairs(told.get("assumed", {}))),
        ("Made with", words.pairs(told.get("tools", {}))),
    ]
    metadata = told.get("metadata", {})
    lists = [("Done, in this order", told.get("done", []))]
    lists += [(title, metadata.get(name, [])) for name, title in _METADATA.items()]
    return Making(
        why=told.get("recipe_why", ""),
        facts=[(title, pairs) for title, pairs in facts if pairs],
        lists=[(title, list(lines)) for title, lines in lists if lines],
        warnings=list(told.get("warnings", [])),
        seconds=[(stage.replace("_", " "), each, round(each * 100 / longest)) for stage, each in spent.items()],
        total=sum(spent.values()),
    )


def _found(found: Mapping[str, Any]) -> dict[str, Any]:
    """With sizes as people write them, and the page where there are several."""
    shown = {name: value for name, value in found.items() if name not in ("width", "height", "page", "pages")}
    if "width" in found and "height" in found:
        shown["pixels"] = f"{found['width']} {words.TIMES} {found['height']}"
    if density := found.get("pixels_per_mm"):
        shown["pixels_per_mm"] = f" {words.TIMES} ".join(f"{each:g}" for each in density)
    if found.get("pages", 1) > 1:
        shown["page"] = f"{found['page'] + 1} of {found['pages']}"
    return shown


def embedded(summary: Mapping[str, Any]) -> list[tuple[str, Pairs]]:
    """What the source says of itself: the parts of `Image.embedded` with their lines; what is empty is left out."""
    plain = {name: value for name, value in summary.items() if not isinstance(value, Mapping)}
    parts = [("", words.pairs(plain))]
    parts += [(name.replace("_", " "), words.pairs(value)) for name, value in summary.items() if name not in plain]
    return [(title, lines) for title, lines in parts if lines]
