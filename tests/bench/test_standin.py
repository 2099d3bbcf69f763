from datetime import datetime

import numpy as np
import pytest

from bench import standin
from deepspace.upstream import horizons
from voyager import synthetic


def query_of(request):
    from urllib.parse import urlencode

    return urlencode(request.params)


@pytest.mark.parametrize(
    ("target", "model"), [("-31", synthetic.voyager_state), ("399", synthetic.earth_state)]
)
def test_the_platform_reads_the_stand_in_as_it_reads_horizons(target, model):
    request = horizons.vectors_request(target, "1979-03-05 00:00", "1979-03-06 00:00", "1h")
    table = horizons.parse_vectors(standin.report(query_of(request)).encode())
    assert table.target_id == target
    assert len(table) == 25
    assert table.tdb[-1] == np.datetime64("1979-03-06T00:00", "us")
    np.testing.assert_allclose(table.position_au, model(table.jd_tdb)[0], rtol=1e-6)


def test_single_epochs_are_on_the_exact_second():
    request = horizons.vectors_at_request("-31", [2444605.4993055556])
    table = horizons.parse_vectors(standin.report(query_of(request)).encode())
    assert table.tdb.tolist() == [datetime(1980, 12, 31, 23, 59)]  # noqa: DTZ001 - TDB
