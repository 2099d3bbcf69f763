"""Settings, read once from the environment (or ``.env``); a wrong value stops the start with its name and reason.

The whole list with meanings and defaults is in docs/operations.md, and a test keeps the two equal.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from deepspace.configuration import Environment
from deepspace.sqlite import library_version, wal_is_safe

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(BASE_DIR / ".env")

# --- what the operator decides ------------------------------------------------------------------------------
DEBUG = env.boolean("DEBUG", default=False)
SECRET_KEY = env.secret_key(debug=DEBUG)
SITE_URL = env.site_url("SITE_URL", default="http://127.0.0.1:8000")
IS_HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", site_url=SITE_URL)
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
VAR_DIR = env.directory("VAR_DIR", default=BASE_DIR / "var")
ARCHIVE_DIR = env.directory("ARCHIVE_DIR", default=VAR_DIR / "archive")
BACKUP_URL = env.backup_url(default=f"file://{VAR_DIR / 'backups'}")
NASA_API_KEY = env.secret("NASA_API_KEY", default="DEMO_KEY")
UPSTREAM_MIRROR = env.mirror_url("UPSTREAM_MIRROR")
CONTACT_EMAIL = env.email("CONTACT_EMAIL")

# --- Django --------------------------------------------------------------------------------------------------
ROOT_URLCONF = "deepspace.urls"
WSGI_APPLICATION = "deepspace.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False  # addresses have no trailing slash; the slash form redirects (deepspace.middleware)
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LANGUAGE_CODE = "en"

INSTALLED_APPS = [
    "deepspace",
    "voyager",
    "spaceintel",
    "insights",
    "deepspace.admin_config.PlatformAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "simple_history",
    "import_export",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "axes",
]

MIDDLEWARE = [
    "deepspace.middleware.request_id",
    "deepspace.middleware.head_as_get",
    "deepspace.frontcache.front_cache",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "deepspace.middleware.default_headers",
    "deepspace.middleware.read_only",
    "deepspace.middleware.canonical_path",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "deepspace.middleware.ErrorShape",
    "axes.middleware.AxesMiddleware",
]

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
                "deepspace.pages.context.site",
            ],
            "builtins": ["deepspace.templatetags.deepspace"],
        },
    },
]

# --- database ------------------------------------------------------------------------------------------------
WAL_IS_SAFE = wal_is_safe(library_version())


def _sqlite_options() -> dict[str, Any]:
    journal = "WAL" if WAL_IS_SAFE else "TRUNCATE"
    return {
        "transaction_mode": "IMMEDIATE",  # DEFERRED loses read-then-write races: 604 of 900 locked out, measured
        "timeout": 20,
        "init_command": (
            f"PRAGMA journal_mode={journal}; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;"
            " PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;"
        ),
    }


DATABASES = {"default": env.database("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'deepspace.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"] |= {"OPTIONS": _sqlite_options(), "CONN_MAX_AGE": None}
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
else:
    pool = {
        "min_size": 1,
        "max_size": 8,
        "timeout": 5,
    }  # seconds that a page waits for a database that is away
    DATABASES["default"]["OPTIONS"] = {
        **DATABASES["default"].get("OPTIONS", {}),
        "pool": pool,
    }  # ?sslmode=… stays

# --- cache ---------------------------------------------------------------------------------------------------
CACHES = {"default": env.cache("CACHE_URL", default_directory=VAR_DIR / "cache")}
DATA_VERSION_HELD_S = 1.0  # how long a process may go on with the data version it last read

# --- static files --------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MANIFEST_STRICT = False  # before collectstatic a page comes unstyled, not as an error

# --- security ------------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked on this machine, past the proxy
SECURE_HSTS_SECONDS = 63072000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Written by deepspace.middleware.request_id from X-Forwarded-Proto of a trusted proxy; from others it is not believed.
SECURE_PROXY_SSL_HEADER = ("DEEPSPACE_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_NAME = "__Host-sessionid" if IS_HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if IS_HTTPS else "csrftoken"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "upgrade-insecure-requests": IS_HTTPS,
    },
}

# --- accounts ------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: refuses a pair of name and address that failed too often
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# Counted in the database, so that all workers know. A client is what deepspace.middleware says it is: behind a
# trusted proxy the address that the proxy saw, so that one client cannot lock out the others.
AXES_CLIENT_IP_CALLABLE = "deepspace.middleware.client_address"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_TEMPLATE = "admin/locked_out.html"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "otp_token"]
AXES_DISABLE_ACCESS_LOG = True  # who logged in when from where is nobody's business once it worked
AXES_VERBOSE = False
OTP_TOTP_ISSUER = "Deep Space Research Platform"

# --- curation ------------------------------------------------------------------------------------------------
IMPORT_EXPORT_TMP_STORAGE_CLASS = (
    "import_export.tmp_storages.CacheStorage"  # shared by the workers, and expires
)
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "import"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "export"
SIMPLE_HISTORY_REVERT_DISABLED = True  # a revert would go past review: one edits, and submits

# --- logs ----------------------------------------------------------------------------------------------------
LOG_AS_JSON = not sys.stderr.isatty()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "deepspace.logs.RequestIdFilter"}},
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s",
            "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
        },
        "plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if LOG_AS_JSON else "plain",
            "filters": ["request_id"],
        },
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "deepspace": {"level": "INFO"},
        "django": {"handlers": [], "level": "WARNING"},
        "django.request": {"level": "ERROR"},  # 404 and 422 are answers, not events
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # scanners' noise, answered 400 all the same
    },
}
