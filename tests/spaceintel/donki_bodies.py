"""Events in DONKI's form, made by hand."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def flare(**changes: Any) -> Json:
    """A flare of 2025-08-28."""
    return {
        "flrID": "2025-08-28T14:11:00-FLR-001",
        "catalog": "M2M_CATALOG",
        "instruments": [{"displayName": "GOES-P: EXIS 1.0-8.0"}],
        "beginTime": "2025-08-28T14:11Z",
        "peakTime": "2025-08-28T14:16Z",
        "endTime": "2025-08-28T14:22Z",
        "classType": "M1.1",
        "sourceLocation": "S17E22",
        "activeRegionNum": 14197,
        "note": "",
        "submissionTime": "2025-08-28T14:56Z",
        "versionId": 1,
        "link": "https://webtools.ccmc.gsfc.nasa.gov/DONKI/view/FLR/40923/-1",
        "linkedEvents": None,
        "sentNotifications": None,
    } | changes


def cme(*analyses: Json, **changes: Any) -> Json:
    """A coronal mass ejection of 2025-08-30."""
    return {
        "activityID": "2025-08-30T00:23:00-CME-001",
        "catalog": "M2M_CATALOG",
        "startTime": "2025-08-30T00:23Z",
        "instruments": [{"displayName": "SOHO: LASCO/C2"}, {"displayName": "GOES: CCOR-1"}],
        "sourceLocation": "N03E11",
        "activeRegionNum": None,
        "note": "Full halo.",
        "submissionTime": "2025-08-30T18:52Z",
        "versionId": 1,
        "link": "https://webtools.ccmc.gsfc.nasa.gov/DONKI/view/CME/40975/-1",
        "cmeAnalyses": list(analyses),
        "linkedEvents": None,
        "sentNotifications": None,
    } | changes


def analysis(feature: str, **changes: Any) -> Json:
    """One analysis of it."""
    return {
        "isMostAccurate": True,
        "time21_5": "2025-08-30T03:50Z",
        "latitude": 2.0,
        "longitude": None,
        "halfAngle": 45.0,
        "speed": 878.0,
        "type": "C",
        "featureCode": feature,
        "tilt": None,
        "submissionTime": "2025-08-30T18:50Z",
        "enlilList": [],
    } | changes


def run(
    completed: str, arrival: str | None, kp: tuple[float | None, ...] = (None,) * 4, **changes: Any
) -> Json:
    """One run of the model."""
    angles = dict(zip(("kp_18", "kp_90", "kp_135", "kp_180"), kp, strict=True))
    return {
        "modelCompletionTime": completed,
        "au": 2.0,
        "estimatedShockArrivalTime": arrival,
        **angles,
        "isEarthGB": False,
        "isEarthMinorImpact": False,
        "impactList": None,
    } | changes


def storm(*kp: float, **changes: Any) -> Json:
    """A geomagnetic storm of 2025-09-01."""
    return {
        "gstID": "2025-09-01T21:00:00-GST-001",
        "startTime": "2025-09-01T21:00Z",
        "allKpIndex": [{"observedTime": "2025-09-02T00:00Z", "kpIndex": one, "source": "NOAA"} for one in kp]
        or None,
        "link": "https://webtools.ccmc.gsfc.nasa.gov/DONKI/view/GST/41013/-1",
        "linkedEvents": None,
        "submissionTime": "2025-09-02T00:03Z",
        "versionId": 1,
    } | changes
