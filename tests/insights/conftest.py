"""Accounts of every role, and findings on every station of their way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from insights.models import ResearchInsight
from tests.support.insights import account, finding

Factory = Callable[..., ResearchInsight]


@pytest.fixture(autouse=True)
def _nothing_kept(nothing_held: None) -> Iterator[None]:
    """Checksums and cards of another database are not seen."""
    from insights import pinning
    from insights.services import cards

    pinning.forget()
    cards.forget()
    yield
    pinning.forget()
    cards.forget()


@pytest.fixture
def curator(db: None) -> User:
    """Who writes."""
    return account("curator")


@pytest.fixture
def reviewer(db: None) -> User:
    """Who reviews."""
    return account("reviewer")


@pytest.fixture
def root(db: None) -> User:
    """Who may do everything."""
    return User.objects.create_superuser("root", password="correct horse battery")


@pytest.fixture
def make(db: None) -> Factory:
    """Findings by their fields."""
    return finding


@pytest.fixture
def enter() -> Callable[[User | None], Client]:
    """A client that is logged in as an account."""

    def client_of(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return client_of


@pytest.fixture
def published(make: Factory, curator: User, reviewer: User) -> ResearchInsight:
    """A published finding with everything but data."""
    return make(
        title="The field jumps",
        author=curator,
        reviewer=reviewer,
        status="published",
        published_at=datetime(2026, 3, 1, tzinfo=UTC),
        observed_on="2012-08-25",
        tags=["Heliopause", "Magnetic field"],
        description="It **jumps**, by $\\Delta B$.[^1]\n\n[^1]: See the paper.",
        references=[("doi", "10.1126/science.1241681", "Gurnett et al. 2013, Science 341, 1489")],
    )


def texts(response: Any) -> str:
    """Body of a response."""
    return str(response.content.decode())
