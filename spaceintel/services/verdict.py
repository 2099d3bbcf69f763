"""Space weather at the Earth now, in plain words, by the rules that stand here."""

from __future__ import annotations

from typing import Final

from spaceintel.constants import KP_TOLERANCE
from spaceintel.science.space_weather import scale_word
from spaceintel.services.windows import told
from spaceintel.services.xray import SAMPLES, Blackout
from spaceintel.states import InProgress, KpNow, Rule, ScalesNow, Verdict
from spaceintel.writing import NO_BREAK, scientific

UNSETTLED_KP: Final = 3.0
ACTIVE_KP: Final = 4.0

RULES: Final = (
    Rule("quiet", "Kp below 3"),
    Rule("unsettled", "Kp from 3 to below 4"),
    Rule("active", "Kp from 4 to below 5\u2212 (4.67)"),
    Rule(
        "G1 to G5 storm in progress", "Kp of at least 5\u2212, 6\u2212, 7\u2212, 8\u2212, 9o, NOAA's G scale"
    ),
    Rule(
        "unknown",
        "no estimate of Kp of the last hour, and no three-hour value that ended within the last four hours",
    ),
    Rule(
        "R1 to R5 radio blackout in progress",
        (
            f"the last {SAMPLES} minutes of X-ray flux (0.1 to 0.8 nm) all reach M1, M5, X1, X10, X20; "
            "without them, what NOAA's scales said within the last hour"
        ),
    ),
    Rule(
        "S1 to S5 radiation storm in progress",
        "NOAA's scales said so within the last hour (protons of at least 10 MeV)",
    ),
)
KP_RULE: Final = (
    "Kp of now is NOAA's running estimate of the last hour; in the first hour of an interval the larger of that and "
    "of the three hours before. Without an estimate it is the newest three-hour value, of NOAA or of GFZ."
)
_SOURCES: Final = {"noaa_swpc": "NOAA SWPC", "gfz": "GFZ Potsdam"}


def verdict(kp: KpNow, blackout: Blackout, scales: ScalesNow) -> Verdict:
    """The verdict of now: geomagnetic activity decides, blackouts and radiation storms are added."""
    also = (*_radio(blackout, scales), *_radiation(scales))
    if kp.kp is None or not kp.is_current:
        return Verdict("unknown", _unknown(kp), _why_unknown(kp), also, None, kp.until)
    level = _level(kp)
    text = level.capitalize() if level in {"quiet", "unsettled", "active"} else f"{level} storm in progress"
    return Verdict(level, text, _reason(kp, level), also, kp.at, kp.until)


def _level(kp: KpNow) -> str:
    assert kp.kp is not None  # noqa: S101 (asked before)
    if kp.g_scale:
        return f"G{kp.g_scale}"
    if kp.kp + KP_TOLERANCE >= ACTIVE_KP:
        return "active"
    return "unsettled" if kp.kp + KP_TOLERANCE >= UNSETTLED_KP else "quiet"


def _reason(kp: KpNow, level: str) -> str:
    assert kp.at is not None  # noqa: S101 (of a value that is known)
    when = (
        f"estimated at {told(kp.at)}" if kp.kind == "estimated" else f"of the three hours from {told(kp.at)}"
    )
    rule = next((one.condition for one in RULES if one.level == level), "")
    if not rule:
        rule = f"a {scale_word(int(level[1]))} storm on NOAA's scale"
    return f"Kp is {kp.kp:.2f} ({when}, {_SOURCES.get(kp.source, kp.source)}): {rule}."


def _unknown(kp: KpNow) -> str:
    return "Unknown" if kp.until is None else f"Unknown since {told(kp.until)}"


def _why_unknown(kp: KpNow) -> str:
    if kp.until is None:
        return "No value of Kp has been retrieved."
    return f"The newest value of Kp that is known ended at {told(kp.until)}."


def _radio(blackout: Blackout, scales: ScalesNow) -> tuple[InProgress, ...]:
    if blackout.level is not None and blackout.at is not None and blackout.flux_w_m2 is not None:
        if not blackout.level:
            return ()
        reason = (
            f"The last {SAMPLES} minutes of X-ray flux, up to {told(blackout.at)}, "
            f"are at least {scientific(blackout.flux_w_m2)}{NO_BREAK}W/m²."
        )
        return (_in_progress("R", blackout.level, "radio blackout", reason),)
    level = scales.now.r_scale if scales.now else None
    return _by_noaa("R", level, "radio blackout", scales, blackout)


def _radiation(scales: ScalesNow) -> tuple[InProgress, ...]:
    level = scales.now.s_scale if scales.now else None
    return _by_noaa("S", level, "radiation storm", scales)


def _by_noaa(
    scale: str, level: int | None, name: str, scales: ScalesNow, blackout: Blackout | None = None
) -> tuple[InProgress, ...]:
    """What NOAA's scales say; ``blackout`` is the X-ray flux that did not tell, where the scale comes from it."""
    if scales.is_current and level is not None and scales.issued_at is not None:
        reason = f"NOAA's scales of {told(scales.issued_at)} say so."
        return (_in_progress(scale, level, name, reason),) if level else ()
    seen_until = blackout.at if blackout is not None else None
    known = [one for one in (scales.issued_at, seen_until) if one is not None]
    since = f" since {told(max(known))}" if known and not scales.is_current else ""
    text = f"Whether a {name} is in progress is unknown{since}"
    return (
        InProgress(scale, text, _why_not_told(scale, scales, with_flux=blackout is not None), is_known=False),
    )


def _why_not_told(scale: str, scales: ScalesNow, *, with_flux: bool) -> str:
    """R comes from the X-ray flux or from NOAA's scales; S from the scales alone."""
    flux = f"The last {SAMPLES} minutes of X-ray flux are not known, and " if with_flux else ""
    if scales.is_current and scales.issued_at is not None:
        return f"{flux}NOAA's scales of {told(scales.issued_at)} give no level of {scale}."
    return f"{flux}{'no' if with_flux else 'No'} state of NOAA's scales of the last hour is known."


def _in_progress(scale: str, level: int, name: str, reason: str) -> InProgress:
    return InProgress(f"{scale}{level}", f"{scale}{level} {name} in progress ({scale_word(level)})", reason)
