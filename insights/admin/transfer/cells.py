"""The files: CSV whose cells are no formulas, JSON, and how large they may be."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import ValidationError
from import_export.formats.base_formats import CSV, JSON
from import_export.forms import ImportForm

from deepspace.formulas import escaped, unescaped
from insights.constants import IMPORT_BYTES


class SafeCSV(CSV):  # type: ignore[misc]  # the library has no types
    """CSV whose cells are no formulas."""

    def export_data(self, dataset: Any, **options: Any) -> Any:
        """Escape every cell."""
        for _ in range(len(dataset)):
            dataset.append([escaped("" if cell is None else str(cell)) for cell in dataset.lpop()])
        return super().export_data(dataset, **options)

    def create_dataset(self, in_stream: Any, **options: Any) -> Any:
        """Take the escapes away again."""
        dataset = super().create_dataset(in_stream, **options)
        for _ in range(len(dataset)):
            dataset.append([unescaped(cell) if isinstance(cell, str) else cell for cell in dataset.lpop()])
        return dataset


FORMATS: Final = [SafeCSV, JSON]


class BoundedImportForm(ImportForm):  # type: ignore[misc]  # the library has no types
    """A file of bearable size."""

    def clean_import_file(self) -> Any:
        """Refuse a large file before it is read."""
        file = self.cleaned_data["import_file"]
        if file.size > IMPORT_BYTES:
            raise ValidationError(f"The file is larger than {IMPORT_BYTES // 2**20} MB. Import it in parts.")
        return file
