"""The project's own settings, with their state in a folder that goes when the tests are over."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_home = tempfile.mkdtemp(prefix="gcis-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["GCIS_HOME"] = _home
os.environ.setdefault("GCIS_KNOWN_IMAGES", "0")  # tests change rows and look at once; those of the lane turn it on

from gcis.settings import *  # noqa: E402, F403  the home must be known first
from gcis.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, for several connections at once. On a server (GCIS_DATABASE_URL) it is `test_` and the name given there.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_home) / "test.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = True  # else every test client reads all static files at its first request
GCIS_JOB_LEASE = 3
GCIS_JOB_BEAT = 0.2
GCIS_HITS_SECONDS = 0  # tests write the counts themselves
