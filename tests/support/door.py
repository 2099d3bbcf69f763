"""A door without a network behind it: whatever the test answers goes through the real archive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from deepspace import archive
from deepspace.ingestion.product import ArchivedPayload
from deepspace.upstream.request import Request, Response


class FakeDoor:
    """Answers requests with the bytes that ``answer`` returns, or with the error that it raises."""

    def __init__(self, answer: Callable[[Request], bytes]) -> None:
        self.answer = answer
        self.asked: list[Request] = []

    def fetch(self, request: Request) -> ArchivedPayload:
        """Archive and hand over a body, as the real door does."""
        self.asked.append(request)
        body = self.answer(request)
        return archive.keep(request, Response(200, body, {}, datetime.now(UTC)))

    def wait_s(self, request: Request) -> float:
        """Nobody has to wait."""
        return 0.0


class Silent:
    """Progress that nobody watches."""

    def begin(self, product): ...

    def steps(self, remaining): ...

    def fetched(self, request): ...

    def stored(self, counts): ...

    def end(self, outcome): ...
