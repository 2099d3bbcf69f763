"""The router that the API root finds."""

from ninja import Router

router = Router(tags=["Voyager 1"])
