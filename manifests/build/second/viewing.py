"""How a resource is to be shown, and when it is from (2.1 §3.3; 3.0 §3.1, §3.2)."""

from datetime import UTC, datetime

from manifests.build.second.form import Json, listed

_LAYOUTS = ("individuals", "paged", "continuous")
#: 2.1 §3.3: on what each hint is valid.
HINTS = {
    "Collection": ("individuals", "multi-part"),
    "Manifest": _LAYOUTS,
    "Range": _LAYOUTS,
    "Canvas": ("non-paged", "facing-pages"),
}
#: 3.0 §3.2: what holds where nobody says it.
_DEFAULT_DIRECTION = "left-to-right"


def viewing(resource: Json, direction: str | None = None) -> Json:
    """2.1 §3.3 viewingHint and viewingDirection, of a manifest or range; `direction` is the inherited one.

    `continuous` needs a direction (MUST), so the one that holds anyway is written down.
    """
    said: Json = {}
    if own := resource.get("viewingDirection"):
        said["viewingDirection"] = own
    if hint := viewing_hint(resource):
        said["viewingHint"] = hint
        if hint == "continuous":
            said["viewingDirection"] = own or direction or _DEFAULT_DIRECTION
    return said


def viewing_hint(resource: Json) -> str | None:
    """2.1 §3.3 viewingHint, from behavior (3.0 §3.2): one value that 2.1 knows here, or one that is a URI."""
    if not (behaviors := listed(resource.get("behavior"))):
        return None
    known = (each for each in behaviors if each in HINTS.get(resource.get("type", ""), ()))
    others = (each for each in behaviors if isinstance(each, str) and each.startswith(("http://", "https://")))
    return next(known, next(others, None))


def nav_date(resource: Json) -> str | None:
    """2.1 §3.3 navDate: in UTC, without fractions, as "YYYY-MM-DDThh:mm:ssZ"; 3.0 §3.1 allows any time zone.

    None for a date that Python's calendar does not have.
    """
    given = resource.get("navDate")
    if not isinstance(given, str):
        return None
    try:
        moment = datetime.fromisoformat(given)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return None
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
