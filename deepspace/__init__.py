"""The platform kernel: ingestion, archive, ladder, plotting, pages and the API root.

``__version__`` is the release. It is part of every ETag, so a deployment invalidates what browsers and
the front cache hold.
"""

from deepspace.sqlite import use_safe_sqlite

__version__ = "0.1.0"

use_safe_sqlite()
