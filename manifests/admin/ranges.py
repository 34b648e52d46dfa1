"""The ranges of a manifest as rows of a form, and back. Pure.

A row shows the label of a range in one language and its pages from one to another. What a row does not show (pages that
do not follow each other, parts of pages, further languages and properties) stays with its range.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from gcis.core.errors import SourceFault
from manifests.build.references import reference
from manifests.build.text import LanguageMap

Json = dict[str, Any]
#: What stands in the place of page numbers where its pages do not follow each other.
KEPT = "kept"
DEEPEST = 20


@dataclass(slots=True)
class Row:
    """`first` and `last` are numbers of pages from 1, None where it has none; `kept` counts pages shown otherwise."""

    id: str
    label: str
    tag: str
    first: int | None = None
    last: int | None = None
    kept: int = 0
    rows: list["Row"] = field(default_factory=list)


def rows(structures: Sequence[Mapping[str, Any]], order: Sequence[str], main: str) -> list[Row]:
    """`order` has the ids of the canvases in the order that holds; `main` is the language where a label has none."""
    return [
        _row(each, {reference("canvas", key): number for number, key in enumerate(order, 1)}, main)
        for each in structures
    ]


def _row(tree: Mapping[str, Any], numbers: Mapping[str, int], main: str) -> Row:
    label = tree.get("label") or {}
    tag = main if main in label else next(iter(label), main)
    row = Row(str(tree.get("id", "")), next(iter(label.get(tag, [])), ""), tag)
    pages = _pages(tree)
    run = _run(pages, numbers)
    if run:
        row.first, row.last = run
    else:
        row.kept = len(pages)
    row.rows = [_row(each, numbers, main) for each in _children(tree)]
    return row


def _run(pages: Sequence[Mapping[str, Any]], numbers: Mapping[str, int]) -> tuple[int, int] | None:
    """First and last number of pages that follow each other, whole; None for any others."""
    found = [numbers.get(each["id"]) if set(each) == {"id", "type"} else None for each in pages]
    first = found[0] if found else None
    if first is None or found != list(range(first, first + len(found))):
        return None
    return first, first + len(found) - 1


def _children(tree: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for each in tree.get("items", []) if _is_range(each)]


def _pages(tree: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for each in tree.get("items", []) if not _is_range(each)]


def _is_range(item: Mapping[str, Any]) -> bool:
    return item.get("type") == "Range" and "items" in item


def trees(sent: Any, structures: Sequence[Mapping[str, Any]], order: Sequence[str]) -> list[Json]:
    """The structures that the rows (`id`, `label`, `tag`, `pages`: [first id, last id], [] or KEPT, `rows`) say.

    SourceFault for what no form sends.
    """
    known = {str(each["id"]): each for each in _every(structures)}
    try:
        return [_tree(each, known, list(order), 0) for each in _list(sent)]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise SourceFault("form", "This is not what the form sends. Load the page again.") from None


def _every(trees: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for tree in trees:
        yield tree
        yield from _every(_children(tree))


def _tree(sent: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]], order: list[str], depth: int) -> Json:
    if depth > DEEPEST:
        raise SourceFault("too_deep", f"There are more than {DEEPEST} ranges within each other.")
    old = known.get(sent["id"], {})
    inner = [_tree(each, known, order, depth + 1) for each in _list(sent["rows"])]
    pages = _pages(old) if sent["pages"] == KEPT else _between(_list(sent["pages"]), order)
    return {
        **old,
        "id": old.get("id") or reference("range", uuid4()),
        "type": "Range",
        "label": _label(old.get("label") or {}, sent["tag"], sent["label"]),
        "items": _items(old, pages, inner),
    }


def _items(old: Mapping[str, Any], pages: Sequence[Any], inner: list[Json]) -> list[Any]:
    """As they were mixed, where these are the same pages and ranges; else the pages and behind them the ranges."""
    before = old.get("items", [])
    by_id = {each["id"]: each for each in inner}
    same_ranges = [each["id"] for each in _children(old)] == [each["id"] for each in inner]
    if same_ranges and list(pages) == _pages(old):
        return [by_id[each["id"]] if _is_range(each) else each for each in before]
    return [*pages, *inner]


def _between(ends: list[Any], order: list[str]) -> list[Json]:
    if not ends:
        return []
    first, last = (order.index(str(UUID(key))) for key in ends)
    low, high = min(first, last), max(first, last)
    return [{"id": reference("canvas", key), "type": "Canvas"} for key in order[low : high + 1]]


def _label(label: LanguageMap, tag: str, text: str) -> LanguageMap:
    """Its first text in that language; the others stay."""
    said, rest = text.strip(), label.get(tag or "none", [])[1:]
    return {**label, tag or "none": [said, *rest]}


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(value)
    return value
