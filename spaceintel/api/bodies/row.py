"""The base of what an answer holds many of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Row(BaseModel):
    """One of many: without the wrapper that ``ninja.Schema`` puts around each object, which takes most of the time."""

    model_config = ConfigDict(from_attributes=True)
