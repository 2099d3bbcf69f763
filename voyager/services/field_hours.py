"""Hours of the magnetic field that the archive has only as 48 s averages: their means, computed by the database."""

from __future__ import annotations

import json
from typing import Any, Final

import numpy as np
from django.db import connection
from django.db.models import QuerySet
from numpy.typing import NDArray

from voyager.field import NAMES, Times
from voyager.services.windows import utc as aware

# The database walks over the index hour by hour. A plain GROUP BY of an hour made from the time sorts all rows first:
# 2.5 million of them take half as long again, and 250 MB in SQLite.
_SQLITE: Final = """
SELECT hour, {means}
FROM (SELECT value AS hour FROM json_each(%s) ORDER BY value)
CROSS JOIN ({rows}) AS average
WHERE timestamp_utc BETWEEN hour AND hour || '~'
GROUP BY hour
"""
_POSTGRESQL: Final = """
SELECT hour AT TIME ZONE 'UTC', mean.*
FROM generate_series(%s, %s, INTERVAL '1 hour') AS hour, LATERAL (
    SELECT {means}
    FROM ({rows}) AS average
    WHERE timestamp_utc >= hour AND timestamp_utc < hour + INTERVAL '1 hour'
    HAVING COUNT(*) > 0
) AS mean
"""


def hourly_means(
    rows: QuerySet[Any], first: np.datetime64, last: np.datetime64
) -> tuple[Times, NDArray[np.float64]]:
    """Means of the averages that begin in each hour: of the strengths, as in the archive, and of the components.

    Parameters
    ----------
    rows
        Averages of one cadence.
    first, last
        Whole hours: the first one, and the one after the last.

    Returns
    -------
    tuple of ndarray, shapes (n,) and (n, 4)
        Start of each hour that holds an average, ascending, and its mean strength, R, T and N in nT; NaN for a
        component that no average of the hour has.
    """
    hours = np.arange(first, last, dtype="datetime64[h]")
    inner, values = rows.order_by().values("timestamp_utc", *NAMES).query.sql_with_params()
    means = ", ".join(f"AVG({name})" for name in NAMES)
    asked: list[Any]
    if connection.vendor == "sqlite":
        texts = [text.replace("T", " ") for text in np.datetime_as_string(hours).tolist()]
        template, asked = _SQLITE, [json.dumps(texts)]
    else:
        template, asked = _POSTGRESQL, [aware(hours[0]), aware(hours[-1])]
    with connection.cursor() as cursor:
        cursor.execute(template.format(means=means, rows=inner), (*asked, *values))
        found: list[tuple[Any, ...]] = cursor.fetchall()
    utc = np.array([one[0] for one in found], dtype="datetime64[us]")
    order = np.argsort(utc, kind="stable")
    return utc[order], np.array([one[1:] for one in found], dtype=np.float64).reshape(-1, len(NAMES))[order]
