"""Whatever NeoWs, CAD and Sentry do: the right error, one line, and the tables as they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from deepspace.fallback import standing
from deepspace.ingestion.pipeline import Outcome, Pipeline
from deepspace.ingestion.product import Product, Window
from deepspace.ingestion.verify import verify
from deepspace.models import IngestionLog
from deepspace.provenance import Tier
from deepspace.upstream.http import Door
from deepspace.upstream.policy import POLICIES
from spaceintel.models import CloseApproach, NearEarthObject, SentryObject
from spaceintel.products import CloseApproachesProduct, NearEarthObjectsProduct, SentryProduct
from tests.support.diary import dump
from tests.support.door import Silent
from tests.support.mirror import Mirror

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]

CASES: dict[str, tuple[Product, type, str, Window, int]] = {
    "neos": (
        NearEarthObjectsProduct(),
        NearEarthObject,
        "api.nasa.gov",
        Window(datetime(2026, 2, 13, tzinfo=UTC), datetime(2026, 2, 19, tzinfo=UTC)),
        72,
    ),
    "close_approaches": (
        CloseApproachesProduct(),
        CloseApproach,
        "ssd-api.jpl.nasa.gov",
        Window(datetime(2026, 5, 8, tzinfo=UTC), datetime(2026, 7, 7, tzinfo=UTC)),
        25,
    ),
    "sentry": (SentryProduct(), SentryObject, "ssd-api.jpl.nasa.gov", Window(), 300),
}
FAULTS = [
    *(("down:{}", "Unreachable"), ("refuse:{}", "Unreachable"), ("hang:{}", "Unreachable")),
    *(("slow:{}:0.01", "Unreachable"), ("status:{}:503", "Unreachable"), ("status:{}:404", "Refused")),
    *(("status:{}:403", "Refused"), ("status:{}:400", "Refused"), ("429:{}", "RateLimited")),
    *(("429:{}:7200", "RateLimited"), ("html:{}", "SchemaDrift"), ("empty:{}", "SchemaDrift")),
    *(("truncate:{}:300", "Unreachable"), ("garbage:{}", "SchemaDrift"), ("gzipbomb:{}:70", "SchemaDrift")),
    *(("redirectloop:{}", "Refused"), ("badutf8:{}", "SchemaDrift"), ("nan:{}", "SchemaDrift")),
]


def ingest(product: Product, host: str, window: Window, **changes) -> Outcome:
    hasty = replace(
        POLICIES[host],
        **({"spacing_s": 0.0, "tries": 2, "backoff_s": 0.02, "jitter_s": 0.0, "attempt_s": 1.0} | changes),
    )
    return Pipeline(Door(policies={**POLICIES, host: hasty}), Silent()).run(product, window)


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, through_mirror: Mirror):
    product, model, host, window, rows = CASES[request.param]
    assert ingest(product, host, window, attempt_s=20.0).created == rows
    return product, model, host, window, through_mirror


@pytest.mark.parametrize(("fault", "error_class"), FAULTS)
def test_a_fault_is_named_and_leaves_the_table_alone(case, fault: str, error_class: str):
    product, model, host, window, mirror = case
    before = dump(model)
    mirror.faults(fault.format(host))
    outcome = ingest(product, host, window, **({"attempt_s": 20.0} if "bomb" in fault else {}))
    assert outcome.error_class == error_class, outcome.error_message
    assert "\n" not in outcome.error_message
    assert "api_key" not in outcome.error_message
    assert dump(model) == before
    log = IngestionLog.objects.order_by("-pk")[0]
    assert (log.status, log.error_class) == ("failed", error_class)
    mirror.clear()
    assert verify(product).differences == 0


@pytest.mark.parametrize("fault", ["dupes:{}", "flap:{}:2"])
def test_what_can_be_used_is_used(case, fault: str):
    product, model, host, window, mirror = case
    before = dump(model)
    mirror.faults(fault.format(host))
    outcome = ingest(product, host, window, attempt_s=20.0, tries=4)
    assert (outcome.error_class, outcome.created, outcome.updated, outcome.removed) == ("", 0, 0, 0)
    assert dump(model) == before


def test_a_feed_that_fails_from_the_first_day_is_empty_and_never_invented(through_mirror: Mirror):
    for product, _, host, window, _ in CASES.values():
        through_mirror.faults(f"down:{host}")
        assert ingest(product, host, window).error_class == "Unreachable"
        assert standing(product.key).tier is Tier.EMPTY
