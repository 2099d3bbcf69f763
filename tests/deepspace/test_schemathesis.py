"""The API does what its own OpenAPI document says, whatever is asked of it (all checks of schemathesis)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from deepspace.pages.endpoints import endpoints

pytestmark = pytest.mark.usefixtures("nothing_held")

# Through WSGI schemathesis asks for a compressed body and then does not decompress it.
PLAIN = {"Accept-Encoding": "identity"}
EXAMPLES = settings(
    max_examples=30,  # each draws a plot of its own
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def cannot_be_said(query: Any) -> bool:
    """Whether a query breaks a rule that JSON Schema has no words for, so that its 422 is right all the same.

    To JSON Schema 10.0 is an integer, and a bound cannot be another parameter's value.
    """
    if any(isinstance(value, float) for value in query.values()):
        return True
    low, high = query.get("freq_min", 10), query.get("freq_max", 56_200)
    return isinstance(low, int) and isinstance(high, int) and low >= high


@pytest.fixture
def kept_connection(db: None) -> Iterator[None]:
    """Requests leave the test's connection open, as Django's own test client sees to.

    Closed at the start of a request, PostgreSQL's would take the test's transaction with it: every endpoint would
    answer as without a database.
    """
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def schema(kept_connection: None) -> schemathesis.BaseSchema:
    """The API as deployed: through WSGI and every middleware."""
    from deepspace.wsgi import application

    return schemathesis.openapi.from_wsgi("/api/openapi.json", application)


# schemathesis' own parametrize does not work with pytest 9.2 (it writes to a node's private `_nodeid`).
@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("path", [endpoint.path for endpoint in endpoints()])
def test_no_check_fails(schema, path, mode):
    operation = schema[path]["GET"]
    if mode is GenerationMode.NEGATIVE and not operation.query and not operation.headers:
        pytest.skip("an operation without parameters cannot be asked wrongly")

    @given(case=operation.as_strategy(generation_mode=mode))
    @EXAMPLES
    def ask(case: Case[Any]) -> None:
        response = case.call(headers=PLAIN)
        excused: list[Any] = [positive_data_acceptance] if cannot_be_said(case.query) else []
        case.validate_response(response, excluded_checks=excused)

    ask()
