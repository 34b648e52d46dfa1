"""The settings of a production worker, with the work that tests have for it. State: GCIS_HOME."""

from gcis.settings import *  # noqa: F403
from gcis.settings import INSTALLED_APPS, env

INSTALLED_APPS = [*INSTALLED_APPS, "tests.jobs.site.apps.SiteConfig"]
if listens_at := env("SITE_LISTENS_AT", default=""):
    CELERY_BROKER_READ_URL = listens_at  # where nobody rings: a worker that is deaf
