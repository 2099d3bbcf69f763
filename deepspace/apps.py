"""The kernel as an installed app."""

from __future__ import annotations

from django.apps import AppConfig


class DeepspaceConfig(AppConfig):
    """Finds what the domain apps contribute: products, plots, pages and API routers."""

    name = "deepspace"
    verbose_name = "Platform"

    def ready(self) -> None:
        """Register the system checks (the registries fill themselves when first asked), and watch the database file."""
        from deepspace import checks, owneronly, replaced  # noqa: F401

        replaced.watch()
        owneronly.watch()
