"""See recipes, and try them on a file."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from math import isinf
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.template.defaultfilters import filesizeformat

from gcis.core.commands import ServiceCommand
from images.conversion.process import ChildCrashed
from images.conversion.recipes import comparing
from images.conversion.recipes.books import book
from images.conversion.recipes.comparing import Trial
from images.conversion.recipes.recipe import Recipe
from images.conversion.recipes.recipe_file import RecipeFault
from images.conversion.recipes.rules import USUAL, Book, Choice
from images.conversion.recipes.wording import limits, metadata, tiles
from images.conversion.work import Limits, Result

#: What of `found` is told in a line of its own.
_APART = ("page", "pages")


class Command(ServiceCommand):
    help = "See how pictures are converted, try a recipe on a file, compare recipes. Nothing of this is kept."
    example = "./run manage recipes compare 1905-12.tif default fidelity"

    def add_arguments(self, parser: ArgumentParser) -> None:
        asked = parser.add_subparsers(dest="asked", required=True, metavar="show | try | compare")
        asked.add_parser("show", help="all recipes, and the rules that choose among them")
        trying = asked.add_parser("try", help="what is found in a file, which recipe it gets and why, what comes out")
        _add_file(trying)
        trying.add_argument("--recipe", metavar="NAME", default="", help="by this one, whatever the rules say")
        trying.add_argument("--source", metavar="SLUG", default="", help="as if it came from there")
        trying.add_argument(
            "--collection", metavar="IDENTIFIER", action="append", default=[], help="as if it were in there; repeatable"
        )
        comparing_ = asked.add_parser("compare", help="several recipes side by side")
        _add_file(comparing_)
        comparing_.add_argument("recipes", nargs="*", metavar="RECIPE", help="their names; none for all that there are")

    def work(self, options: Any) -> None:
        try:
            known = book()
            if options.asked == "show":
                self._show(known)
            elif options.asked == "try":
                self._try(known, options)
            else:
                self._compare([known.named(name) for name in options.recipes or known.recipes], options)
        except RecipeFault as fault:
            raise CommandError(f"{fault}.") from fault
        except (ValueError, ChildCrashed) as fault:
            raise CommandError(str(fault)) from fault

    # ----------------------------------------------------------------------------------------------------------- show
    def _show(self, known: Book) -> None:
        self.table(
            ("recipe", "tiles", "metadata", "limits", "from"),
            [
                (str(recipe), tiles(recipe), metadata(recipe), limits(recipe), known.origins[name] or "built in")
                for name, recipe in known.recipes.items()
            ],
        )
        for rule in known.rules:
            self.say(f"rule {rule.number}  {rule.condition}: {rule.use}")
        self.say(f"otherwise  {USUAL}" if known.rules else f"no rules  {USUAL}, unless another is asked for")

    # ------------------------------------------------------------------------------------------------------------ try
    def _try(self, known: Book, options: Any) -> None:
        given = {"asked": options.recipe, "source": options.source, "collections": options.collection}
        with self._bench(options) as bench:
            with self.busy("Looking at the file"):
                found = bench.look()
            choice = known.choose(found, **given)
            with self.busy(f"Converting by {choice.recipe}"):
                trial = bench.trial(choice.recipe)
        self.table(("", ""), _story(found, choice, trial.result))
        self._compared([trial])

    # -------------------------------------------------------------------------------------------------------- compare
    def _compare(self, recipes: list[Recipe], options: Any) -> None:
        trials = []
        with self._bench(options) as bench:
            for recipe in recipes:
                with self.busy(f"Converting by {recipe}"):
                    trials.append(bench.trial(recipe))
        self._compared(trials)

    def _compared(self, trials: list[Trial]) -> None:
        """Each in a line, its bytes in percent of the first; ΔE2000 is the mean of all pixels."""
        first = trials[0].result.size
        self.table(
            ("recipe", "bytes", "%", "bits/pixel", "ΔE2000", "PSNR", "seconds"),
            [
                (
                    str(trial.recipe),
                    filesizeformat(trial.result.size).replace("\xa0", " "),
                    f"{trial.result.size * 100 / first:.0f}",
                    f"{trial.result.size * 8 / (trial.result.width * trial.result.height):.2f}",
                    f"{trial.like.difference:.2f}",
                    "without loss" if isinf(trial.like.decibels) else f"{trial.like.decibels:.1f} dB",
                    f"{trial.seconds:.2f}",
                )
                for trial in trials
            ],
        )

    # -------------------------------------------------------------------------------------------------------- helpers
    def _bench(self, options: Any) -> Any:
        if not options.file.is_file():
            raise CommandError(f"There is no file {options.file}.")
        most = Limits(settings.GCIS_CONVERT_SECONDS, settings.GCIS_CONVERT_MEMORY, settings.GCIS_CONVERT_PIXELS)
        return comparing.bench(options.file, options.page - 1, settings.GCIS_WORK_DIR, most)


def _add_file(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="any picture")
    parser.add_argument("--page", type=_page, default=1, metavar="NUMBER", help="of a file with several, from 1")


def _page(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise ArgumentTypeError("pages are counted from 1")
    return int(text)


def _story(found: Mapping[str, Any], choice: Choice, made: Result) -> list[tuple[str, str]]:
    """What happened to the file, in its order; what there is nothing to say of is left out."""
    lines = [
        ("found", _facts(found)),
        ("page", f"{found['page'] + 1} of {found['pages']}" if found["pages"] > 1 else ""),
        ("recipe", f"{choice.recipe}: {choice.why}"),
        ("assumed", _facts(made.assumed)),
        ("done", "; ".join(made.done)),
        *((f"metadata {what}", ", ".join(names)) for what, names in made.metadata.items()),
        *(("warning", warning) for warning in made.warnings),
        ("levels", ", ".join(f"{width} x {height}" for width, height, *_ in made.levels)),
        ("seconds", ", ".join(f"{stage} {spent:.2f}" for stage, spent in made.seconds.items())),
    ]
    return [(what, told) for what, told in lines if told]


def _facts(facts: Mapping[str, Any]) -> str:
    said = {name: value for name, value in facts.items() if value not in (None, "", []) and name not in _APART}
    return ", ".join(f"{name.replace('_', ' ')} {_value(value)}" for name, value in said.items())


def _value(value: Any) -> str:
    return " x ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
