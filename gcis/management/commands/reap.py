"""One round of what workers do beside their work, for cron."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from gcis.core.commands import ServiceCommand
from gcis.jobs import backlog, dispatcher, doorbell, services


class Command(ServiceCommand):
    help = (
        "Queue again what lost workers left behind, ring for what is due, and do every sweep once. Workers do all this "
        "themselves; from cron, every minute, it goes on where their own threads for it died. Safe at any time."
    )
    example = "./run manage reap"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dead", metavar="NAME", help="this worker is known to be dead: free its jobs before their leases run out"
        )

    def work(self, options: Any) -> None:
        freed = services.reap() + (services.free_worker(options.dead) if options.dead else 0)
        failed = dispatcher.sweep_all()
        due = [lane for lane, figures in backlog.backlog().items() if figures.due]
        if due and not settings.GCIS_EMBEDDED:
            try:
                doorbell.send(due)
            except doorbell.Unheard as error:
                self.note(f"The broker does not answer; workers find what is due by themselves. ({error})")
        self.say(f"Jobs freed: {freed}. Due: {', '.join(due) or 'nothing'}.")
        if failed:
            raise CommandError(f"Sweeps that failed: {failed}. The log says why.")
