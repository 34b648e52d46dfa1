"""What runs, waits and failed; once more, or stop."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from rich.console import Group
from rich.live import Live
from rich.text import Text

from gcis.core.commands import MOST_LINES, ServiceCommand, add_actor, add_dry_run, as_table
from gcis.core.errors import SourceFault
from gcis.jobs import figures, listing, people, services
from gcis.jobs.models import Batch, Job

#: Seconds between two looks of --watch.
LOOK_SECONDS = 1


class Command(ServiceCommand):
    help = (
        "List the work that runs, failed (and was not mended since) and waits; or have it done once more, or stopped. "
        "Ids may be shortened."
    )
    example = "./run manage jobs --kind images.convert --watch"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--state", choices=Job.State.values, metavar="STATE", help=", ".join(Job.State.values))
        parser.add_argument("--kind", metavar="KIND", help="images.convert or manifests.publish")
        parser.add_argument("--batch", metavar="ID", help="only what belongs to that batch")
        parser.add_argument("--limit", type=int, default=MOST_LINES, metavar="N", help="so many of each state")
        parser.add_argument("--watch", action="store_true", help="look again every second until nothing waits or runs")
        acts = parser.add_subparsers(dest="act", metavar="[batches | retry ID... | cancel ID...]")
        batches = acts.add_parser("batches", help="list batches, the newest first")
        batches.add_argument("--limit", type=int, default=MOST_LINES, metavar="N", help="so many")
        for act, text in (("retry", "do it once more; of a batch what failed"), ("cancel", "stop it")):
            changing = acts.add_parser(act, help=text)
            changing.add_argument("ids", nargs="+", metavar="ID", help="of jobs or batches")
            add_actor(changing)
            add_dry_run(changing)

    def work(self, options: Any) -> None:
        if options.act == "batches":
            newest = list(Batch.objects.order_by("-created", "pk")[: options.limit])
            self.table(listing.BATCH_COLUMNS, listing.batch_rows(newest, short=self.terminal.is_terminal))
        elif options.act == "retry":
            self._change(options, _why_not_retry, self._retry, "to be done once more")
        elif options.act == "cancel":
            self._change(options, _why_not_cancel, self._cancel, "cancelled")
        else:
            batch = listing.find_batch(options.batch) if options.batch else None
            self._show(listing.listing(options.state, options.kind, batch), options)

    # -------------------------------------------------------------------------------------------------------- looking
    def _show(self, shown: listing.Listing, options: Any) -> None:
        if not options.watch:
            self.table(listing.JOB_COLUMNS, shown.rows(options.limit, short=self.terminal.is_terminal))
            self.note(shown.summary())
        elif self.terminal.is_terminal:
            self._draw(shown, options.limit)
        else:
            self._repeat(shown)

    def _draw(self, shown: listing.Listing, limit: int) -> None:
        with Live(console=self.terminal, auto_refresh=False) as screen:
            while True:
                live = shown.live
                table = as_table(listing.JOB_COLUMNS, shown.rows(limit, short=True))
                screen.update(Group(table, Text(shown.summary())), refresh=True)
                if not live:
                    return
                time.sleep(LOOK_SECONDS)

    def _repeat(self, shown: listing.Listing) -> None:
        """Where nothing can be drawn over: a line whenever the figures have changed."""
        said = ""
        while True:
            live, summary = shown.live, shown.summary()
            if summary != said:
                self.say(summary)
                said = summary
            if not live:
                return
            time.sleep(LOOK_SECONDS)

    # ------------------------------------------------------------------------------------------------------- changing
    def _change(self, options: Any, why_not: Any, service: Any, done: str) -> None:
        rows = listing.find_all(options.ids)
        if not options.dry_run:
            self.conclude(self.each("Asking", rows, lambda row: service(row, options.actor)), done)
            return
        reasons = {row.pk: why_not(row) for row in rows}
        self.lines(f"would {options.act}", [_described(row) for row in rows if not reasons[row.pk]])
        self.lines(f"cannot {options.act}", [f"{_described(row)}: {why}" for row in rows if (why := reasons[row.pk])])
        self.say("Nothing was changed.")
        if any(reasons.values()):
            raise CommandError(f"Not all of these can be {done}.")

    def _retry(self, row: Job | Batch, actor: str) -> None:
        if isinstance(row, Job):
            people.retry(row.pk, actor)
            return
        outcome = people.retry_failures(row.pk, actor)
        said = f"{row}: {outcome.sentence('to be done once more')}"
        if outcome.refused:
            raise SourceFault("retry", said)
        self.say(said)

    def _cancel(self, row: Job | Batch, actor: str) -> None:
        if isinstance(row, Job):
            people.cancel(row.pk, actor)
        else:
            people.cancel_batch(row.pk, actor)


def _described(row: Job | Batch) -> str:
    return f"{row.kind} {row.pk}" if isinstance(row, Job) else f"batch {row.pk} {row}"


def _why_not_retry(row: Job | Batch) -> str:
    """Why `people` would refuse; empty when it would not."""
    if isinstance(row, Batch):
        return "" if figures.to_retry(row) else "nothing of it has failed and is not mended"
    if row.state not in (*people.ERRORS, Job.State.CANCELLED):
        return f"it is {row.state}"
    return "it is under way again" if services.live(row.kind, [row.subject]) else ""


def _why_not_cancel(row: Job | Batch) -> str:
    if isinstance(row, Batch):
        live = row.jobs.filter(state__in=Job.LIVE).exists()
        return "" if live or not row.closed else "nothing of it is waiting or under way"
    return "" if row.state in Job.LIVE else f"it is {row.state}"
