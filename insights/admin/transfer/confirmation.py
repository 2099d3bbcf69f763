"""What somebody looked at before confirming an import: nothing else may come in, and nothing else be replaced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core import signing
from import_export.forms import ConfirmImportForm

_SALT: Final = "insights.import"
_DAY_S: Final = 86_400  # the file itself waits no longer


@dataclass(frozen=True, slots=True)
class Looked:
    """The findings of a dry run as they were: their versions, None where there was none."""

    file: str
    account: int
    versions: dict[str, int | None]

    def signed(self) -> str:
        """For a hidden field: readable, but of nobody else's making."""
        said = {"file": self.file, "account": self.account, "versions": self.versions}
        return signing.dumps(said, salt=_SALT, compress=True)

    @classmethod
    def read(cls, text: str) -> Looked | None:
        """The same again; None when it is not what was signed here today."""
        try:
            return cls(**signing.loads(text, salt=_SALT, max_age=_DAY_S))
        except signing.BadSignature:
            return None


class LookedAtForm(ConfirmImportForm):  # type: ignore[misc]  # the library has no types
    """The second step of an import."""

    looked = forms.CharField(widget=forms.HiddenInput)
    public_too = forms.BooleanField(required=False, label="Change what is published as well")

    def clean_looked(self) -> Looked:
        """What was signed, for this very file."""
        found = Looked.read(self.cleaned_data["looked"])
        if found is None or found.file != self.cleaned_data.get("import_file_name"):
            raise forms.ValidationError("Nobody looked at this file here.")
        return found


def looked_at(result: Any, file: str, account: int) -> Looked:
    """What a dry run has shown."""
    return Looked(
        file=file,
        account=account,
        versions={row.instance.slug: row.original.version if row.original else None for row in result.rows},
    )
