"""Compare database, stores and published files."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from gcis.core.commands import TRY_LATER, ServiceCommand, add_actor
from gcis.upkeep import checks, services
from gcis.upkeep.services import Report, Result

COLUMNS = ("check", "looked at", "wrong", "mended")


class Command(ServiceCommand):
    help = (
        "Compare the database, the stores and what is published; say what differs, and with --repair mend it. May run "
        "while workers work. Status 1: something is wrong and was not mended; 75: a store did not answer."
    )
    example = "./run manage reconcile --repair --check masters.stored"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="mend what can be mended; without it nothing changes")
        parser.add_argument(
            "--check", action="append", default=[], metavar="NAME", help="only that one (may be repeated)"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("--list", action="store_true", help="say what the checks are, and do no more")
        add_actor(parser)

    def work(self, options: Any) -> None:
        names = tuple(options.check)
        if options.list:
            self.table(("check", "when all is well"), [(check.name, check.means) for check in checks.named(names)])
            return
        report = self._compare(names, options)
        run = services.keep(report)
        if options.json:
            run.refresh_from_db()
            said = {"run": str(run.pk), "wrong": run.wrong, "mended": run.mended}
            self.stdout.write(json.dumps({**said, "checks": run.figures, "findings": run.findings}, indent=2))
        else:
            self.table(COLUMNS, [_row(result) for result in report.results])
            self._tell(report)
        self._conclude(report)

    def _compare(self, names: tuple[str, ...], options: Any) -> Report:
        mends = services.ALL if options.repair else services.NOTHING
        if options.json:
            return services.compare(actor=options.actor, mends=mends, names=names)
        with self.busy("Comparing"):
            return services.compare(actor=options.actor, mends=mends, names=names)

    def _tell(self, report: Report) -> None:
        for result in report.results:
            for mended in (False, True):
                said = [finding.sentence for finding, done in result.findings if done is mended]
                self.lines("mended" if mended else "wrong", said)
            if result.wrong > len(result.findings):
                self.say(f"{result.check.name}: and {result.wrong - len(result.findings)} more")

    def _conclude(self, report: Report) -> None:
        if left := report.wrong - report.mended:
            raise CommandError(f"{left} of {report.wrong} findings are not mended.")
        if unseen := [f"{each.check.name}: {each.unseen}" for each in report.results if each.unseen]:
            raise CommandError("\n".join(unseen), returncode=TRY_LATER)
        self.note("All is well." if not report.wrong else "What was wrong is mended, or being mended by the workers.")


def _row(result: Result) -> tuple[str, str, str, str]:
    return result.check.name, str(result.looked), str(result.wrong), str(result.mended)
