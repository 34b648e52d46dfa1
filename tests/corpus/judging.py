"""What is wrong with an outcome, held against what was expected independently of the converter. Pure."""

from collections.abc import Iterator

from tests.corpus.measuring import Master, Outcome
from tests.corpus.source import Picture, Refusal

#: How exactly the resolution must be kept: files hold it in whole pixels per centimetre, or per metre.
RESOLUTION = 0.005


def complaints(outcome: Outcome, expected: Picture | Refusal) -> list[str]:
    """One sentence for each thing that is not as it must be."""
    if isinstance(expected, Refusal):
        return list(_of_refusal(outcome, expected))
    if outcome.master is None:
        return [f"refused ({outcome.code}): {outcome.sentence}"]
    master = outcome.master
    return [*_of_master(master, expected), *_of_colours(outcome, master, expected), *_of_found(outcome, expected)]


def _of_refusal(outcome: Outcome, expected: Refusal) -> Iterator[str]:
    if outcome.master:
        yield f"taken, and not refused with {expected.code}"
    elif outcome.code != expected.code:
        yield f"refused with {outcome.code}, not {expected.code}: {outcome.sentence}"
    elif expected.says.lower() not in outcome.sentence.lower():
        yield f"the sentence does not say {expected.says!r}: {outcome.sentence}"


def _of_master(master: Master, expected: Picture) -> Iterator[str]:
    if master.size != expected.size:
        yield f"size {master.size}, not {expected.size}"
    if master.channels != (1 if expected.pixels.ndim == 2 else 3):
        yield f"{master.channels} channels for pixels of the shape {expected.pixels.shape}"
    if master.orientation != 1:
        yield f"the master says that it has to be turned ({master.orientation})"
    if "sRGB" not in master.profile and "sGray" not in master.profile:
        yield f"the profile is {master.profile!r}"
    if master.metadata != expected.metadata:
        yield f"metadata {sorted(master.metadata)}, not {sorted(expected.metadata)}"
    if not _same_resolution(master.pixels_per_mm, expected.pixels_per_mm):
        yield f"{master.pixels_per_mm} pixels per mm, not {expected.pixels_per_mm}"


def _of_colours(outcome: Outcome, master: Master, expected: Picture) -> Iterator[str]:
    for recipe, seen, most in (("", master.delta_e, expected.gate), (" without loss", outcome.exact, expected.exact)):
        for what, number, bound in zip(("mean", "99th percentile"), seen, most, strict=True):
            if number > bound:
                yield f"ΔE2000{recipe}: {what} {number:.2f}, more than {bound}"


def _of_found(outcome: Outcome, expected: Picture) -> Iterator[str]:
    if outcome.found["pages"] != expected.pages:
        yield f"{outcome.found['pages']} pages found, not {expected.pages}"


def _same_resolution(one: tuple[float, float] | None, other: tuple[float, float] | None) -> bool:
    if one is None or other is None:
        return one is other
    return all(abs(a - b) <= RESOLUTION * b for a, b in zip(one, other, strict=True))
