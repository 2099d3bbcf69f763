"""Pages, tables and feeds of the space intelligence domain."""

from spaceintel.views.feed import feed
from spaceintel.views.page import space_intelligence
from spaceintel.views.tables import table

__all__ = ["feed", "space_intelligence", "table"]
