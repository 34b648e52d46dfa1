"""What the web server calls: Django, and before it the lanes for pictures and documents that are asked for again."""

import os
from typing import Any

from gcis.embedded import leash

leash.hold_from_environment()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gcis.settings")

# The leash comes first: nothing may start without it.
import django  # noqa: E402
from django.conf import settings  # noqa: E402

from gcis.core.wsgi import Handlers  # noqa: E402

django.setup(set_prefix=False)

from images import lane as pictures  # noqa: E402  they need the apps
from images.limits import limits  # noqa: E402
from manifests import lane as documents  # noqa: E402

_django = Handlers()
limits()  # the formats are tried now, not while the first visitor waits
_lanes = (pictures, documents) if settings.GCIS_LANE else ()


def application(environ: dict[str, Any], start_response: Any) -> Any:
    for lane in _lanes:
        if (answered := lane.answer(environ, start_response)) is not None:
            return answered
    return _django(environ, start_response)
