"""Import and export of findings: drafts come in, and nothing that a spreadsheet would run goes out."""

from insights.admin.transfer.cells import FORMATS, BoundedImportForm, escaped, unescaped
from insights.admin.transfer.resource import InsightResource

__all__ = ["FORMATS", "BoundedImportForm", "InsightResource", "escaped", "unescaped"]
