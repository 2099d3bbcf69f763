"""When a run goes on after a failure, and with which one it ends."""

from __future__ import annotations

import pytest

from deepspace.upstream.errors import NoData, RateLimited, Refused, SchemaDrift, Unreachable
from voyager.products.troubles import Troubles, worst


def test_failures_that_pass_by_themselves_end_the_run_when_they_come_in_a_row():
    troubles = Troubles(2)
    troubles.bear(Unreachable("one"))
    troubles.relax()
    troubles.bear(Unreachable("two"))
    with pytest.raises(Unreachable, match="three"):
        troubles.bear(Unreachable("three"))


def test_permanent_failures_never_end_it():
    troubles = Troubles(1)
    troubles.bear(Refused("404"))
    troubles.bear(Refused("404"))
    assert troubles.any
    troubles.speak()  # the pipeline has written them down


def test_what_was_remembered_is_raised_rather_than_a_host_that_is_down():
    troubles = Troubles(1)
    troubles.remember(SchemaDrift("another page"))
    with pytest.raises(SchemaDrift, match="another page"):
        troubles.bear(Unreachable("503"))
    with pytest.raises(SchemaDrift, match="another page"):
        troubles.speak()


def test_the_worst_failure_is_the_one_that_needs_a_person():
    ascending = [NoData(""), RateLimited(""), Unreachable(""), Refused(""), SchemaDrift("")]
    for i, error in enumerate(ascending):
        assert all(worst(error, other) is ascending[max(i, j)] for j, other in enumerate(ascending))
    first = SchemaDrift("first")
    assert worst(SchemaDrift("second"), first) is first
