"""The admin as an installed app, with this platform's site in place of Django's."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class PlatformAdminConfig(AdminConfig):
    """Read before any model is there, hence apart from the site."""

    default_site = "deepspace.admin_site.PlatformAdminSite"

    def ready(self) -> None:
        """Every data table has a read-only list: its app's own, or a plain one."""
        super().ready()
        from deepspace.readonly_admin import register_the_rest

        register_the_rest()
