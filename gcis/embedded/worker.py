"""The worker of the embedded profile: all lanes, in threads of one process."""

import os
import socket
import sys

from gcis.embedded import leash


def main() -> int:
    leash.hold_from_environment()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gcis.settings")
    import django

    django.setup()
    from django.conf import settings

    from gcis.jobs.lanes import LANES
    from gcis.worker import Host
    from images.conversion.pipeline import sweep_scratch

    sweep_scratch()
    return Host(socket.gethostname(), LANES, settings.GCIS_WORKERS + 1).run()


if __name__ == "__main__":
    sys.exit(main())
