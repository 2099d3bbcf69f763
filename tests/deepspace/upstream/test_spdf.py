"""Requests to SPDF with CDAWeb as second route, and the choice of versions."""

from __future__ import annotations

import re

import pytest

from deepspace.upstream.listing import Entry
from deepspace.upstream.spdf import directory_request, file_request, newest_versions, version_of

PATTERN = re.compile(r"voyager1_(?P<year>\d{4})\d{4}_v(?P<version>[\d.]+)\.cdf")


def test_a_file_is_asked_for_at_both_hosts():
    request = file_request("merged/vy1_2012.asc", expects="text", max_bytes=100)
    assert request.url == "https://spdf.gsfc.nasa.gov/pub/data/voyager/voyager1/merged/vy1_2012.asc"
    assert request.alternatives == (
        "https://cdaweb.gsfc.nasa.gov/pub/data/voyager/voyager1/merged/vy1_2012.asc",
    )
    assert (request.expects, request.max_bytes, request.conditional) == ("text", 100, True)


@pytest.mark.parametrize("path", ["merged", "merged/", "/merged"])
def test_a_directory_ends_with_a_slash(path):
    request = directory_request(path)
    assert request.url.endswith("/voyager1/merged/")
    assert request.expects == "html"


def test_the_highest_version_wins_and_versions_are_numbers():
    names = ["v2", "v10", "v9"]
    entries = [Entry(f"voyager1_20120101_{name}.cdf") for name in names] + [
        Entry("voyager1_20130101_v01.cdf")
    ]
    files = newest_versions(entries, PATTERN)
    assert [(file.entry.name, file.groups, file.version) for file in files] == [
        ("voyager1_20120101_v10.cdf", {"year": "2012"}, (10,)),
        ("voyager1_20130101_v01.cdf", {"year": "2013"}, (1,)),
    ]


def test_other_names_and_directories_are_passed_over():
    entries = [
        Entry("voyager1_20120101_v01.cdf", is_directory=True),
        Entry("SHA1SUM"),
        Entry("xvoyager1_20120101_v1.cdf"),
    ]
    assert newest_versions(entries, PATTERN) == []


def test_versions_compare_as_numbers():
    assert version_of("5.30") > version_of("5.4")
    assert version_of("") < version_of("140814")
