"""Rows are counted in the text of a dump, to the end mark of each table."""

import pytest

from deepspace.backup.dump import facts
from deepspace.backup.errors import Damaged

TEXT = b"""SET statement_timeout = 0;
COPY public.django_migrations (id, app, name, applied) FROM stdin;
2\tvoyager\t0001_initial\t2026-01-01
1\tdeepspace\t0001_initial\t2026-01-01
\\.

COPY public."Odd" (id, "order") FROM stdin;
\\.

COPY public.upstream_payloads (id, sha256, url, size_bytes) FROM stdin;
1\tab\thttps://a\\tb\t7
2\tcd\thttps://b\t9
\\.
"""


def test_rows_migrations_and_bodies_are_found():
    found = facts(TEXT.splitlines(keepends=True))
    assert found.tables == {"django_migrations": 2, "Odd": 0, "upstream_payloads": 2}
    assert found.migrations == ["deepspace.0001_initial", "voyager.0001_initial"]
    assert found.bodies == {"ab": 7, "cd": 9}
    assert found.rows == 4


def test_a_dump_that_was_cut_is_damaged():
    with pytest.raises(Damaged, match="ends in the middle of upstream_payloads"):
        facts(TEXT[:-4].splitlines(keepends=True))
