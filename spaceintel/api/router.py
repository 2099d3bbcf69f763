"""The router that the API root adds."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["Space intelligence"])
