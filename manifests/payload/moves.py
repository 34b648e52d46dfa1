"""What moved: things that are recognised at another place by what they hold."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath


def moved(was: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Where each thing that moved was before: {new place: old place}.

    `was` and `now` say what lies at each place: a digest, or any other name that stays with the thing. What is still
    at its old place did not move (elsewhere it was copied). A place that was taken can be moved to only when what was
    there moved on: two names exchanged, or a chain of renames. Else something there was replaced.
    """
    left: dict[str, list[str]] = defaultdict(list)
    for place, thing in was.items():
        if now.get(place) != thing:
            left[thing].append(place)
    found: dict[str, str] = {}
    # New places choose first: at one that was taken, the same bytes may as well be a replacement.
    for place in sorted(now, key=lambda place: (place in was, place)):
        if was.get(place) != now[place] and (candidates := left.get(now[place])):
            found[place] = _most_alike(candidates, place, now)
            candidates.remove(found[place])
    return _possible(found, was)


def _most_alike(candidates: list[str], place: str, now: Mapping[str, str]) -> str:
    """Of several places that held this, one where nothing is now, of the same name if there is one, else the first."""
    name = PurePosixPath(place).name
    return min(candidates, key=lambda old: (old in now, PurePosixPath(old).name != name, old))


def _possible(found: dict[str, str], was: Mapping[str, str]) -> dict[str, str]:
    """Without the moves to places that nothing left, and without those that wait for one of these."""
    left = set(found.values())
    blocked = [place for place in found if place in was and place not in left]
    while blocked:
        stays = found.pop(blocked.pop())
        if stays in found:
            blocked.append(stays)
    return found


def most_common(names: Iterable[str], preferred: str) -> str:
    """The name that is there most often; `preferred` if others are there as often."""
    counts = Counter(names)
    return max(counts, key=lambda name: (counts[name], name == preferred))


def parents(was: str, now: str) -> Iterable[tuple[str, str]]:
    """Pairs of collection ids above two places while the names below agree: a/x/p, b/x/p: (a/x/, b/x/), (a/, b/)."""
    old, new = was.split("/"), now.split("/")
    while len(old) > 1 and len(new) > 1 and old.pop() == new.pop():
        yield "/".join(old) + "/", "/".join(new) + "/"
