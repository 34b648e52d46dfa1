"""What the web server calls."""

import os

from gcis.embedded import leash

leash.hold_from_environment()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gcis.settings")

# The leash comes first: nothing may start without it.
import django  # noqa: E402

from gcis.core.wsgi import Handler  # noqa: E402

django.setup(set_prefix=False)
application = Handler()
