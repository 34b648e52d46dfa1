"""The lanes of work by latency, and the queue that each has for its doorbells. Needs no Django."""

from typing import Any

from kombu import Exchange, Queue

#: In the order in which a worker takes up what is due.
LANES = ("interactive", "bulk", "sweep")

#: What both ends of the queues have to agree upon, as settings of Celery. The default exchange finds a queue by its
#: name: a broker that was emptied has forgotten no binding.
MESSAGES: dict[str, Any] = {
    "accept_content": ["json"],
    "task_ignore_result": True,
    "task_queues": [Queue(lane, Exchange(""), routing_key=lane) for lane in LANES],
    "task_default_queue": "bulk",
    "task_default_exchange": "",
    "task_create_missing_queues": False,
}
