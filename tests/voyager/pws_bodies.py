"""Bodies as the plasma wave archives send them, made here: CDF files by cdflib's writer, listings, a density table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from cdflib import cdfwrite
from cdflib.epochs import CDFepoch

from deepspace.upstream.errors import Refused, UpstreamError
from deepspace.upstream.request import Request
from voyager.constants import PWS_CHANNELS_HZ, WAVEFORM_FRAME_SAMPLES

FILL = np.float32(-1e31)
NO_TIME = np.iinfo(np.int64).min
INT8, FLOAT, DOUBLE, TT2000 = 1, 44, 45, 33

Answer = bytes | UpstreamError


def times(first: str, n: int, step_s: float = 16.0) -> np.ndarray:
    return np.datetime64(first, "us") + (np.arange(n) * step_s * 1e6).astype("timedelta64[us]")


def tt2000(moments: np.ndarray) -> np.ndarray:
    parts = [m.item() for m in moments.astype("datetime64[us]")]
    broken = [
        [p.year, p.month, p.day, p.hour, p.minute, p.second, p.microsecond // 1000, p.microsecond % 1000, 0]
        for p in parts
    ]
    return np.atleast_1d(np.asarray(CDFepoch.compute_tt2000(broken), dtype=np.int64))


def cdf(*variables: tuple[str, int, Any, Mapping[str, Any], bool]) -> bytes:
    """A file of variables: name, data type, records, attributes, whether it varies from record to record."""
    with TemporaryDirectory() as place:
        path = Path(place) / "body.cdf"
        with cdfwrite.CDF(path, cdf_spec={"Checksum": False}) as file:
            for name, kind, data, attributes, varies in variables:
                values = np.asarray(data)
                sizes = list(values.shape[1:]) if varies else list(values.shape)
                spec = {
                    "Variable": name,
                    "Data_Type": kind,
                    "Num_Elements": 1,
                    "Rec_Vary": varies,
                    "Dim_Sizes": sizes,
                    "Compress": 0,
                }
                file.write_var(spec, var_attrs=dict(attributes), var_data=values)
        return path.read_bytes()


def spectra(
    moments: Any, amplitude: Any, *, channels: Any = PWS_CHANNELS_HZ, raw_times: Any = None, extra=()
) -> bytes:
    """A day of the spectrum analyser; ``raw_times`` are TT2000 numbers in place of ``moments``."""
    epochs = tt2000(moments) if raw_times is None else np.asarray(raw_times, dtype=np.int64)
    values = np.asarray(amplitude, dtype=np.float32)
    return cdf(
        ("epoch", TT2000, epochs, {"FILLVAL": [NO_TIME, "CDF_TIME_TT2000"]}, True),
        ("frequency", FLOAT, np.asarray(channels, dtype=np.float32), {}, False),
        ("electric_field", FLOAT, values, {"FILLVAL": [float(FILL), "CDF_REAL4"]}, True),
        *extra,
    )


def amplitudes(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(2e-7, 3e-6, (n, len(PWS_CHANNELS_HZ))).astype(np.float32)


def waveform(moments: Any, samples: Any, *, rate_hz: float = 28_800.0, raw_times: Any = None) -> bytes:
    """An hour of the wideband receiver."""
    values = np.asarray(samples)
    epochs = tt2000(moments) if raw_times is None else np.asarray(raw_times, dtype=np.int64)
    kind, fill = (
        (INT8, [-128, "CDF_BYTE"]) if values.dtype == np.int8 else (FLOAT, [float(FILL), "CDF_REAL4"])
    )
    offsets = np.arange(values.shape[1]) * 1e6 / rate_hz
    return cdf(
        ("Epoch", TT2000, epochs, {"FILLVAL": [NO_TIME, "CDF_TIME_TT2000"]}, True),
        ("timeOffsets", DOUBLE, offsets, {"FILLVAL": [-1.0, "CDF_REAL8"]}, False),
        ("Waveform", kind, values, {"FILLVAL": fill}, True),
    )


def quantised(samples: np.ndarray) -> np.ndarray:
    """The receiver's 4 bits, as the files hold them: odd numbers from -15 to 15 behind 16 zeros."""
    codes = np.clip(2 * np.round((samples - 1) / 2) + 1, -15, 15).astype(np.int8)
    codes[:, :16] = 0
    return codes


def noise(n: int, seed: int) -> np.ndarray:
    """Frames of noise in floating point, with a gain of their own each."""
    rng = np.random.default_rng(seed)
    return rng.normal(0.0, 1.0, (n, WAVEFORM_FRAME_SAMPLES)) * rng.uniform(1.5, 4.0, (n, 1))


def tone(n: int, frequency_hz: float, amplitude: float, seed: int) -> np.ndarray:
    """A line: the same frequency in each frame, the phase as it comes."""
    phase = np.random.default_rng(seed).uniform(0.0, 2 * np.pi, (n, 1))
    return amplitude * np.sin(2 * np.pi * frequency_hz * np.arange(WAVEFORM_FRAME_SAMPLES) / 28_800.0 + phase)


def listing(*names: str, modified: str = "2026-09-14 06:00", size: str = "1.0K") -> bytes:
    """A directory page of Apache; the names of directories end with a slash."""
    rows = "".join(
        f'<tr><td><a href="{name}">{name}</a></td><td align="right">{modified}  </td>'
        f'<td align="right">{"-" if name.endswith("/") else size}</td></tr>\n'
        for name in names
    )
    page = f"<html><head><title>Index of /x</title></head><body><table>{rows}</table></body></html>"
    return page.encode()


def tree(
    files: Mapping[str, Answer], *, listings: Mapping[str, Answer] | None = None
) -> Callable[[Request], bytes]:
    """An archive: answers listings made from the files' names ("2014/name"), and the files."""
    years = sorted({name.partition("/")[0] for name in files})

    def answer(request: Request) -> bytes:
        tail = request.url.rpartition("/data/")[2]
        tail = (
            tail.rpartition("spectrum_analyzer_cdf/")[2] if "spectrum_analyzer_cdf/" in request.url else tail
        )
        name = tail.strip("/")
        if listings is not None and name in listings:
            found: Answer = listings[name]
        elif not name:
            found = listing(*(f"{year}/" for year in years))
        elif "/" not in name:
            found = listing(*(file.partition("/")[2] for file in files if file.startswith(f"{name}/")))
        else:
            found = files.get(name, Refused(f"no {name}"))
        if isinstance(found, UpstreamError):
            raise found
        return found

    return answer
