"""The Celery app: three lanes by latency; messages are doorbells, the database has the truth."""

import os
import threading
import uuid
from typing import Any

from celery import Celery
from celery.signals import worker_ready, worker_shutting_down

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gcis.settings")

app = Celery("gcis")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    accept_content=["json"],
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    task_default_queue="bulk",
    broker_transport_options={"polling_interval": 0.1}
    if os.environ.get("GCIS_BROKER_URL", "memory").startswith("memory")
    else {},
)
app.autodiscover_tasks(["gcis.jobs"])


@worker_ready.connect
def _begin(**_: Any) -> None:
    from gcis.events import services as events
    from gcis.jobs import dispatcher, doorbell

    dispatcher.register_sweep(events.number_committed, every=0)
    dispatcher.start(lambda job: doorbell.send(job.pk, job.lane))


@worker_shutting_down.connect
def _stop(**_: Any) -> None:
    from gcis.jobs import doorbell
    from gcis.jobs.claims import stopping

    stopping.set()
    # An idle worker looks up every two seconds only, unless a message wakes it: here one about a job that is none.
    # In a thread, because a signal may have interrupted us while we held the broker's lock.
    threading.Thread(target=doorbell.send, args=(uuid.uuid4(), "interactive"), daemon=True).start()
