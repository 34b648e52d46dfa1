"""A worker host."""

import re
import socket
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from gcis.core.commands import ServiceCommand
from gcis.jobs.lanes import LANES
from gcis.worker import Host

_NAME = re.compile(r"[\w.-]{1,100}", re.ASCII)
HELP = """\
Do the work that is due, until stopped. One process per worker host, or several with names of their own.

Lanes, in the order in which a worker takes up what is due in them:
  interactive  what somebody waits for: publishing, single pictures; short
  bulk         conversions; seconds to minutes each
  sweep        upkeep: reconciling, fixity; may take hours

Of several lanes, one thread is kept for interactive work: --threads 3 does two conversions at once. On a small site
give every host all lanes. On a large one give interactive work hosts of its own: nothing slow is ever before it there:
  web-1     worker --name web-1 --lanes interactive --threads 4
  convert-1 worker --name convert-1 --lanes bulk,sweep --threads 8

Pixels are made in processes beside this one: as many threads as there are processors, and one more, is a good number.

SIGTERM: what runs has GCIS_STOP_SECONDS to finish, then it is given back and costs no attempt; a second SIGTERM, or
SIGQUIT, gives back at once. Exit status: 0 when stopped; 75 when the process no longer heard its broker (the log says
worker.deaf): have it started anew, as systemd does with Restart=always."""


class Command(ServiceCommand):
    help = HELP
    example = "./run manage worker --name convert-1 --lanes bulk,sweep --threads 8"

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--name", type=_name, default=socket.gethostname()[:100], help="of this worker; the host's by default"
        )
        parser.add_argument(
            "--lanes", type=_lanes, default=LANES, metavar="LANE,...", help=f"some of {','.join(LANES)}; all by default"
        )
        parser.add_argument(
            "--threads", type=_threads, default=settings.GCIS_WORKERS + 1, metavar="N", help="jobs at once"
        )

    def work(self, options: Any) -> None:
        if settings.GCIS_EMBEDDED and settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
            self.note("GCIS_BROKER_URL is not set: work begins when this worker next looks, not when it is asked for.")
        status = Host(options.name, options.lanes, options.threads).run()
        if status:
            raise CommandError("This worker no longer heard its broker. Start it anew.", returncode=status)


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ArgumentTypeError("a name is up to 100 letters, digits, dots, hyphens and underscores")
    return text


def _lanes(text: str) -> tuple[str, ...]:
    asked = text.split(",")
    if unknown := set(asked) - set(LANES):
        raise ArgumentTypeError(f"there is no lane {', '.join(sorted(unknown))}; there are {', '.join(LANES)}")
    return tuple(lane for lane in LANES if lane in asked)


def _threads(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise ArgumentTypeError("from 1 to 256")
    return int(text)
