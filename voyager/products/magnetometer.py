"""The magnetic field around Voyager 1: hourly and 48 s averages from NASA's Space Physics Data Facility."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from deepspace.ingestion.product import Batch, Columns, Conversation, Product, Unusable, Window
from deepspace.upstream.errors import SchemaDrift
from deepspace.upstream.listing import is_plausible
from voyager.constants import DISTANCE_AU, HOURLY_CADENCE_S, HOURLY_FIELD_NT, VIM_CADENCE_S, VIM_FIELD_NT
from voyager.models import MagneticField
from voyager.products.field_hours import FieldHours
from voyager.products.harvest import Harvest
from voyager.products.shelves import Route
from voyager.readers import coho_ascii, coho_cdf, ip_ascii, vim_ascii, vim_cdf
from voyager.synthetic_field import FIELD_MODEL

_MIB = 2**20


class _FieldProduct(Product):
    """What the two cadences have in common."""

    model: ClassVar = MagneticField
    source: ClassVar[str] = "nasa_spdf"
    upstream: ClassVar[str] = "NASA Space Physics Data Facility (SPDF), Voyager 1 magnetometer"
    licence: ClassVar[str] = "Public domain (NASA); please acknowledge the MAG team and SPDF"
    refresh_every: ClassVar[timedelta] = timedelta(days=1)
    stale_after: ClassVar[timedelta] = timedelta(days=30)
    replaces: ClassVar = "window"
    model_summary: ClassVar[str] = FIELD_MODEL.statement
    first_window: ClassVar[timedelta]
    routes: ClassVar[Sequence[Route]]

    def requests(self, window: Window) -> Conversation:
        """List the directories, then take what is wanted and not stored yet."""
        return Harvest(self, self.routes, self.first_window).converse(window)

    def parse(self, batch: Batch) -> Iterable[Columns | Unusable]:
        """The rows of a batch's files, by the reader that its parameters name."""
        route = next(route for route in self.routes if route.reader == batch.parameters["reader"])
        bodies = {name: batch.body(name) for name in sorted(batch.payloads)}
        for name, body in bodies.items():
            _, size = batch.parameters["listed"][name]
            if not is_plausible(len(body), size):
                raise SchemaDrift(f"{name}: {len(body):,} bytes, where the listing has {size}")
        found = list(route.read(bodies))
        rows = sum(len(block["b_nt"]) for block in found if not isinstance(block, Unusable))
        if rows == 0 and batch.parameters["stored"]:
            stored = batch.parameters["stored"]
            raise SchemaDrift(
                f"{', '.join(bodies)}: no record has a field, and {stored:,} rows are stored for it"
            )
        return found


class HourlyMagneticFieldProduct(_FieldProduct):
    """Hourly averages since 1977.

    https://spdf.gsfc.nasa.gov/pub/data/voyager/voyager1/ has them three times: merged with plasma data as yearly
    text and as monthly CDF (COHO), and for 1990 to 2004 as the instrument team wrote them.
    ``docs/decisions/0014`` says which is taken when.
    """

    key: ClassVar[str] = "voyager.magnetic_field_1h"
    title: ClassVar[str] = "Voyager 1 magnetic field, hourly"
    summary: ClassVar[str] = (
        "Hourly averages of the magnetic field (strength and RTN components) since launch."
    )
    info_url: ClassVar[str] = "https://omniweb.gsfc.nasa.gov/coho/"
    citation: ClassVar[str] = (
        "Voyager 1 MAG hourly averages (N. F. Ness, L. F. Burlaga; COHO merged data, NASA SPDF);"
        " instrument: Behannon et al. 1977, Space Sci. Rev. 21, 235"
    )
    first_window: ClassVar[timedelta] = timedelta(days=1000)  # the newest three years: three files
    scope: ClassVar[Mapping[str, Any]] = {"cadence_s": HOURLY_CADENCE_S}
    derived: ClassVar[frozenset[str]] = frozenset({"br_nt", "bt_nt", "bn_nt"})  # of ip_ascii, from angles
    bounds: ClassVar = {
        "b_nt": HOURLY_FIELD_NT,
        **dict.fromkeys(("br_nt", "bt_nt", "bn_nt"), (-HOURLY_FIELD_NT[1], HOURLY_FIELD_NT[1])),
        "distance_au": DISTANCE_AU,
    }
    routes: ClassVar = (
        Route(
            "merged",
            "merged",
            re.compile(r"vy1_(?P<year>(?:19|20)\d\d)\.asc"),
            read=lambda bodies: _each(coho_ascii.read, bodies),
            expects="text",
            max_bytes=32 * _MIB,
        ),
        Route(
            "coho_cdf",
            "coho1hr_magplasma",
            re.compile(
                r"voyager1_coho1hr_merged_mag_plasma_(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])\d\d_v(?P<version>[\d.]+)\.cdf"
            ),
            read=lambda bodies: _each(coho_cdf.read, bodies),
            expects="cdf",
            max_bytes=16 * _MIB,
            by_year=True,
        ),
        Route(
            "ip_ascii",
            "magnetic_fields/ip_1hour_ascii/1990-2004",
            re.compile(r"vy1mag_pri_1hr_(?P<year>(?:19|20)\d\d)\.txt"),
            read=lambda bodies: _each(ip_ascii.read, bodies),
            expects="any",  # some have a dash of Windows in their header
            max_bytes=16 * _MIB,
        ),
    )


class VimMagneticFieldProduct(_FieldProduct):
    """48 s averages of the Voyager Interstellar Mission since 2009.

    https://spdf.gsfc.nasa.gov/pub/data/voyager/voyager1/ has them as yearly CDF and as text.
    ``docs/decisions/0015`` says which is taken when.
    """

    key: ClassVar[str] = "voyager.magnetic_field_48s"
    title: ClassVar[str] = "Voyager 1 magnetic field, 48 s"
    summary: ClassVar[str] = (
        "48 s averages of the magnetic field with uncertainties, in the heliosheath and in interstellar space."
    )
    info_url: ClassVar[str] = "https://cdaweb.gsfc.nasa.gov/misc/NotesV.html#VOYAGER1_48S_MAG-VIM"
    citation: ClassVar[str] = (
        "VOYAGER1_48S_MAG-VIM (L. F. Burlaga, N. F. Ness, NASA SPDF/CDAWeb);"
        " instrument: Behannon et al. 1977, Space Sci. Rev. 21, 235"
    )
    first_window: ClassVar[timedelta] = timedelta(days=360)  # the newest year: one file
    scope: ClassVar[Mapping[str, Any]] = {"cadence_s": VIM_CADENCE_S}
    derived: ClassVar[frozenset[str]] = frozenset({"distance_au"})  # between the file's daily positions
    roll_up: ClassVar = FieldHours()
    bounds: ClassVar = {
        "b_nt": VIM_FIELD_NT,
        **dict.fromkeys(("br_nt", "bt_nt", "bn_nt"), (-VIM_FIELD_NT[1], VIM_FIELD_NT[1])),
        **dict.fromkeys(("b_sigma_nt", "br_sigma_nt", "bt_sigma_nt", "bn_sigma_nt"), (0.0, VIM_FIELD_NT[1])),
        "distance_au": DISTANCE_AU,
    }
    routes: ClassVar = (
        Route(
            "cdf",
            "magnetic_fields_cdaweb/vim_48secmag",
            re.compile(r"voyager1_48s_mag-vim_(?P<year>(?:19|20)\d\d)\d{4}_v(?P<version>[\d.]+)\.cdf"),
            read=lambda bodies: _each(vim_cdf.read, bodies),
            expects="cdf",
            max_bytes=64 * _MIB,
        ),
        Route(
            "ascii",
            "magnetic_fields/VIM_48s_mag_ascii",
            re.compile(
                r"V1_48s_(?P<year>(?:19|20)\d\d)_(?P<first>\d{3})-(?P<last>\d{3})(?:_(?P<version>\d{6}))?\.dat"
            ),
            read=vim_ascii.read_year,
            expects="any",
            max_bytes=32 * _MIB,
        ),
    )


def _each(
    read: Callable[[bytes, str], list[Columns | Unusable]], bodies: Mapping[str, bytes]
) -> list[Columns | Unusable]:
    return [item for name, body in bodies.items() for item in read(body, name)]
