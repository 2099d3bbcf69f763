"""WSGI entry point: ``gunicorn deepspace.wsgi:application``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deepspace.settings")

application = get_wsgi_application()


def _load_plots() -> None:
    """Import what drawing needs before the workers are forked: once, and in memory that they share."""
    from deepspace.plotting import registry

    registry.plots()


_load_plots()
