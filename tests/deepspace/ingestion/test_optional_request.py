"""An optional request: the product does without, and the run has not failed."""

from __future__ import annotations

import pytest

from deepspace.ingestion.pipeline import Pipeline
from deepspace.ingestion.product import Batch, Conversation, Window
from deepspace.models import IngestionLog
from deepspace.upstream.errors import Refused, Unreachable, UpstreamError
from deepspace.upstream.request import Request
from tests.support.diary import ADDRESS, Diary, day, entry, page, texts
from tests.support.door import FakeDoor, Silent

pytestmark = pytest.mark.django_db

PAGE = page(entry(1))


class Labelled(Diary):
    """Asks for a label before its page."""

    def requests(self, window: Window) -> Conversation:
        label = yield Request(f"{ADDRESS}/label", optional=True)
        payload = yield Request(f"{ADDRESS}/page")
        assert payload is not None
        roles = {"page": payload} if label is None else {"page": payload, "label": label}
        yield Batch(roles, day(1), day(9))


def run(label: bytes | UpstreamError, body: bytes | UpstreamError = PAGE):
    def answer(request: Request) -> bytes:
        found = label if request.url.endswith("label") else body
        if isinstance(found, UpstreamError):
            raise found
        return found

    return Pipeline(FakeDoor(answer), Silent()).run(Labelled(), Window())


@pytest.mark.parametrize("error", [Refused("404"), Unreachable("timed out")])
def test_what_cannot_be_had_is_none_and_nothing_failed(error):
    assert run(error).succeeded
    assert texts() == {"Day 1": "as usual"}
    log = IngestionLog.objects.get()
    assert (log.status, log.completes_run, list(log.payload_ids)) == ("success", True, ["page"])


def test_what_can_be_had_is_in_the_batch():
    assert run(b"checked").succeeded
    assert list(IngestionLog.objects.get().payload_ids) == ["page", "label"]


def test_what_is_not_optional_fails_the_run():
    assert run(Refused("404"), Refused("gone")).error_class == "Refused"
