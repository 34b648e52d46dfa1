"""Whether what was read may be published: the rules for documents, asked about one property."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from manifests.build.references import SCHEME, public
from manifests.build.rules.report import Finding, Report
from manifests.build.rules.resources import HOLDING

#: Stands for addresses that things of ours have once they are published.
_OURS = "https://gcis.invalid/"
_NAMED = ("Canvas", "Range", "AnnotationPage", "Annotation")


def findings(name: str, value: Any) -> list[Finding]:
    """What the rules have against a property, with paths into its value. Properties without resources have none."""
    rule = HOLDING.get(name)
    if rule is None:
        return []
    report = Report()
    numbers = (f"{_OURS}{number}" for number in count())
    rule(report, None, _named(public(value, lambda text: _OURS + text.removeprefix(SCHEME)), numbers))
    return report.findings


def sentence(finding: Finding) -> str:
    """By itself, as readers' sentences are."""
    return f"It could not be published: {finding.sentence}"


def _named(tree: Any, numbers: Iterator[str], canvas: str = "") -> Any:
    """The tree with the names that building gives it: ids where there are none, and what is painted on its canvas."""
    if isinstance(tree, list):
        return [_named(each, numbers, canvas) for each in tree]
    if not isinstance(tree, dict):
        return tree
    given = {"id": next(numbers)} if tree.get("type") in _NAMED and "id" not in tree else {}
    if tree.get("type") == "Annotation" and canvas:
        given |= {"motivation": "painting", "target": canvas}
    named = {**given, **tree}
    inner = str(named["id"]) if tree.get("type") == "Canvas" else canvas
    return {name: _named(each, numbers, inner) for name, each in named.items()}
