"""Every setting, from the environment or `.env`; with nothing set it is safe and runs on this machine alone.

State (database, masters, published files, secret key) lives in `GCIS_HOME`, by default `var/`.
"""

import os
import secrets
import socket
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.templatetags.static import static

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# ---------------------------------------------------------------------------------------------------- where state lives
GCIS_HOME = Path(env("GCIS_HOME", default=str(BASE_DIR / "var"))).resolve()


def _secret_key() -> str:
    """The key from the environment, else one made at the first start and kept in GCIS_HOME for this account only."""
    given: str = env("GCIS_SECRET_KEY", default="")
    if given:
        return given
    path = GCIS_HOME / "secret-key"
    try:
        return path.read_text()
    except FileNotFoundError:
        GCIS_HOME.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".secret-key-{os.getpid()}")
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_urlsafe(48))
        try:
            os.link(unfinished, path)  # the first of two starts at once wins; both then read the same key
        except FileExistsError:
            pass
        finally:
            unfinished.unlink()
        return path.read_text()


SECRET_KEY = _secret_key()

# ---------------------------------------------------------------------------------------------------- the web around us
#: The base of every id in every document; never taken from the Host header.
GCIS_PUBLIC_URL = env("GCIS_PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
DEBUG = env.bool("GCIS_DEBUG", default=False)
ALLOWED_HOSTS = env.list(
    "GCIS_ALLOWED_HOSTS", default=[urlsplit(GCIS_PUBLIC_URL).hostname, "127.0.0.1", "localhost", "[::1]"]
)
CSRF_TRUSTED_ORIGINS = [GCIS_PUBLIC_URL]

#: How many of our own proxies append to X-Forwarded-For before a request gets here; 0 believes the header of nobody.
GCIS_PROXIES = env.int("GCIS_PROXIES", default=0)
if GCIS_PROXIES:  # they set it, and nobody gets past them: see docs/operations.md
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

_HTTPS = GCIS_PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
#: Plain HTTP is sent on to HTTPS. Monitors' addresses are exempt (`gcis.core.requests`).
SECURE_SSL_REDIRECT = env.bool("GCIS_SSL_REDIRECT", default=False)
#: Seconds for which browsers are to insist on HTTPS, for the subdomains as well, and by their built-in list.
SECURE_HSTS_SECONDS = env.int("GCIS_HSTS_SECONDS", default=0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("GCIS_HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("GCIS_HSTS_PRELOAD", default=False)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
#: Those two speak for the whole domain, which is rarely ours alone: no warning where they are off.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

#: Documents name pictures by the public address, which may be another name of this host than the page was opened with.
_PUBLIC_ORIGIN = "{0.scheme}://{0.netloc}".format(urlsplit(GCIS_PUBLIC_URL))
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, _PUBLIC_ORIGIN, "data:", "blob:"],
        "connect-src": [SELF, _PUBLIC_ORIGIN, "data:", "blob:"],
        "font-src": [SELF, "data:"],
        "worker-src": [SELF, "blob:"],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# ------------------------------------------------------------------------------------------------------------ the house
INSTALLED_APPS = [
    "unfold",
    "gcis.jobs",
    "gcis.events",
    "gcis.upkeep",
    "gcis.tokens",
    "redirects",
    "images",
    "manifests",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "gcis",
]
MIDDLEWARE = [
    "gcis.core.requests.OperationsMiddleware",
    "gcis.core.requests.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gcis.core.web.PublicMiddleware",
    "gcis.core.api.middleware.ApiMiddleware",
    "gcis.core.unavailable.UnavailableMiddleware",
    "gcis.core.csp.PolicyMiddleware",
    "gcis.core.unavailable.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
APPEND_SLASH = False
ROOT_URLCONF = "gcis.urls"
WSGI_APPLICATION = "gcis.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = "gcis.formats"
TIME_ZONE = "UTC"
USE_TZ = True
LOGIN_REDIRECT_URL = "/admin/"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_SCHEMA_CLASS": "gcis.core.api.schema.ApiSchema",
}

# ------------------------------------------------------------------------------------------------------------- REST API
#: Who the callers of `/api/` are and what they may do: by name, for the kit (`gcis.core.api`) knows no app.
GCIS_API_AUTHENTICATION = "gcis.tokens.authentication.TokenAuthentication"
GCIS_API_PERMISSION = "gcis.tokens.permissions.Scoped"
#: Largest JSON body, in bytes.
GCIS_API_MAX_BODY = env.int("GCIS_API_MAX_BODY", default=2 << 20)
#: Largest file that may be sent, in bytes.
GCIS_API_MAX_FILE = env.int("GCIS_API_MAX_FILE", default=4 << 30)
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "GCIS API",
    "DESCRIPTION": (
        "Images, manifests, collections, names and work of this image service, for other systems. The guide in "
        "`docs/api.md` walks through the life of a record. Send `Authorization: Bearer gcis_…`; the scopes of a token: "
        "`read` sees what the public sees, `read:all` everything, `write` also changes it (and includes `read:all`), "
        "`purge` may make caches forget. `revision` rises with every edit; conversions and publications leave it."
    ),
    "EXTERNAL_DOCS": {"description": "Browse this document", "url": "/api/v1/docs/"},
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "ImageOutcome": "images.api.representation.OUTCOMES",
        "ImageState": "images.models.Image.State",
        "JobState": "gcis.jobs.models.Job.State",
        "JobLane": "gcis.jobs.models.Job.Lane",
        "SourceKind": "images.models.Source.Kind",
        "Access": "images.access.Access",
        "IdentifierStatus": "redirects.models.Identifier.Status",
        "IdentifierKind": "redirects.models.Identifier.Kind",
        "PublishWhen": "manifests.models.Published.PublishWhen",
        "RecordState": "manifests.api.representation.STATE_CHOICES",
        "RecordOutcome": "manifests.api.representation.OUTCOMES",
    },
    "GET_LIB_DOC_EXCLUDES": "gcis.core.api.docs.undescriptive",
    "PREPROCESSING_HOOKS": ["gcis.core.api.schema.only_the_api"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "gcis.core.api.schema.add_problems",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
}


# -------------------------------------------------------------------------------------------------- the pages for staff
def _tints(colours: str) -> dict[str, str]:
    """Eleven colours, from light to dark, by the names that unfold has for the steps."""
    return dict(zip(map(str, (50, *range(100, 1000, 100), 950)), colours.split(), strict=True))


#: The public pages' paper and ink, and their accent (static/css/site.css).
_PAPER = "#faf8f3 #f0ece3 #ddd6c8 #c8bfae #a49c8d #776f62 #5f584d #484339 #37332c #1c1a17 #12110e"
_ACCENT = "#fbf2ec #f6e2d8 #edc9b7 #e8b499 #e3a07f #e3a07f #8c3a22 #792f1a #602513 #4a1e11 #2a1009"
UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "GCIS",
    "SITE_HEADER": "GCIS",
    "SITE_SUBHEADER": "Common Image Service",
    "SITE_ICON": lambda request: static("img/icon.svg"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("img/icon.svg")}],
    "STYLES": [lambda request: static("css/admin.css")],
    "COLORS": {"base": _tints(_PAPER), "primary": _tints(_ACCENT)},
    "BORDER_RADIUS": "4px",
    "SHOW_HISTORY": False,  # the timeline says more: also what others than staff did
    "DASHBOARD_CALLBACK": "gcis.dashboard.dashboard",
    "SIDEBAR": {"navigation": "gcis.sidebar.navigation"},
}

# ------------------------------------------------------------------------------------------------------------- database
#: Not by URL where it is our own file: the home's path may hold characters that mean something in a URL.
_OWN_FILE: dict[str, Any] = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(GCIS_HOME / "gcis.sqlite3")}
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db("GCIS_DATABASE_URL") if env("GCIS_DATABASE_URL", default="") else _OWN_FILE
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # One writer at a time, readers never wait (WAL); a transaction that means to write says so at its start.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    DATABASES["default"]["TEST"] = {"NAME": None}
#: What this process does, "web" or "work": a visitor waits less than a job does. Connections say it in their names.
GCIS_PROCESS = env("GCIS_PROCESS", default="web" if "gcis.wsgi" in sys.modules else "work")
_ON_THE_WEB = GCIS_PROCESS == "web"
#: Seconds after which PostgreSQL gives up waiting for a lock, a statement, an idle transaction. 0 is never.
GCIS_DATABASE_LOCK_SECONDS = env.float("GCIS_DATABASE_LOCK_SECONDS", default=2 if _ON_THE_WEB else 30)
GCIS_DATABASE_STATEMENT_SECONDS = env.float("GCIS_DATABASE_STATEMENT_SECONDS", default=10 if _ON_THE_WEB else 0)
GCIS_DATABASE_IDLE_SECONDS = env.float("GCIS_DATABASE_IDLE_SECONDS", default=30 if _ON_THE_WEB else 600)
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    _LIMITS = {
        "lock_timeout": GCIS_DATABASE_LOCK_SECONDS,
        "statement_timeout": GCIS_DATABASE_STATEMENT_SECONDS,
        "idle_in_transaction_session_timeout": GCIS_DATABASE_IDLE_SECONDS,
    }
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 3,
        "application_name": f"gcis {GCIS_PROCESS}",
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "options": " ".join(f"-c {name}={seconds * 1000:.0f}" for name, seconds in _LIMITS.items()),
        **DATABASES["default"].get("OPTIONS", {}),
    }
#: Seconds for which public addresses are answered from memory while the database cannot answer.
GCIS_LAST_KNOWN_SECONDS = env.float("GCIS_LAST_KNOWN_SECONDS", default=300)
DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
DATABASES["default"].setdefault("CONN_HEALTH_CHECKS", True)

# ---------------------------------------------------------------------------------------------------------------- cache
#: redis://host:port/number for all processes together; without it each process has its own and counts for itself.
GCIS_CACHE_URL = env("GCIS_CACHE_URL", default="")
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "gcis.core.cache.SharedCache", "LOCATION": GCIS_CACHE_URL, "KEY_PREFIX": "gcis"}
    if GCIS_CACHE_URL
    else {"BACKEND": "gcis.core.cache.ProcessCache"}
}
#: A second place for drawn pictures, shared by all hosts: redis://host:port/number or memcache://host:port (for which
#: pymemcache has to be installed); and seconds for which they are kept there.
GCIS_TILE_CACHE = env("GCIS_TILE_CACHE", default="")
GCIS_TILE_CACHE_SECONDS = env.int("GCIS_TILE_CACHE_SECONDS", default=86400)
if GCIS_TILE_CACHE.startswith("memcache://"):
    CACHES["tiles"] = {
        "BACKEND": "django.core.cache.backends.memcached.PyMemcacheCache",
        "LOCATION": GCIS_TILE_CACHE.removeprefix("memcache://"),
        "OPTIONS": {"connect_timeout": 0.25, "timeout": 0.25, "no_delay": True},
    }
elif GCIS_TILE_CACHE:
    CACHES["tiles"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": GCIS_TILE_CACHE,
        "OPTIONS": {"socket_connect_timeout": 0.25, "socket_timeout": 0.25},
    }
#: Passwords are looked at so many times for one user and address, then not for so many seconds.
AUTHENTICATION_BACKENDS = ["gcis.logins.ThrottledBackend"]
GCIS_LOGIN_TRIES = env.int("GCIS_LOGIN_TRIES", default=20)
GCIS_LOGIN_LOCK_SECONDS = env.int("GCIS_LOGIN_LOCK_SECONDS", default=900)

# ---------------------------------------------------------------------------------------------------------------- blobs
_LOCAL = "gcis.core.blobs.local.LocalStore"
_S3 = "gcis.core.blobs.s3.S3Store"
#: Of stores whose address is s3://bucket/prefix: the server (none: AWS), region, and keys (none: as boto3 finds them);
#: seconds until it takes a connection and between its signs of life, and how often a request is made at most; checksums
#: of its own (when_required for servers that know none: ours are compared all the same); where streams wait to be sent.
GCIS_S3: dict[str, Any] = {
    "endpoint": env("GCIS_S3_ENDPOINT", default="") or None,
    "region": env("GCIS_S3_REGION", default="us-east-1"),
    "key": env("GCIS_S3_KEY", default="") or None,
    "secret": env("GCIS_S3_SECRET", default="") or None,
    "connect_seconds": env.float("GCIS_S3_CONNECT_SECONDS", default=5),
    "read_seconds": env.float("GCIS_S3_READ_SECONDS", default=20),
    "attempts": env.int("GCIS_S3_ATTEMPTS", default=2),
    "checksums": env("GCIS_S3_CHECKSUMS", default="when_supported"),
    "scratch": env("GCIS_UPLOAD_DIR", default=str(GCIS_HOME / "incoming")),
}


def _store(name: str) -> dict[str, Any]:
    """A folder, or s3://bucket/prefix."""
    where = env(f"GCIS_STORE_{name.upper()}", default=str(GCIS_HOME / name))
    if not where.startswith("s3://"):
        return {"BACKEND": _LOCAL, "OPTIONS": {"folder": where}}
    bucket, _, prefix = where.removeprefix("s3://").partition("/")
    return {"BACKEND": _S3, "OPTIONS": {"bucket": bucket, "prefix": prefix.strip("/"), **GCIS_S3}}


GCIS_STORES: dict[str, dict[str, Any]] = {name: _store(name) for name in ("sources", "masters", "published")}
#: Local copies of access masters whose store is elsewhere, and how many bytes they may take.
GCIS_MASTER_CACHE_DIR = Path(env("GCIS_MASTER_CACHE_DIR", default=str(GCIS_HOME / "master-cache")))
GCIS_MASTER_CACHE_BYTES = env.int("GCIS_MASTER_CACHE_BYTES", default=20 << 30)
#: Seconds without use after which a copy goes (0: never); how many each web process brings at once; and the bytes of
#: masters that each of them holds in memory while their copies are made.
GCIS_MASTER_CACHE_SECONDS = env.float("GCIS_MASTER_CACHE_SECONDS", default=30 * 86400)
GCIS_MASTER_COPIES = env.int("GCIS_MASTER_COPIES", default=2)
GCIS_RANGE_BYTES = env.int("GCIS_RANGE_BYTES", default=32 << 20)
#: Drawn pictures on this host's disk: where, how many bytes (0: none), and seconds without use after which one goes.
GCIS_DERIVATIVE_CACHE_DIR = Path(env("GCIS_DERIVATIVE_CACHE_DIR", default=str(GCIS_HOME / "derivative-cache")))
GCIS_DERIVATIVE_CACHE_BYTES = env.int("GCIS_DERIVATIVE_CACHE_BYTES", default=512 << 20)
GCIS_DERIVATIVE_CACHE_SECONDS = env.float("GCIS_DERIVATIVE_CACHE_SECONDS", default=30 * 86400)
#: A picture is kept when it is asked for so many times among so many requests for pictures of one image.
GCIS_DERIVATIVE_CACHE_ASKED = env.int("GCIS_DERIVATIVE_CACHE_ASKED", default=2)
GCIS_DERIVATIVE_CACHE_AMONG = env.int("GCIS_DERIVATIVE_CACHE_AMONG", default=50)
#: Seconds between two counts of the folders of caches, in which also what has grown old goes.
GCIS_CACHE_PRUNE_SECONDS = env.float("GCIS_CACHE_PRUNE_SECONDS", default=600)
#: Raised after the database was restored from a backup: generations of images begin again with older numbers then.
GCIS_CACHE_EPOCH = env.int("GCIS_CACHE_EPOCH", default=0)
#: Where files that are being sent wait until they are whole: on the disk that they stay on.
FILE_UPLOAD_TEMP_DIR = env("GCIS_UPLOAD_DIR", default=str(GCIS_HOME / "incoming"))
#: Scratch room of running conversions; every job has a folder of its own that goes with it.
GCIS_WORK_DIR = Path(env("GCIS_WORK_DIR", default=str(GCIS_HOME / "work")))

# ----------------------------------------------------------------------------------------------------------------- work
CELERY_BROKER_URL = env("GCIS_BROKER_URL", default="memory://localhost/")
#: Without a broker there are no doorbells: workers find what is due in the database (all on this machine).
GCIS_EMBEDDED = CELERY_BROKER_URL.startswith("memory://")
#: Seconds within which a broker has to answer whoever rings, and for which nobody rings after it did not.
GCIS_BROKER_PATIENCE = 2.0
GCIS_BROKER_PAUSE = env.float("GCIS_BROKER_PAUSE", default=5)
if CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "socket_timeout": GCIS_BROKER_PATIENCE,
        "socket_connect_timeout": GCIS_BROKER_PATIENCE,
    }
#: Jobs at once per worker, beside one thread that is kept for interactive work.
GCIS_WORKERS = env.int("GCIS_WORKERS", default=max(2, os.cpu_count() or 2))
#: Seconds a claimed job is ours without a sign of life, between signs of life, and between looks for expired leases.
GCIS_JOB_LEASE = env.float("GCIS_JOB_LEASE", default=60)
GCIS_JOB_BEAT = env.float("GCIS_JOB_BEAT", default=15)
GCIS_REAP_SECONDS = env.float("GCIS_REAP_SECONDS", default=GCIS_JOB_LEASE / 6)
#: Seconds between looks at the database for due jobs and unnumbered events.
GCIS_DISPATCH_SECONDS = env.float("GCIS_DISPATCH_SECONDS", default=0.25 if GCIS_EMBEDDED else 1)
#: Seconds that a worker which is asked to stop leaves to its jobs before it gives them back.
GCIS_STOP_SECONDS = env.float("GCIS_STOP_SECONDS", default=6 if GCIS_EMBEDDED else 25)
#: Seconds that doorbells may lie in the queues of a worker before it takes itself for deaf and leaves.
GCIS_DEAF_SECONDS = env.float("GCIS_DEAF_SECONDS", default=30)
#: Seconds for which changes of what is published are gathered before it is published again.
GCIS_PUBLISH_PAUSE = env.float("GCIS_PUBLISH_PAUSE", default=2)
#: Whether documents in which the checks find errors are published all the same: "block" or "warn".
GCIS_PUBLISH_CHECKS = env("GCIS_PUBLISH_CHECKS", default="block")
#: The official JSON schema of Presentation 3.0, a file, to check documents by as well; empty: our own checks alone.
GCIS_PRESENTATION_SCHEMA = env("GCIS_PRESENTATION_SCHEMA", default="")
#: How many publications of one resource are kept, the current one among them; and whether the public gets old ones.
GCIS_KEEP_PUBLICATIONS = env.int("GCIS_KEEP_PUBLICATIONS", default=5)
GCIS_PUBLIC_VERSIONS = env.bool("GCIS_PUBLIC_VERSIONS", default=False)
#: Seconds, bytes and pixels after which a conversion is given up as too large.
GCIS_CONVERT_SECONDS = env.float("GCIS_CONVERT_SECONDS", default=900)
GCIS_CONVERT_MEMORY = env.int("GCIS_CONVERT_MEMORY", default=3 << 30)
GCIS_CONVERT_PIXELS = env.int("GCIS_CONVERT_PIXELS", default=2_000_000_000)
#: A TOML file with recipes beside those that are built in, and with the rules that choose among them (docs/recipes.md).
GCIS_RECIPES = env("GCIS_RECIPES", default="")

#: Descriptors that every process of ours passes on: the lock that tells the next start that we are gone.
GCIS_CHILD_FDS = tuple(env.list("GCIS_CHILD_FDS", cast=int, default=[]))

# --------------------------------------------------------------------------------------------------------------- upkeep
#: Seconds between two comparisons of database, stores and published files (0: only when asked for), and between the two
#: looks at what seems wrong: work under way must be over by the second.
GCIS_RECONCILE_SECONDS = env.float("GCIS_RECONCILE_SECONDS", default=86400)
GCIS_RECONCILE_PAUSE = env.float("GCIS_RECONCILE_PAUSE", default=2)
#: Percent of the bytes of access masters and kept sources that are re-hashed in a day (0: none).
GCIS_FIXITY_PERCENT = env.float("GCIS_FIXITY_PERCENT", default=1)
#: Seconds between two shares of that, and bytes after which one job hands over to the next.
GCIS_FIXITY_SECONDS = env.float("GCIS_FIXITY_SECONDS", default=3600)
GCIS_FIXITY_BYTES = env.int("GCIS_FIXITY_BYTES", default=1 << 30)

# ------------------------------------------------------------------------------------------------------- outbound reads
#: Hosts that files may be fetched from, "host", "host:port" or ".domain"; none means every public host.
GCIS_FETCH_HOSTS = env.list("GCIS_FETCH_HOSTS", default=[])
#: Whether hosts of that list may have private addresses.
GCIS_FETCH_PRIVATE = env.bool("GCIS_FETCH_PRIVATE", default=False)
#: Largest file, and seconds that reading one may take altogether.
GCIS_FETCH_MAX_BYTES = env.int("GCIS_FETCH_MAX_BYTES", default=4 << 30)
GCIS_FETCH_SECONDS = env.float("GCIS_FETCH_SECONDS", default=600)

# ------------------------------------------------------------------------------------------------------------- delivery
#: Largest answers of the Image API: width or height in pixels, and area in pixels.
GCIS_MAX_EDGE = env.int("GCIS_MAX_EDGE", default=20_000)
GCIS_MAX_AREA = env.int("GCIS_MAX_AREA", default=100_000_000)
#: How many times as wide and as high as the full image an answer may be (`^` in sizes); 1: nothing is enlarged.
GCIS_MAX_UPSCALE = env.float("GCIS_MAX_UPSCALE", default=1)
#: Formats offered beside jpg and png, as far as the libraries here can write them.
GCIS_FORMATS = env.list("GCIS_FORMATS", default=["webp", "gif", "tif", "avif", "jp2"])
#: Whether the rights of an image are written into its derivatives, over those that were embedded in its source.
GCIS_EMBED_RIGHTS = env.bool("GCIS_EMBED_RIGHTS", default=True)
#: Seconds that caches outside may keep answers (DESIGN §12).
GCIS_IMAGE_MAX_AGE = env.int("GCIS_IMAGE_MAX_AGE", default=300)
GCIS_DOCUMENT_MAX_AGE = env.int("GCIS_DOCUMENT_MAX_AGE", default=60)
GCIS_REDIRECT_MAX_AGE = env.int("GCIS_REDIRECT_MAX_AGE", default=300)
#: Seconds for which uses of former names are counted before they are written.
GCIS_HITS_SECONDS = env.float("GCIS_HITS_SECONDS", default=10)
#: Bytes of published documents that each web process holds in memory, to answer for them before Django (0: none).
GCIS_LANE_BYTES = env.int("GCIS_LANE_BYTES", default=64 << 20)
#: Whether pictures and documents that were asked for a moment ago are answered before Django; and of how many open
#: images each web process knows for two seconds how things stand with them (0: the database is asked each time).
GCIS_LANE = env.bool("GCIS_LANE", default=True)
GCIS_KNOWN_IMAGES = env.int("GCIS_KNOWN_IMAGES", default=10_000)
#: Pictures off the tile grid are drawn one at a time in each web process: so many are being drawn and wait together,
#: for so many seconds at most. The others are told to come back.
GCIS_DRAW_PLACES = env.int("GCIS_DRAW_PLACES", default=8)
GCIS_DRAW_SECONDS = env.float("GCIS_DRAW_SECONDS", default=0.8)
#: Megapixels of such pictures in a minute for one client, and of one image, in one web process; they count only while
#: others wait (docs/adr/0024-budgets.md). 0: no limit.
GCIS_CLIENT_MEGAPIXELS = env.float("GCIS_CLIENT_MEGAPIXELS", default=600)
GCIS_IMAGE_MEGAPIXELS = env.float("GCIS_IMAGE_MEGAPIXELS", default=1200)
#: A folder in which this host keeps copies of all public documents, for nginx to answer with; empty: none. And what
#: this host is called where the hosts say how far their copies have come.
GCIS_MIRROR_DIR = env("GCIS_MIRROR_DIR", default="")
GCIS_MIRROR_HOST = env("GCIS_MIRROR_HOST", default=socket.gethostname())
#: Which viewer the public pages show first, where its files are here: mirador, uv (Universal Viewer) or clover.
GCIS_VIEWER = env("GCIS_VIEWER", default="mirador")
GCIS_VIEWERS_DIR = Path(env("GCIS_VIEWERS_DIR", default=str(GCIS_HOME / "viewers")))

# -------------------------------------------------------------------------------------------------------------- logging
#: `console` for people, `json` for machines: one object a line. From this level on.
LOGGING_CONFIG = "gcis.core.logs.configure"
LOGGING = {"format": env("GCIS_LOG_FORMAT", default="console"), "level": env("GCIS_LOG_LEVEL", default="INFO")}

# -------------------------------------------------------------------------------------------------------------- metrics
#: Who may ask for `/metrics`, as networks.
GCIS_METRICS_NETWORKS = env.list("GCIS_METRICS_NETWORKS", default=["127.0.0.0/8", "::1"])
#: Seconds for which figures from the database are good.
GCIS_METRICS_SECONDS = env.float("GCIS_METRICS_SECONDS", default=10)
#: Where the processes of this host keep their counts, on a disk of its own; empty: each answers for itself only.
GCIS_METRICS_DIR = env("GCIS_METRICS_DIR", default=str(GCIS_HOME / "metrics"))
# prometheus-client reads it when it is first imported; what another installation said to its children is not for us.
os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)
if GCIS_METRICS_DIR:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = GCIS_METRICS_DIR
