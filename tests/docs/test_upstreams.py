"""docs/upstreams.md names every host that has a policy, with its concurrency, and no other."""

import re

import pytest

from deepspace.ingestion.registry import products
from deepspace.upstream.policy import POLICIES
from tests.docs.documents import first_cells, read, section

RULES = section(read("docs/upstreams.md"), "## Client rules")


def test_every_host_with_a_policy_is_listed():
    assert {cell.strip("`") for cell in first_cells(RULES)} == set(POLICIES)


@pytest.mark.parametrize("host", POLICIES)
def test_the_requests_at_a_time_are_those_of_the_policy(host):
    row = next(line for line in RULES.splitlines() if line.startswith(f"| `{host}`"))
    assert row.split("|")[2].split()[0].rstrip(",") == str(POLICIES[host].concurrency)


def test_products_that_are_named_exist_and_every_product_is_named():
    last_cells = [line.strip("|").rpartition("|")[2] for line in RULES.splitlines() if line.startswith("| `")]
    named = {word for cell in last_cells for word in re.findall(r"`(\w+\.\w+)`", cell)}
    asking = {product.key for product in products() if product.source != "curated"}
    assert named == asking
