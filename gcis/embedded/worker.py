"""The Celery worker of the embedded profile: all lanes, in threads of one process."""

import os

from gcis.embedded import leash


def main() -> None:
    leash.hold_from_environment()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gcis.settings")
    import django

    django.setup()
    from django.conf import settings

    from gcis.celery import app
    from images.conversion.pipeline import sweep_scratch

    sweep_scratch()
    app.worker_main(
        [
            "worker",
            "--pool=threads",
            f"--concurrency={settings.GCIS_WORKERS}",
            "--queues=interactive,bulk,sweep",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
            "--loglevel=WARNING",
        ]
    )


if __name__ == "__main__":
    main()
