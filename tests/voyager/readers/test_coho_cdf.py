"""Monthly CDF files of hourly data: ABS_B or F, fill, duplicate epochs."""

from __future__ import annotations

import numpy as np
import pytest

from deepspace.upstream.errors import SchemaDrift
from tests.support.cdf import FILL, REAL4, coho
from voyager.readers import coho_cdf

NAME = "voyager1_coho1hr_merged_mag_plasma_19950101_v01.cdf"
UTC = ["1995-01-01T00:00:00", "1995-01-01T01:00:00", "1995-01-01T02:00:00"]


def read(body):
    block, *unusable = coho_cdf.read(body, NAME)
    assert unusable == []
    return block


def test_an_hour_and_its_field():
    block = read(coho(UTC, [0.5, FILL, 0.25], [0.5, FILL, 0.125]))
    assert block["timestamp_utc"].astype(str).tolist() == [
        "1995-01-01T00:00:00.000000",
        "1995-01-01T02:00:00.000000",
    ]
    assert block["b_nt"].tolist() == [0.5, 0.25]
    assert block["br_nt"].tolist() == [0.25, 0.0625]
    assert block["distance_au"].tolist() == [58.25, 58.25]
    assert set(block["cadence_s"].tolist()) == {3600}


def test_the_vector_stands_in_where_the_magnitude_is_fill():
    block = read(coho(UTC, [0.5, FILL, FILL], [0.5, 0.375, FILL]))
    assert block["b_nt"].tolist() == [0.5, 0.375]
    assert block["b_kind"].tolist() == ["magnitude", "vector"]


def test_a_file_may_lack_the_magnitude():
    block = read(coho(UTC, [FILL] * 3, [0.5] * 3, ABS_B=None, heliocentricDistance=None))
    assert set(block["b_kind"].tolist()) == {"vector"}
    assert np.isnan(block["distance_au"]).all()


def test_duplicate_epochs_are_left_to_the_validation():
    assert len(read(coho([UTC[0], UTC[0], UTC[1]], [0.5] * 3, [0.5] * 3))["b_nt"]) == 3


@pytest.mark.parametrize("missing", [("Epoch",), ("BT",), ("ABS_B", "F")])
def test_missing_variables_fail_the_file(missing):
    with pytest.raises(SchemaDrift, match=rf"{NAME}: (no|neither) variable"):
        read(coho(UTC, [0.5] * 3, [0.5] * 3, **dict.fromkeys(missing)))


def test_values_keep_the_precision_of_the_file():
    value = float(np.float32(0.466))
    assert (
        read(coho(UTC, [0.466] * 3, [0.466] * 3, BR=(REAL4, [0.466] * 3, {})))["b_nt"].tolist() == [value] * 3
    )
