"""The golden values of the corpus: what came of every source when somebody last looked, and how far that may change."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.corpus.measuring import Outcome

PATH = Path(__file__).parents[1] / "golden" / "conversion.json"
#: How much farther from its source a master may be than it was: a part of it, and in ΔE2000 at least.
FARTHER, AT_LEAST = 0.15, 0.1
#: How much larger or smaller its file may be: a part of it, and in bytes at least.
LARGER, BYTES_AT_LEAST = 0.05, 1024
#: Values that are not compared exactly.
_BOUNDED = ("delta_e", "exact", "bytes", "pixels_per_mm")

Values = dict[str, Any]


def values(outcome: Outcome) -> Values:
    """The same on every machine: nothing of paths, times or digests."""
    master = outcome.master
    if master is None:
        return {"refused": outcome.code, "sentence": outcome.sentence}
    return {
        "size": list(master.size),
        "channels": master.channels,
        "levels": [list(level) for level in master.levels],
        "profile": master.profile,
        "orientation": master.orientation,
        "metadata": sorted(master.metadata),
        "recipe": outcome.recipe,
        "found": {key: outcome.found[key] for key in ("format", "bits", "sample", "orientation", "profile", "pages")},
        "assumed": outcome.assumed,
        "done": list(outcome.done),
        "warnings": list(outcome.warnings),
        "pixels_per_mm": [round(side, 3) for side in master.pixels_per_mm] if master.pixels_per_mm else None,
        "delta_e": [round(number, 2) for number in master.delta_e],
        "exact": [round(number, 2) for number in outcome.exact],
        "bytes": outcome.bytes_out,
    }


def read() -> dict[str, Values]:
    return json.loads(PATH.read_text()) if PATH.is_file() else {}


def write(all_values: dict[str, Values]) -> None:
    """One source to a line, so that a change shows which ones it touched."""
    lines = (f"{json.dumps(key)}: {json.dumps(found, ensure_ascii=False)}" for key, found in all_values.items())
    PATH.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def differences(seen: Values, golden: Values) -> list[str]:
    """One sentence for each value that is another, or out of its bounds."""
    return list(_differences(seen, golden))


def _differences(seen: Values, golden: Values) -> Iterator[str]:
    for key in sorted(seen.keys() | golden.keys()):
        one, other = seen.get(key), golden.get(key)
        if key not in _BOUNDED and one != other:
            yield f"{key} was {other!r} and is {one!r}"
    if "refused" in seen or "refused" in golden:
        return
    for which in ("delta_e", "exact"):
        for what, now, before in zip(("mean", "99th percentile"), seen[which], golden[which], strict=True):
            if now > before + max(AT_LEAST, FARTHER * before):
                yield f"{which}: the {what} was {before} and is {now}"
    if abs(seen["bytes"] - golden["bytes"]) > max(BYTES_AT_LEAST, LARGER * golden["bytes"]):
        yield f"the master had {golden['bytes']} bytes and has {seen['bytes']}"
    if not _close(seen["pixels_per_mm"], golden["pixels_per_mm"]):
        yield f"pixels per mm were {golden['pixels_per_mm']} and are {seen['pixels_per_mm']}"


def _close(one: list[float] | None, other: list[float] | None) -> bool:
    if one is None or other is None:
        return one is other
    return all(abs(a - b) < 0.002 * b for a, b in zip(one, other, strict=True))
