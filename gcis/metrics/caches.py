"""How full the caches on this host's disk are, as far as the processes of this host know: no file is looked at."""

from collections.abc import Iterable, Iterator

import structlog
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from images.holdings import on_disk

log = structlog.get_logger(__name__)


class Caches(Collector):
    """Of a cache whose folder cannot be read the figures are absent."""

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        size = GaugeMetricFamily("gcis_cache_bytes", "Bytes in a cache on this host's disk.", labels=["cache"])
        files = GaugeMetricFamily("gcis_cache_files", "Files in it.", labels=["cache"])
        limit = GaugeMetricFamily("gcis_cache_limit_bytes", "Bytes that it may take.", labels=["cache"])
        for name, cache in on_disk().items():
            limit.add_metric([name], cache.room.limits.bytes)
            try:
                known = cache.room.known()
            except OSError as error:
                log.warning("figures.absent", cache=name, error=str(error))
                continue
            size.add_metric([name], known.bytes)
            files.add_metric([name], known.files)
        yield from (size, files, limit)
