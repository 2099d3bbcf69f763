"""Directory listings: tables and plain text as Apache writes them, and pages that are none."""

from __future__ import annotations

import pytest

from deepspace.upstream.errors import SchemaDrift
from deepspace.upstream.listing import Entry, is_plausible, parse_listing

TABLE = b"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<html>
 <head>
  <title>Index of /pub/data/voyager/voyager1/merged</title>
 </head>
 <body>
<h1>Index of /pub/data/voyager/voyager1/merged</h1>
  <table>
   <tr><th><a href="?C=N;O=D">Name</a></th>
<th><a href="?C=M;O=A">Last modified</a></th><th><a href="?C=S;O=A">Size</a></th></tr>
<tr><td><a href="/pub/data/voyager/voyager1/">Parent Directory</a></td><td>&nbsp;</td><td align="right">  - </td></tr>
<tr><td><a href="2012/">2012/</a></td>
<td align="right">2026-08-14 12:00  </td><td align="right">  - </td></tr>
<tr><td><a href="vy1_2012.asc">vy1_2012.asc</a></td>
<td align="right">2026-08-14 12:00  </td><td align="right">2.5M</td></tr>
<tr><td><a href="00readme.txt">00readme.txt</a></td>
<td align="right">2005-07-14 18:03  </td><td align="right">690 </td></tr>
</table>
</body></html>
"""
PLAIN = b"""<html><head><title>Index of /data</title></head><body><h1>Index of /data</h1>
<pre><img src="/icons/blank.gif" alt="Icon "> <a href="?C=N;O=D">Name</a>  <a href="?C=M;O=A">Last modified</a>
<hr><img src="/icons/back.gif" alt="[PARENTDIR]"> <a href="/pub/">Parent Directory</a>           -
<img src="/icons/folder.gif" alt="[DIR]"> <a href="2012/">2012/</a>         14-Aug-2026 12:00    -
<img src="/icons/unknown.gif" alt="[   ]">
<a href="a_rather_long_name_v01.cdf">a_rather_long_na..&gt;</a> 2026-08-14 12:00:30  495K
<hr></pre></body></html>
"""


def test_a_table_of_files_and_directories():
    assert parse_listing(TABLE) == (
        Entry("2012", is_directory=True, modified="2026-08-14 12:00"),
        Entry("vy1_2012.asc", modified="2026-08-14 12:00", size="2.5M"),
        Entry("00readme.txt", modified="2005-07-14 18:03", size="690"),
    )


def test_plain_text_with_shortened_names():
    assert parse_listing(PLAIN) == (
        Entry("2012", is_directory=True, modified="14-Aug-2026 12:00"),
        Entry("a_rather_long_name_v01.cdf", modified="2026-08-14 12:00:30", size="495K"),
    )


def test_an_empty_directory_is_a_listing():
    assert parse_listing(b"<title>Index of /new</title><a href='/'>Parent Directory</a>") == ()


def test_without_a_heading_dates_tell_a_listing():
    assert parse_listing(b"<a href='x.cdf'>x.cdf</a> 2026-08-14 12:00 1K") == (
        Entry("x.cdf", modified="2026-08-14 12:00", size="1K"),
    )


@pytest.mark.parametrize(
    "address",
    [
        "../",
        "..",
        "./",
        "/elsewhere/x.cdf",
        "https://example.org/x.cdf",
        "//example.org/x.cdf",
        "?C=N;O=D",
        "#top",
        "a/b.cdf",
        "%2e%2e%2fx.cdf",
        "x%0a.cdf",
        "javascript:alert(1)",
        "",
    ],
)
def test_links_that_lead_elsewhere_are_no_entries(address):
    page = f"<h1>Index of /</h1><a href='{address}'>x</a> 2026-08-14 12:00 1K"
    assert parse_listing(page.encode()) == ()


def test_names_are_decoded_and_listed_once():
    page = b"<h1>Index of /</h1><a href='./a%20b.cdf'>icon</a> <a href='./a%20b.cdf'>a b.cdf</a> 2026-08-14 12:00"
    assert [entry.name for entry in parse_listing(page)] == ["a b.cdf"]


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"<!DOCTYPE html><html><head><title>SPDF</title></head><body><div id='app'></div></body></html>",
        b"<html><body><a href='login.html'>Please log in</a></body></html>",
        b"\x89PNG\r\n\x1a\n\0\0\0",
        b'{"files": ["vy1_2012.asc"]}',
    ],
)
def test_a_page_of_another_shape_is_drift(page):
    with pytest.raises(SchemaDrift, match="directory listing was expected"):
        parse_listing(page)


@pytest.mark.parametrize(
    ("length", "size", "plausible"),
    [
        (690, "690", True),
        (689, "690", False),
        (495 * 1024 + 300, "495K", True),
        (400 * 1024, "495K", False),
        (2_573_712, "2.5M", True),
        (1_000_000, "2.5M", False),
        (30 * 2**30, "30G", True),
        (5, "", True),
        (5, "-", True),
    ],
)
def test_the_size_shown_and_the_bytes_that_came(length, size, plausible):
    assert is_plausible(length, size) is plausible
