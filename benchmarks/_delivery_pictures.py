"""What is asked for when delivery is measured: pictures of three sizes, their masters, and who knows them.

The masters are made by our own conversion; IIPImage reads the very same files.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks import _delivery_sources as of

#: Megapixels of the photographs of each group.
GROUPS = {"small": (3.4, 5.2, 6.8, 9.0), "medium": (18.0, 48.0), "large": (104.0, 112.0)}
#: For the quick run, which only shows that all of it runs.
FEW = {"small": (3.4, 5.2), "medium": (18.0,), "large": (30.0,)}
ENGRAVING, ZONES = "engraving", "zone plate"


@dataclass(frozen=True, slots=True)
class Picture:
    """`levels` are those of its master, largest first: (width, height, tile width, tile height)."""

    name: str
    group: str
    source: Path
    width: int
    height: int
    levels: tuple[tuple[int, int, int, int], ...]


def sources(folder: Path, groups: dict[str, tuple[float, ...]]) -> list[tuple[str, str, Path]]:
    """The group, name and file of each picture: photographs by group, then line art and rings."""
    made = []
    for group, sizes in groups.items():
        for number, size in enumerate(sizes):
            name = f"{group}-{number}"
            made.append((group, name, of.photograph(folder / f"{name}.tif", size, len(made))))
    engraving, zones = of.engraving(folder / "engraving.tif"), of.zone_plate(folder / "zones.tif")
    return [*made, (ENGRAVING, engraving.stem, engraving), (ZONES, zones.stem, zones)]


def registered(made: list[tuple[str, str, Path]], links: Path) -> list[Picture]:
    """Convert them, and make them images of this installation, whose masters IIPImage finds in `links`."""
    from images import sources as image_sources
    from tests.images import converted

    owner = image_sources.put_system("bench", "Bench", actor="bench")[0]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda each: converted.converted(each[2]), made))
    links.mkdir()
    pictures = []
    for (group, name, source), (master, result) in zip(made, results, strict=True):
        (links / name).symlink_to(converted.registered(owner, master, result))
        pictures.append(Picture(name, group, source, result.width, result.height, result.levels))
    return pictures
