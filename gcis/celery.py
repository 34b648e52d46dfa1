"""The Celery app of workers: a queue of doorbells for each lane; the database has the truth."""

import os

from celery import Celery

from gcis.jobs.lanes import MESSAGES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gcis.settings")

app = Celery("gcis")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    MESSAGES,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    worker_enable_remote_control=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_heartbeat=20,
)
app.set_default()  # for every thread, not for this one alone
app.autodiscover_tasks(["gcis.jobs"])
