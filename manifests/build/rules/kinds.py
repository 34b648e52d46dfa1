"""Classes of resources: which properties they must and may have, and the rule for each property."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from manifests.build.rules.report import Place, Report, Rule
from manifests.build.rules.values import identity, language_map


@dataclass(slots=True)
class Kind:
    """`closed`: the official schema allows it no other property. `defines`: it has an id that nothing else has.

    Properties are filled in once all kinds are there, since they hold each other.
    """

    name: str
    must: tuple[str, ...]
    properties: Mapping[str, Rule]
    closed: bool = False
    defines: bool = False
    whole: tuple[Rule, ...] = ()

    def __call__(self, report: Report, place: Place, value: Any) -> None:
        """Every property by its rule, then the resource as a whole."""
        if not isinstance(value, dict):
            report.error(place, "it is not an object.", "object")
            return
        for name in self.must:
            if name not in value:
                report.error((place, name), "there is none.", "required")
        properties = self.properties
        for name, each in value.items():
            rule = properties.get(name)
            if rule is not None:
                rule(report, (place, name), each)
            elif self.closed:
                report.error((place, name), f"the official schema allows it on no {self.name}.", "unknown")
        if self.defines:
            _name(report, place, value.get("id"))
        for rule in self.whole:
            rule(report, place, value)


def _name(report: Report, place: Place, uri: Any) -> None:
    """§3.2 id: two things in a document must not share one."""
    if not isinstance(uri, str):
        return
    if uri in report.named:
        report.error((place, "id"), f"{uri} is used twice.", "unique")
    report.named.add(uri)


def a(kind: str) -> Rule:
    """§3.2 type: this one."""

    def named(report: Report, place: Place, value: Any) -> None:
        if value != kind:
            report.error(place, f"{value!r} is not {kind}.", "type")

    return named


def any_type(report: Report, place: Place, value: Any) -> None:
    """§3.2 type: some class."""
    if not isinstance(value, str) or not value:
        report.error(place, "there is none.", "type")


def at_the_top(report: Report, place: Place, value: Any) -> None:
    """§4.6 @context: once, at the top of the document (where `documents` looks at what it is)."""
    if place is not None and place[0] is not None:
        report.error(place, "it stands at the top of the document only.", "context")


#: What every resource has (§3.2).
CLASS: dict[str, Rule] = {"@context": at_the_top, "id": identity, "type": any_type, "label": language_map}
