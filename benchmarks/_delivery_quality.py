"""Whether answers are good enough to count: beside a Lanczos reference made from the source in the master's colours."""

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks._delivery_cells import Wish, wishes
from benchmarks._delivery_load import Server, get
from benchmarks._delivery_pictures import Picture

#: DESIGN §11: decibels that have to be reached, that may be lost beside IIPImage, and the mean of CIEDE2000.
LEAST_PSNR, WORSE, MOST_DELTA_E = 35.0, 0.5, 1.8
#: CIEDE2000 is of about so many pixels of a picture, evenly spread.
_COMPARED = 300_000
#: Pixels of answers of which eight are compared, of larger ones two.
_SMALL = 150_000
#: Pixels of the source that the references of one kind are made of, unless one alone takes more.
_READ = 100_000_000
#: Of derivatives, ours and IIPImage's.
_QUALITY = 90


@dataclass(frozen=True, slots=True)
class Likeness:
    """PSNR in decibels and the mean of CIEDE2000, of some answers of a server for one picture taken together."""

    psnr: float
    delta_e: float


@dataclass(frozen=True, slots=True)
class Judged:
    """A kind of derivative of one picture: what we made of it, and IIPImage, where it is here.

    `reference` is what is left of the reference itself as a JPEG of our quality, 4:2:0.
    """

    kind: str
    picture: Picture
    reference: Likeness
    ours: Likeness
    theirs: Likeness | None

    @property
    def floor(self) -> float:
        """Decibels that ours has to have."""
        return max(LEAST_PSNR, self.theirs.psnr - WORSE) if self.theirs else LEAST_PSNR

    @property
    def good(self) -> bool:
        return self.ours.psnr >= self.floor and self.ours.delta_e <= MOST_DELTA_E


def judged(ours: Server, theirs: Server | None, asked: Mapping[Picture, Sequence[str]]) -> list[Judged]:
    """Some answers of each kind asked of a picture. SystemExit when one of them does not have the size asked for."""
    found = []
    for picture, kinds in asked.items():
        source = _managed(picture)
        for kind in kinds:
            if sample := _sample(kind, picture):
                references = [_reference(source, wish) for wish in sample]
                best = _likeness([_as_jpeg(each) for each in references], references)
                mine = _likeness(_answers(ours, sample), references)
                other = _likeness(_answers(theirs, sample), references) if theirs else None
                found.append(Judged(kind, picture, best, mine, other))
    return found


def _sample(kind: str, picture: Picture) -> list[Wish]:
    """Few where they are large, or made of much."""
    listed = wishes(kind, [picture], seed=7)
    most = 8 if listed and listed[0].width * listed[0].height <= _SMALL else 2
    taken: list[Wish] = []
    for wish in listed[:most]:
        if taken and sum(each.w * each.h for each in (*taken, wish)) > _READ:
            break
        taken.append(wish)
    return taken


def _answers(server: Server, sample: Sequence[Wish]) -> list[Any]:
    from PIL import Image

    found = []
    for wish in sample:
        with Image.open(io.BytesIO(get(server, wish.picture.name, wish.parameters))) as opened:
            found.append(opened.convert("RGB"))
        if found[-1].size != (wish.width, wish.height):
            raise SystemExit(f"{server.name}: {wish.picture.name} {wish.parameters} is {found[-1].size}")
    return found


def _as_jpeg(picture: Any) -> Any:
    from PIL import Image

    file = io.BytesIO()
    picture.save(file, "JPEG", quality=_QUALITY, subsampling="4:2:0")
    return Image.open(file).convert("RGB")


def _managed(picture: Picture) -> Any:
    """The source as a master of the default recipe has its colours, without the loss."""
    import pyvips
    from PIL import Image

    image = pyvips.Image.new_from_file(str(picture.source))
    if image.get_typeof("icc-profile-data"):
        how: dict[str, Any] = {"embedded": True, "intent": "relative", "black_point_compensation": True, "depth": 8}
        image = image.icc_transform("srgb", **how)
    return Image.fromarray(image.numpy())


def _reference(source: Any, wish: Wish) -> Any:
    from PIL import Image

    box = (wish.x, wish.y, wish.x + wish.w, wish.y + wish.h)
    return source.resize((wish.width, wish.height), Image.Resampling.LANCZOS, box=box).convert("RGB")


def _likeness(answers: Sequence[Any], references: Sequence[Any]) -> Likeness:
    import numpy as np

    wrong, differences, pixels = 0.0, 0.0, 0
    for answer, reference in zip(answers, references, strict=True):
        one, other = np.asarray(answer), np.asarray(reference)
        area = answer.width * answer.height
        wrong += float(((one.astype(np.int32) - other) ** 2).sum())
        differences += _delta_e(one, other) * area
        pixels += area
    psnr = 10 * math.log10(255**2 * 3 * pixels / wrong) if wrong else math.inf
    return Likeness(psnr, differences / pixels)


def _delta_e(one: Any, other: Any) -> float:
    import numpy as np
    import pyvips

    step = max(1, round(math.sqrt(one.shape[0] * one.shape[1] / _COMPARED)))
    spread = [np.ascontiguousarray(each[::step, ::step]) for each in (one, other)]
    first, second = (pyvips.Image.new_from_array(each, interpretation="srgb").colourspace("lab") for each in spread)
    return float(first.dE00(second).avg())
