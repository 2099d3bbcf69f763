"""/plasma, and the address that it had."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.http import QueryDict

from deepspace.pages.forms import link, read_form
from deepspace.parameters import ParameterError
from deepspace.plotting import registry
from tests.support.visitor import database_away
from tests.voyager import plasma_samples as samples
from tests.voyager.plasma_samples import NOON
from voyager.parameters import PlasmaParameters
from voyager.views.plasma import PLASMA_PLOTS

pytestmark = [pytest.mark.usefixtures("nothing_held"), pytest.mark.django_db]
ROOT = Path(__file__).resolve().parents[2]


def test_the_page_shows_its_plots_with_chips_downloads_and_words(visitor):
    samples.spectra(loud={10: 1e-5})
    response = visitor.get("/plasma?hours=6")
    page = response.content.decode()
    assert response.status_code == 200
    assert response["X-Data-Tier"] == "real"
    for name in PLASMA_PLOTS:
        assert f'id="{name}"' in page
        for kind in ("png", "svg", "csv"):
            assert f'href="/plots/{name}.{kind}?hours=6"' in page
    assert page.count("What this plot cannot tell") == len(PLASMA_PLOTS)
    assert page.count("tier--real") >= len(PLASMA_PLOTS)
    assert "the strongest wave is in the 3.11 kHz channel" in page


def test_the_form_is_plain_and_carries_the_view(visitor):
    samples.spectra(NOON, 48)
    page = visitor.get("/plasma?hours=12&freq_min=100&freq_max=2000&end=2014-04-05T06:00").content.decode()
    form = re.search(r"<form.*?</form>", page, re.DOTALL)
    assert form
    assert 'method="get" action="/plasma"' in form[0]
    for name, value in (
        ("hours", "12"),
        ("freq_min", "100"),
        ("freq_max", "2000"),
        ("end", "2014-04-05T06:00"),
    ):
        assert re.search(rf'name="{name}"[^>]* value="{value}"', form[0]), name
    assert "end=2014-04-04T18%3A00%3A00Z" in page  # earlier
    assert ">Newest</a>" in page


def test_an_end_left_empty_in_the_form_is_the_newest(visitor):
    samples.spectra()
    assert visitor.get("/plasma?hours=24&freq_min=10&freq_max=56200&end=").status_code == 200


def test_a_wrong_band_is_422(visitor):
    assert visitor.get("/plasma?freq_min=2000&freq_max=1000").status_code == 422


def test_the_note_of_a_window_elsewhere_is_printed(visitor):
    samples.spectra()
    assert "Nothing is stored in the 24 h before" in visitor.get("/plasma?end=2015-01-01").content.decode()


@pytest.mark.parametrize("is_stored", [False, True])
def test_a_model_is_not_told_as_something_that_was_received(visitor, is_stored):
    if is_stored:  # a window before the first spectrum
        samples.spectra()
    page = visitor.get("/plasma?end=1985-01-01").content.decode()
    assert "What the receiver would hear by the model" in page
    assert "modelled; none was received" in page
    assert "as sent to the ground" not in page
    assert "of those in the window" not in page
    assert "What the receiver heard" not in page


def test_a_model_is_labelled(visitor):
    response = visitor.get("/plasma")
    page = response.content.decode()
    assert response["X-Data-Tier"] == "synthetic"
    assert "tier--synthetic" in page
    assert "tier--real" not in page.partition("<main")[2]
    assert "No real spectrum is stored" in page


def test_the_table_has_a_row_per_channel(visitor):
    samples.spectra()
    table = visitor.get("/plasma?freq_min=1000&freq_max=10000").content.decode().partition("<tbody>")[2]
    assert table.count("<tr>") == 5
    assert "3.11 kHz" in table


def test_hourly_rows_are_called_so(visitor):
    samples.hours(NOON, 5)
    assert "Hourly rows" in visitor.get("/plasma").content.decode()


def test_the_old_address_leads_here_with_its_parameters(visitor):
    response = visitor.get("/plasma-waves?hours=6")
    assert response.status_code == 301
    assert response["Location"] == "/plasma?hours=6"


def test_without_a_database_the_page_still_answers(visitor):
    with database_away():
        response = visitor.get("/plasma")
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert "The database does not answer" in response.content.decode()


def test_plots_have_addresses_with_the_same_parameters(visitor):
    samples.spectra()
    for name in PLASMA_PLOTS:
        assert registry.plot(name).parameters is PlasmaParameters
        for kind in ("png", "svg", "csv"):
            assert visitor.get(f"/plots/{name}.{kind}?hours=3").status_code == 200
        assert visitor.get(f"/plots/{name}.png?hours=1000").status_code == 422


def test_the_modelled_csv_says_so_in_each_row(visitor):
    table = visitor.get("/plots/plasma-spectrum.csv").content.decode().splitlines()
    assert table[0].endswith("data_tier")
    assert all(line.endswith("synthetic") for line in table[1:])


def test_links_change_one_thing_and_leave_defaults_out():
    parameters = PlasmaParameters(hours=6)
    assert link("/plasma", parameters, "6 hours", hours=6).is_current
    assert link("/plasma", parameters, "1 day", hours=24).url == "/plasma"
    assert link("/plasma", parameters, "High", freq_min=1_000).url == "/plasma?freq_min=1000&hours=6"


def test_forms_forgive_empty_fields_only():
    assert read_form(PlasmaParameters, QueryDict("hours=&end=")) == PlasmaParameters()
    with pytest.raises(ParameterError):
        read_form(PlasmaParameters, QueryDict("hours=&hours="))


def test_the_web_process_loads_neither_scipy_nor_cdflib():
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; django.setup();"
        "import deepspace.urls, voyager.plots, voyager.synthetic_plasma as model; from datetime import *;"
        "model.recordings(datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 2, 1, tzinfo=UTC));"
        "sys.exit(', '.join({'scipy', 'cdflib', 'matplotlib.pyplot'} & set(sys.modules)) or None)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
