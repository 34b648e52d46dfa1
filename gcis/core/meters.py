"""What the processes of this host count, for `/metrics`: requests, renders, ended jobs. Names end in their unit.

With PROMETHEUS_MULTIPROC_DIR in the environment (gcis.settings sets it) each process writes to files of its own there,
and whoever is asked adds up all of them. It has to be set before this module is imported.
"""

import os
from pathlib import Path

from prometheus_client import Counter, Gauge, Histogram

if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    Path(folder).mkdir(parents=True, exist_ok=True)

_REQUEST_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_RENDER_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

REQUESTS = Counter("gcis_requests", "Answered requests.", ("door", "method", "status"))
REQUEST_SECONDS = Histogram(
    "gcis_request_seconds", "Time to the answer's first byte.", ("door", "method"), buckets=_REQUEST_BUCKETS
)
RENDER_SECONDS = Histogram("gcis_render_seconds", "Making the pixels of one answer.", buckets=_RENDER_BUCKETS)
JOBS_ENDED = Counter("gcis_jobs_ended", "Attempts of jobs that came to an end.", ("kind", "outcome"))
JOB_STAGE_SECONDS = Counter("gcis_job_stage_seconds", "Time spent on jobs that succeeded.", ("kind", "stage"))
#: Lookups that are answered from memory just now, because the database failed them: one for each kind and process.
BREAKERS_OPEN = Gauge("gcis_breakers_open", "Lookups answered from memory.", multiprocess_mode="livesum")
#: cut: as it stands in the master; joined: of tiles, without decoding; small: of the few tiles needed; drawn: by
#: libvips.
RENDERS = Counter("gcis_renders", "Pictures that were made.", ("kind",))

# Caches: masters, ranges, derivatives, tiles (docs/caches.md).
CACHE_HITS = Counter("gcis_cache_hits", "Found in a cache.", ("cache",))
CACHE_MISSES = Counter("gcis_cache_misses", "Not found in a cache.", ("cache",))
CACHE_STORED_BYTES = Counter("gcis_cache_stored_bytes", "Put into a cache.", ("cache",))
CACHE_EVICTIONS = Counter("gcis_cache_evictions", "Files that had to leave a cache.", ("cache",))
CACHE_WAITS = Counter("gcis_cache_waits", "Waited for what somebody else was making.", ("cache",))
CACHE_FAILURES = Counter("gcis_cache_failures", "What a cache could not do.", ("cache",))
RANGE_READS = Counter("gcis_range_reads", "Requests to the store for parts of masters.")
RANGE_BYTES = Counter("gcis_range_bytes", "Bytes of those parts.")
COPIES = Counter("gcis_master_copies", "Copies of masters that were begun beside requests.", ("outcome",))
