"""docs/architecture.md lists every address of the site; what it lists exists."""

import re

import pytest
from django.urls import Resolver404, resolve
from django.urls.resolvers import URLPattern, URLResolver

from deepspace.pages.endpoints import endpoints
from deepspace.urls import urlpatterns
from tests.docs.documents import first_cells, read, section

PAGE = "docs/architecture.md"
EXAMPLES = {"<key>": "voyager.trajectory", "<name>": "trajectory", "<fmt>": "png", "<slug>": "any"}


def patterns(entries, prefix: str = "/") -> list[str]:
    """Every address of the URL configuration, with the parameters by name; the admin as one."""
    found = []
    for entry in entries:
        route = prefix + str(entry.pattern)
        if route.startswith("/admin/"):
            found.append("/admin/")
        elif isinstance(entry, URLResolver):
            found += patterns(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            found.append(re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", route))
    return found


@pytest.fixture(scope="module")
def listed() -> list[str]:
    return [cell.strip("`") for cell in first_cells(section(read(PAGE), "## Addresses"))]


def test_every_address_is_listed(listed):
    # The API's own root, which ninja adds, is not an address for anybody.
    assert {one for one in patterns(urlpatterns) if one != "/api/"} == set(listed)


def test_what_is_listed_is_answered(listed):
    for address in listed:
        asked = re.sub(r"<\w+>", lambda found: EXAMPLES[found[0]], address)
        try:
            resolve(asked)
        except Resolver404:
            pytest.fail(f"{address} is listed and does not exist")


@pytest.mark.parametrize("one", endpoints(), ids=lambda one: one.path)
def test_the_parameters_of_an_endpoint_are_listed(one):
    row = next(line for line in read(PAGE).splitlines() if line.startswith(f"| `{one.path}`"))
    if not one.parameters:
        assert "no parameters" in row
    for parameter in one.parameters:
        assert f"`{parameter.name}`" in row
