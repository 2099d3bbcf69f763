"""The magnetometer's archive made on the spot, and what its tests ask about a run."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from deepspace.ingestion.pipeline import Pipeline
from deepspace.ingestion.product import Window
from deepspace.ingestion.replay import replay
from deepspace.ingestion.verify import verify
from deepspace.models import IngestionLog
from tests.support.cdf import FILL, REAL4, coho, vim
from tests.support.door import FakeDoor, Silent
from tests.support.spdf import Tree
from voyager.models import MagneticField
from voyager.products import HourlyMagneticFieldProduct, VimMagneticFieldProduct

CDF, ASCII = "magnetic_fields_cdaweb/vim_48secmag", "magnetic_fields/VIM_48s_mag_ascii"
MERGED, COHO = "merged", "coho1hr_magplasma"
IP = "magnetic_fields/ip_1hour_ascii/1990-2004"
NOTHING = {name: (REAL4, [FILL] * 20, {"FILLVAL": FILL}) for name in ("BR", "BT", "BN")}


def cdf_name(year, version=1):
    return f"voyager1_48s_mag-vim_{year}0101_v{version:02}.cdf"


def vim_cdf(year, f1=0.4, n=20, **changes):
    return vim([f"{year}-06-01T00:{minute:02}:00" for minute in range(n)], np.full(n, f1), **changes)


def vim_ascii(year, days, f1=0.5):
    return "\n".join(f"FLT1\t{year % 100}\t{day}\t{f1}\t0.1\t-0.4\t0.2" for day in days).encode()


def merged(year, n=24, b="0.062"):
    plasma = "9999.9 9999.9 9999.9 99.99999 9999999. " + " ".join(["9.999e+05"] * 18)
    return "".join(
        f"{year} {1 + hour // 24} {hour % 24} 58.08 32.6 166.9 {b} {b} 0.002 -0.057 0.025 {plasma}\n"
        for hour in range(n)
    ).encode()


def coho_name(year, month, version=1):
    return f"{year}/voyager1_coho1hr_merged_mag_plasma_{year}{month:02}01_v{version:02}.cdf"


def month(year, number, n=20):
    return coho([f"{year}-{number:02}-01T{hour:02}:00:00" for hour in range(n)], [0.5] * n, [0.5] * n)


def ip(year):
    return "".join(f"1\t{year % 100}.{1000 + 0:04}0000\t0.05\t10\t20\t0.05\n" for _ in range(1)).encode()


def three_years() -> Tree:
    """Three years of 48 s data, each as CDF; the second one as text too."""
    return Tree(
        {f"{CDF}/{cdf_name(year)}": vim_cdf(year) for year in (2012, 2013, 2014)}
        | {
            f"{ASCII}/SHA1SUM": b"...",
            f"{ASCII}/V1_48s_2013_001-031.dat": vim_ascii(2013, [1.5, 30.5, 31.1, 31.2]),
            f"{ASCII}/V1_48s_2013_031-061_141023.dat": vim_ascii(2013, [31.1, 31.3], 0.6),
        }
    )


def three_directories() -> Tree:
    """One year in each of the three directories alone, and one in all of them."""
    name = f"{IP}/vy1mag_pri_1hr_{{}}.txt"
    return Tree(
        {f"{MERGED}/vy1_{year}.asc": merged(year) for year in (1996, 2012)}
        | {
            f"{COHO}/{coho_name(year, number)}": month(year, number)
            for year in (1995, 1996)
            for number in (1, 2)
        }
        | {name.format(year): ip(year) for year in (1994, 1996)}
        | {f"{IP}/00readme.txt": b"prose"}
    )


def ingest(tree, product=None, *, since=None, until=None):
    window = Window(
        *(moment and datetime(moment[0], moment[1], moment[2], tzinfo=UTC) for moment in (since, until))
    )
    return Pipeline(FakeDoor(tree), Silent()).run(product or VimMagneticFieldProduct(), window)


def hourly(tree, **options):
    return ingest(tree, HourlyMagneticFieldProduct(), **options)


def years():
    found = MagneticField.objects.order_by("timestamp_utc").values_list("timestamp_utc__year", flat=True)
    return sorted(set(found))


def failures():
    return [
        (log.error_class, log.error_message)
        for log in IngestionLog.objects.filter(status=IngestionLog.Status.FAILED).order_by("pk")
    ]


def assert_proven(product=None):
    product = product or VimMagneticFieldProduct()
    report = verify(product)
    assert (report.differences, report.problems) == (0, [])
    assert report.rederived == report.rows == MagneticField.objects.filter(**product.scope).count()
    again = replay(product, Silent())
    assert (again.created, again.updated, again.removed) == (0, 0, 0)
