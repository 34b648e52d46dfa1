"""What the pages for staff say about a picture: how it stands, who may see it, how it was made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gcis.jobs.models import Job
from images.models import Image
from images.policy import Policy
from images.reconversion import is_old

State = Image.State
Replacement = Image.Replacement
_COLOURS: dict[str, str] = {
    State.REGISTERED: "info",
    State.READY: "success",
    State.FAILED: "danger",
    State.WITHDRAWN: "warning",
}
_REPLACEMENTS: dict[str, tuple[str, str]] = {
    Replacement.PENDING: ("replacement pending", "info"),
    Replacement.FAILED: ("replacement failed", "danger"),
}


#: Between width and height.
TIMES = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a picture stands: badges as (word, colour of unfold's labels), the reason as sentences, percent of its work.

    `percent` is None while no conversion is running.
    """

    badges: tuple[tuple[str, str], ...]
    sentences: tuple[str, ...]
    percent: int | None = None


def is_live(image: Image) -> bool:
    """Whether its newest request has neither succeeded nor failed."""
    return not image.withdrawn and image.converted < image.wanted and image.failed < image.wanted


def has_failed(image: Image) -> bool:
    """Whether its newest request failed; an older picture may serve all the same."""
    return not image.withdrawn and image.wanted > 0 and image.failed == image.wanted


def standing(image: Image, work: Job | None) -> Standing:
    """How it stands; `work` is its conversion that waits or is under way."""
    badges = [(image.state.value, _COLOURS[image.state])]
    if image.replacement in _REPLACEMENTS:
        badges.append(_REPLACEMENTS[image.replacement])
    if image.current and not image.withdrawn and is_old(image.current.recipe, image.current.recipe_version):
        badges.append(("older recipe", ""))
    badges += [(f"{what} {damage}", "danger") for what, damage in damages(image)]
    running = work is not None and work.state == Job.State.RUNNING
    return Standing(
        tuple(badges), tuple(_sentences(image, work)), round(work.progress * 100) if work and running else None
    )


def damages(image: Image) -> list[tuple[str, str]]:
    """What of the bytes that we keep is known to be damaged or missing, and which of the two."""
    found = (("master", image.current.damaged if image.current else ""), ("source", image.copy_damaged))
    return [(what, damage) for what, damage in found if damage]


def _sentences(image: Image, work: Job | None) -> Iterable[str]:
    if image.withdrawn:
        yield image.withdrawn_reason or "No reason was given."
    elif is_live(image):
        yield _progress(work)
    elif not image.wanted:
        yield "Announced, and not sent yet."
    elif has_failed(image):
        yield image.error_text
    if damages(image) and not is_live(image):
        yield "What we keep of it is not as it was stored. The timeline says more."
    if image.missing_since:
        yield f"The file is missing since {_day(image.missing_since)}."


def _progress(work: Job | None) -> str:
    if work is None or work.state != Job.State.RUNNING:
        return f"Waiting: {work.error_text}" if work and work.error_text else "Waiting for its conversion."
    return f"Being converted: {work.stage}." if work.stage else "Being converted."


def access(policy: Policy, now: datetime) -> str:
    """What a policy lets the public have, for the end of a sentence."""
    if policy.closed:
        return "closed to the public"
    limit = f"at most {policy.edge} pixels on the longer edge" if policy.edge else "open to all"
    return f"closed until {_moment(policy.opens)}, then {limit}" if policy.opens and policy.opens > now else limit


def pairs(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a machine noted, as lines for people; what is empty is left out."""
    return [(name.replace("_", " "), _value(value)) for name, value in facts.items() if value not in (None, "", [], {})]


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_value, value))
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_value(each)}" for name, each in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)


def _day(moment: datetime) -> str:
    return f"{moment:%-d %b %Y}"


def _moment(moment: datetime) -> str:
    return f"{moment:%-d %b %Y, %H:%M} UTC"
