#!/usr/bin/env python
"""Entry point of every management command."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deepspace.settings")
    try:
        settings.INSTALLED_APPS  # noqa: B018 - the first look reads the settings
    except (
        ImproperlyConfigured
    ) as error:  # names the setting and says what is allowed: no traceback is needed
        sys.exit(f"manage.py: {error}")
    execute_from_command_line(sys.argv)
