"""DONKI's lists of events: bytes to rows.

A kind without events in a window is ``[]`` or nothing at all. Fields that have no column go into ``details`` as they
came; texts are kept as they came and are untrusted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import ValidationError

from deepspace.ingestion.product import Row, Unusable
from deepspace.upstream.bodies import parse_json
from deepspace.upstream.errors import SchemaDrift
from spaceintel.readers.donki_events import BEGINS, KINDS, Event

_LINK_MAX: Final = 255  # of the column
_EMPTY: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("peak_at", "end_at", "peak_flux_w_m2", "active_region", "speed_km_s", "half_angle_deg")),
    **dict.fromkeys(("latitude_deg", "longitude_deg", "at_21_5_rs", "arrival_at", "arrival_kp_min")),
    **dict.fromkeys(("arrival_kp_max", "is_glancing_blow", "is_minor_impact", "kp_max")),
    **dict.fromkeys(("flare_class", "source_location", "speed_class"), ""),
}


def read(kind: str, body: bytes, *, latest: datetime) -> Iterator[Row | Unusable]:
    """Events of one kind; of one that is listed in several versions the newest.

    Parameters
    ----------
    kind
        One of ``KINDS``.
    latest
        An event that begins later is an error (UTC).

    Raises
    ------
    SchemaDrift
        Not a list.
    """
    listed = parse_json(body) if body.strip() else []
    if not isinstance(listed, list):
        raise SchemaDrift(f"{kind}: a {type(listed).__name__} came where a list of events was expected")
    newest: dict[str, list[tuple[Event, Mapping[str, Any]]]] = {}
    for number, raw in enumerate(listed, start=1):
        reason, event = _event(kind, raw, latest)
        if event is None:
            yield Unusable(reason, 1, (f"{kind}, event {number}",))
            continue
        held = newest.setdefault(event.event_id, [])
        if held and _version(event) > _version(held[0][0]):
            held.clear()
        if not held or _version(event) == _version(held[0][0]):
            held.append((event, raw))
    for versions in newest.values():
        yield from (_row(kind, event, raw) for event, raw in versions)


def _event(kind: str, raw: object, latest: datetime) -> tuple[str, Event | None]:
    """An event, or why it is none."""
    if not _is_storable(raw):
        return "its text has characters that no database keeps", None
    try:
        event = KINDS[kind].model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"[:200], None
    if not BEGINS <= event.begin <= latest:
        return f"it begins at {event.begin:%Y-%m-%dT%H:%M}Z, which cannot be", None
    return "", event


def _is_storable(raw: object) -> bool:
    """Neither NUL, which PostgreSQL refuses, nor halves of surrogate pairs, which are no UTF-8."""
    try:
        return "\\u0000" not in json.dumps(raw) and bool(json.dumps(raw, ensure_ascii=False).encode())
    except UnicodeEncodeError:
        return False


def _version(event: Event) -> tuple[int, datetime]:
    return event.version_id or 0, event.submitted_at or BEGINS


def _link(text: str) -> str:
    """The address of a page; anything else that stands there is no link, and stays in the archive alone."""
    text = text.strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    is_page = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return text if is_page and text.isprintable() and len(text) <= _LINK_MAX else ""


def _row(kind: str, event: Event, raw: Mapping[str, Any]) -> Row:
    return {
        **_EMPTY,
        **event.columns(),
        "event_type": kind,
        "event_id": event.event_id,
        "timestamp_utc": event.begin,
        "catalog": event.catalog,
        "instruments": ", ".join(one.display_name for one in event.instruments if one.display_name),
        "linked_events": [one.activity_id for one in event.linked if one.activity_id],
        "note": event.note,
        "link": _link(event.link),
        "version_id": event.version_id,
        "submitted_at": event.submitted_at,
        "details": {name: raw[name] for name in raw if name not in event.told and raw[name] is not None},
    }
