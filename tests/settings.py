"""The project's settings, read from an environment of the suite's making: no `.env` and no shell changes a test.

Every variable of docs/operations.md is set here, because the settings prefer the environment over `.env`.
DATABASE_URL alone is taken from outside: `make test-postgres` gives it.
"""

import os

# A path where nothing can ever be made: whatever goes around the fixture that hands out directories fails at once.
NOWHERE = "/dev/null/var"

os.environ.update(
    DEBUG="false",
    SECRET_KEY="only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
    ALLOWED_HOSTS="127.0.0.1,localhost,testserver",
    CSRF_TRUSTED_ORIGINS="",
    SITE_URL="http://127.0.0.1:8000",
    TRUSTED_PROXIES="",
    VAR_DIR=NOWHERE,
    ARCHIVE_DIR=f"{NOWHERE}/archive",
    CACHE_URL="locmem://",
    BACKUP_URL=f"file://{NOWHERE}/backups",
    S3_BACKUP_BUCKET="",
    NASA_API_KEY="DEMO_KEY",
    UPSTREAM_MIRROR="",
    CONTACT_EMAIL="tests@example.org",
)
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")

from deepspace.settings import *  # noqa: E402, F403 - after the environment is set

# Static files come from their sources: nothing is collected, hashed or compressed for a test.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
# Hashing passwords slowly protects nobody here.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
