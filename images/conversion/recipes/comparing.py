"""Recipes tried on one file: converted as a worker does it, and measured against a master without loss."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from images.conversion.process import ConversionProcess
from images.conversion.recipes.books import limited
from images.conversion.recipes.likeness import Likeness, likeness
from images.conversion.recipes.recipe import Recipe
from images.conversion.work import Limits, Look, Result, Work


@dataclass(frozen=True, slots=True)
class Trial:
    """What one recipe made of the file: the master's facts, seconds of wall time, and how near it came."""

    recipe: Recipe
    result: Result
    seconds: float
    like: Likeness


class Bench:
    """One page of one file, and a conversion child to try recipes on it."""

    def __init__(self, source: Path, page: int, folder: Path, limits: Limits) -> None:
        self._source, self._page, self._folder, self._limits = source, page, folder, limits
        self._process = ConversionProcess()
        self._made = 0

    def look(self) -> dict[str, Any]:
        """What was found. Raises SourceFault, Unavailable, ChildCrashed, as everything here."""
        return self._process.look(Look(self._source, self._page, self._limits), lambda *_: None)

    def trial(self, recipe: Recipe) -> Trial:
        """The reference differs from recipe to recipe: they may see colours and transparency differently."""
        lossless = replace(recipe, codec="deflate", chroma="4:4:4", take=False)
        reference, _, _ = self._convert(lossless)
        master, result, seconds = self._convert(recipe)
        trial = Trial(recipe, result, seconds, likeness(master, reference))
        for path in (reference, master):
            path.unlink()
        return trial

    def close(self) -> None:
        self._process.close()

    def _convert(self, recipe: Recipe) -> tuple[Path, Result, float]:
        self._made += 1
        target = self._folder / f"{self._made}.tif"
        work = Work(self._source, target, recipe, limited(self._limits, recipe), self._page)
        began = perf_counter()
        result = self._process.convert(work, lambda *_: None)
        return target, result, perf_counter() - began


@contextmanager
def bench(source: Path, page: int, scratch: Path, limits: Limits) -> Iterator[Bench]:
    """A bench with a folder in `scratch`; both are gone at the end, and the child too."""
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="recipes-", dir=scratch) as folder:
        opened = Bench(source.resolve(), page, Path(folder), limits)
        try:
            yield opened
        finally:
            opened.close()
