"""What the web server calls."""

import os

from gcis.embedded import leash

leash.hold_from_environment()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gcis.settings")

from django.core.wsgi import get_wsgi_application  # noqa: E402  the leash comes first: nothing may start without it

application = get_wsgi_application()
