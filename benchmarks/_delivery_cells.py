"""What is asked of the servers: lists of region/size by kind of derivative, drawn at random from pictures of a group.

Sizes of the same kind differ a little, so that hardly two requests at a time are for the same bytes and nobody wins by
answering both at once.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks._delivery_pictures import Picture

#: Addresses of one list, without what is before and after region/size.
LONGEST_LIST = 800
#: The parts of the mix, and their weights in 111 requests (DESIGN §11).
MIX = (("tile", 50), ("128", 50), ("1024", 10), ("4096", 1))
_MIXES = 18
#: Pixels of a picture's larger `sizes` above which they are left out.
_LARGEST_ENTRY = 20_000_000
_TILE = 256


@dataclass(frozen=True, slots=True)
class Wish:
    """A derivative of a picture: a region in pixels of the full image, and the size that it gets."""

    picture: Picture
    x: int
    y: int
    w: int
    h: int
    width: int
    height: int

    @property
    def parameters(self) -> str:
        whole = (self.x, self.y, self.w, self.h) == (0, 0, self.picture.width, self.picture.height)
        region = "full" if whole else f"{self.x},{self.y},{self.w},{self.h}"
        return f"{region}/{self.width},{self.height}/0/default.jpg"


Kind = Callable[[Picture, random.Random], Iterator[Wish]]


def wishes(kind: str, pictures: Sequence[Picture], seed: int = 1) -> list[Wish]:
    """At most LONGEST_LIST of a kind, as many of each picture, in an order by chance."""
    chance = random.Random(f"{kind} {seed}")
    found = []
    for picture in pictures:
        own = list(KINDS[kind](picture, chance))
        found += chance.sample(own, min(len(own), LONGEST_LIST // len(pictures)))
    chance.shuffle(found)
    return found


def mix(pictures: Sequence[Picture], seed: int = 1) -> list[Wish]:
    """Blocks of 111 in an order by chance, each with the same parts; pictures of all groups alike."""
    chance = random.Random(seed)
    groups = sorted({picture.group for picture in pictures})
    lists = {(part, group): _of(part, group, pictures, seed) for part, _ in MIX for group in groups}
    blocks = []
    for number in range(_MIXES):
        block = []
        for part, weight in MIX:
            block += [next(lists[part, groups[(number + place) % len(groups)]]) for place in range(weight)]
        chance.shuffle(block)
        blocks += block
    return blocks


def _of(part: str, group: str, pictures: Sequence[Picture], seed: int) -> Iterator[Wish]:
    kind = "viewer tile" if part == "tile" else part
    listed = wishes(kind, [picture for picture in pictures if picture.group == group], seed)
    while True:
        yield from listed


# --------------------------------------------------------------------------------------------------------------- kinds
def grid(picture: Picture, edge: int = _TILE) -> Iterator[tuple[Wish, bool]]:
    """Every tile of every level as viewers ask for it (3.0, implementation notes), and whether it is complete."""
    for level, (width, height, _, _) in enumerate(picture.levels):
        step = edge << level
        for x in range(0, picture.width, step):
            for y in range(0, picture.height, step):
                w, h = min(step, picture.width - x), min(step, picture.height - y)
                wish = Wish(picture, x, y, w, h, -(-w >> level), -(-h >> level))
                inside = (x >> level) + edge <= width and (y >> level) + edge <= height
                yield wish, inside and w == h == step


def _complete(picture: Picture, _: random.Random) -> Iterator[Wish]:
    return (wish for wish, complete in grid(picture) if complete)


def _edges(picture: Picture, _: random.Random) -> Iterator[Wish]:
    return (wish for wish, complete in grid(picture) if not complete)


def _viewer(picture: Picture, _: random.Random) -> Iterator[Wish]:
    return (wish for wish, _ in grid(picture))


def _widths(longest: int, count: int) -> Kind:
    """The whole picture in widths from `longest` down; where it is not so wide, nearly all of it at its own scale."""

    def kind(picture: Picture, _: random.Random) -> Iterator[Wish]:
        for less in range(count):
            width = longest - less
            if width < picture.width:
                height = max(1, round(picture.height * width / picture.width))
                yield Wish(picture, 0, 0, picture.width, picture.height, width, height)
            else:
                w, h = picture.width - less, picture.height - less
                yield Wish(picture, 0, 0, w, h, w, h)

    return kind


def _unaligned(picture: Picture, chance: random.Random) -> Iterator[Wish]:
    """Details of about 350 x 250 pixels that begin anywhere, one half of them reduced to a third."""
    for number in range(400):
        width, height = 350 + chance.randrange(-20, 21), 250 + chance.randrange(-20, 21)
        scale = 3 if number % 2 else 1
        w, h = scale * width, scale * height
        yield Wish(
            picture, chance.randrange(picture.width - w), chance.randrange(picture.height - h), w, h, width, height
        )


def _blocks(edge: int) -> Kind:
    """Aligned squares at the scale of the full image."""

    def kind(picture: Picture, _: random.Random) -> Iterator[Wish]:
        for x in range(0, picture.width - edge + 1, edge):
            for y in range(0, picture.height - edge + 1, edge):
                yield Wish(picture, x, y, edge, edge, edge, edge)

    return kind


def _sizes(picture: Picture, _: random.Random) -> Iterator[Wish]:
    """What info.json lists under `sizes`, but for the largest entries of large pictures."""
    for width, height, _, _ in picture.levels:
        if width * height <= _LARGEST_ENTRY:
            yield Wish(picture, 0, 0, picture.width, picture.height, width, height)


def _whole(picture: Picture, _: random.Random) -> Iterator[Wish]:
    yield Wish(picture, 0, 0, picture.width, picture.height, picture.width, picture.height)


KINDS: dict[str, Kind] = {
    "tile": _complete,
    "128": _widths(128, 32),
    "1024": _widths(1024, 32),
    "4096": _widths(4096, 32),
    "region": _unaligned,
    "edge tile": _edges,
    "viewer tile": _viewer,
    "512 tile": _blocks(512),
    "1024 tile": _blocks(1024),
    "sizes": _sizes,
    "full/max": _whole,
}
