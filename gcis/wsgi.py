"""What the web server calls."""

import os

from gcis.embedded import leash

leash.hold_from_environment()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gcis.settings")

# The leash comes first: nothing may start without it. Celery's app is named so that doorbells know their broker.
from django.core.wsgi import get_wsgi_application  # noqa: E402

import gcis.celery  # noqa: E402, F401

application = get_wsgi_application()
