"""Rules for parts of resources: Web Annotation selectors and states, as the official schema knows them."""

from typing import Any

from manifests.build.rules.kinds import Kind
from manifests.build.rules.report import Place, Report, Rule
from manifests.build.rules.values import identity, something, text, whole_number


def coordinate(report: Report, place: Place, value: Any) -> None:
    """§5.6, PointSelector: 0 or more. The official schema wants whole numbers above 0, which §5.6 does not."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        report.error(place, f"{value!r} is not a place on a canvas.", "point")


def selector(report: Report, place: Place, value: Any) -> None:
    """Web Annotation §4.2: an address, or one of the kinds that there are."""
    if isinstance(value, str):
        identity(report, place, value)
        return
    kind = value.get("type") if isinstance(value, dict) else None
    known = _SELECTORS.get(kind) if isinstance(kind, str) else None
    if known is None:
        report.error(place, f"{kind!r} is no kind of selector that the official schema knows.", "selector")
    else:
        known(report, place, value)


def _kind(name: str, must: dict[str, Rule], may: dict[str, Rule] | None = None) -> Kind:
    return Kind(name, tuple(must), {**must, **(may or {})})


_SELECTORS = {
    "PointSelector": _kind("PointSelector", {}, {"x": coordinate, "y": coordinate, "t": coordinate}),
    "FragmentSelector": _kind("FragmentSelector", {"value": text}, {"conformsTo": identity}),
    "SvgSelector": _kind("SvgSelector", {"value": text}),
    "ImageApiSelector": _kind(
        "ImageApiSelector", {}, dict.fromkeys(("region", "size", "rotation", "quality", "format"), something)
    ),
    "XPathSelector": _kind("XPathSelector", {"value": text}),
    "CssSelector": _kind("CssSelector", {"value": text}),
    "TextQuoteSelector": _kind("TextQuoteSelector", {"exact": text}, {"prefix": text, "suffix": text}),
    "TextPositionSelector": _kind("TextPositionSelector", {"start": whole_number, "end": whole_number}),
    "DataPositionSelector": _kind("DataPositionSelector", {"start": whole_number, "end": whole_number}),
    "RangeSelector": _kind(
        "RangeSelector", {"startSelector": selector, "endSelector": selector}, {"refinedBy": selector}
    ),
}

_STATES = {
    "TimeState": _kind(
        "TimeState", {}, dict.fromkeys(("sourceDate", "sourceDateStart", "sourceDateEnd", "cached"), text)
    ),
    "HttpRequestState": _kind("HttpRequestState", {"value": text}),
}


def state(report: Report, place: Place, value: Any) -> None:
    """Web Annotation §4.3: at a time, or as an answer to a request."""
    kind = value.get("type") if isinstance(value, dict) else None
    known = _STATES.get(kind) if isinstance(kind, str) else None
    if known is None:
        report.error(place, f"{kind!r} is no kind of state.", "state")
    else:
        known(report, place, value)
