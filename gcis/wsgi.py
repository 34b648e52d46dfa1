"""What the web server calls: Django, and before it the lane for documents that are asked for again and again."""

import os
from typing import Any

from gcis.embedded import leash

leash.hold_from_environment()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gcis.settings")

# The leash comes first: nothing may start without it.
import django  # noqa: E402

from gcis.core.wsgi import Handler  # noqa: E402

django.setup(set_prefix=False)

from manifests import lane  # noqa: E402  it needs the apps

_django = Handler()


def application(environ: dict[str, Any], start_response: Any) -> Any:
    answered = lane.answer(environ, start_response)
    return _django(environ, start_response) if answered is None else answered
