"""The API does what its own OpenAPI document says, whatever is asked of it (all checks of schemathesis)."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode

from deepspace.pages.endpoints import endpoints

pytestmark = pytest.mark.usefixtures("nothing_held")

# Through WSGI schemathesis asks for a compressed body and then does not decompress it.
PLAIN = {"Accept-Encoding": "identity"}
EXAMPLES = settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def schema(db: None) -> schemathesis.BaseSchema:
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
        case.call_and_validate(headers=PLAIN)

    ask()
