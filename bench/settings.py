"""The site's settings with the addresses of the bench added."""

from deepspace.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
