"""NOAA's messages and scales as they are shown."""

from typing import Any

import pytest

from spaceintel.parameters import SpaceParameters
from spaceintel.services import notices
from spaceintel.services.windows import window
from tests.support import weather as space
from tests.support.weather import DAY, HOUR, MINUTE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]


def alerts(days=30):
    now = space.now()
    return notices.alerts(window(SpaceParameters(days=days), now), now)


def test_a_warning_is_in_force_while_it_is_valid():
    now = space.now()
    space.alert(now - 2 * HOUR, valid_from=now - HOUR, valid_until=now + HOUR, serial_number="7")
    space.alert(now - 9 * HOUR, valid_from=now - 8 * HOUR, valid_until=now - HOUR, serial_number="6")
    found, feed = alerts()
    assert [(one.serial_number, one.is_in_force) for one in found] == [("7", True), ("6", False)]
    assert feed.statement == "2 messages in these 30 days."


def test_a_cancelled_warning_is_not_in_force():
    now = space.now()
    valid: dict[str, Any] = {"valid_from": now - HOUR, "valid_until": now + HOUR}
    space.alert(now - 2 * HOUR, serial_number="7", **valid)
    space.alert(now - MINUTE, kind="cancel", cancels_serial="7", serial_number="8")
    cancel, warning = alerts()[0]
    assert warning.is_cancelled
    assert not warning.is_in_force
    assert not cancel.is_in_force
    assert not cancel.is_cancelled


@pytest.mark.parametrize("ahead", [5 * MINUTE, 3 * HOUR])
def test_a_cancellation_dated_ahead_waits_for_its_time(ahead):
    now = space.now()
    valid: dict[str, Any] = {"valid_from": now - HOUR, "valid_until": now + 9 * HOUR}
    space.alert(now - 2 * HOUR, serial_number="7", **valid)
    space.alert(now + ahead, kind="cancel", cancels_serial="7", serial_number="8")
    (warning,) = alerts()[0]
    assert (warning.is_cancelled, warning.is_in_force) == (False, True)
    later = now + ahead
    (_, warning) = notices.alerts(window(SpaceParameters(days=30), later), later)[0]
    assert (warning.is_cancelled, warning.is_in_force) == (True, False)


def test_a_cancellation_of_another_code_or_number_changes_nothing():
    now = space.now()
    valid: dict[str, Any] = {"valid_from": now - HOUR, "valid_until": now + HOUR}
    space.alert(now - 2 * HOUR, serial_number="7", **valid)
    space.alert(now - 3 * MINUTE, kind="cancel", cancels_serial="7", message_code="WARK05")
    space.alert(now - 2 * MINUTE, kind="cancel", cancels_serial="6")
    assert [one.is_in_force for one in alerts()[0]] == [False, False, True]


def test_a_serial_number_used_again_is_another_message():
    now = space.now()
    space.alert(now - 20 * DAY, serial_number="7")
    space.alert(now - MINUTE, kind="cancel", cancels_serial="7")
    assert not alerts()[0][-1].is_cancelled


def test_a_summary_is_never_in_force():
    now = space.now()
    space.alert(now - HOUR, kind="summary", valid_from=now - HOUR, valid_until=now + HOUR)
    assert not alerts()[0][0].is_in_force


def test_no_message_is_none_when_asked_and_unknown_when_not():
    assert "has not been retrieved" in alerts()[1].statement
    space.empty("alerts")
    from tests.support.visitor import forget_everything

    forget_everything()
    assert alerts()[1].statement == "No message in these 30 days."


def test_text_is_kept_as_sent():
    space.alert(space.now() - HOUR, message="<script>alert(1)</script>", headline="<b>ALERT</b>")
    (one,) = alerts()[0]
    assert (one.message, one.headline) == ("<script>alert(1)</script>", "<b>ALERT</b>")


def test_the_newest_scales_are_taken_whole():
    now = space.now()
    old, new = space.batch("scales"), space.batch("scales")
    space.scales(now - HOUR, log=old, g_scale=4)
    for offset in (-1, 0, 1, 2, 3):
        space.scales(now - 5 * MINUTE, day_offset=offset, log=new, g_scale=max(offset, 0))
    found = notices.scales_now(now)
    assert found.issued_at == now - 5 * MINUTE
    assert found.is_current
    assert found.now is not None
    assert found.now.g_scale == 0
    assert [one.g_scale for one in found.forecast] == [1, 2, 3]


def test_scales_of_two_hours_ago_say_nothing_of_now():
    now = space.now()
    space.scales(now - 2 * HOUR)
    assert not notices.scales_now(now).is_current


def test_no_scales_are_unknown():
    found = notices.scales_now(space.now())
    assert (found.issued_at, found.days, found.now, found.is_current) == (None, (), None, False)
    assert found.provenance.tier.value == "empty"
