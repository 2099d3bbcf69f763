"""WSGI entry point: ``gunicorn deepspace.wsgi:application``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deepspace.settings")

application = get_wsgi_application()


def _load_pages() -> None:
    """Import what pages and drawing need before the workers are forked: once, and in memory that they share.

    Django would import the addresses with all that they lead to at the first request, which took 0.3 s more.
    """
    from django.urls import get_resolver

    from deepspace.plotting import registry

    registry.plots()
    _ = get_resolver().url_patterns


_load_pages()
