"""Import and export of findings: drafts come in, and nothing that a spreadsheet would run goes out."""

from insights.admin.transfer.cells import FORMATS, BoundedImportForm
from insights.admin.transfer.confirmation import LookedAtForm, looked_at
from insights.admin.transfer.resource import InsightResource

__all__ = ["FORMATS", "BoundedImportForm", "InsightResource", "LookedAtForm", "looked_at"]
