"""All figures as one text, as Prometheus reads it."""

import os

from prometheus_client import CollectorRegistry, generate_latest

from gcis.metrics.caches import Caches
from gcis.metrics.figures import Figures
from gcis.metrics.processes import Processes


def registry() -> CollectorRegistry:
    """What the processes counted, how full the caches are, and what the database says."""
    made = CollectorRegistry()
    made.register(Processes(os.environ.get("PROMETHEUS_MULTIPROC_DIR")))
    made.register(Caches())
    made.register(Figures())
    return made


def text() -> bytes:
    return generate_latest(registry())
