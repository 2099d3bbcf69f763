"""Reading the text that ``pg_restore --file=-`` makes of a dump: rows per table, migrations, bodies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from deepspace.backup.errors import Damaged
from deepspace.backup.manifest import Facts

_COPY_RE = re.compile(rb'COPY public\.("?)([A-Za-z0-9_]+)\1 \((.*)\) FROM stdin;\n')
_END = b"\\.\n"


def facts(lines: Iterable[bytes]) -> Facts:
    """Count the rows of every COPY block to its end mark.

    Raises
    ------
    Damaged
        A block does not end: the dump was cut.
    """
    found = Facts()
    rest = iter(lines)
    for line in rest:
        block = _COPY_RE.fullmatch(line)
        if block is None:
            continue
        table = block[2].decode()
        columns = [name.strip().strip('"') for name in block[3].decode().split(",")]
        found.tables[table] = _read(rest, table, columns, found)
    found.migrations.sort()
    return found


def _read(rows: Iterator[bytes], table: str, columns: list[str], found: Facts) -> int:
    wanted = table in {"django_migrations", "upstream_payloads"}
    count = 0
    for row in rows:
        if row == _END:
            return count
        count += 1
        if not wanted:
            continue
        cells = dict(zip(columns, row.rstrip(b"\n").decode().split("\t"), strict=True))
        if table == "django_migrations":
            found.migrations.append(f"{cells['app']}.{cells['name']}")
        else:
            found.bodies[cells["sha256"]] = int(cells["size_bytes"])
    raise Damaged(f"the dump ends in the middle of {table}")
