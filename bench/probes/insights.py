"""Lists of findings in a process that is warm, each answer made anew: for readers and for the admin."""

from __future__ import annotations

import json
import time
from statistics import median
from typing import Final

import django

from bench.probes.fill_insights import CURATOR

PUBLIC: Final = {
    "the list": "/insights",
    "its last page": "/insights?page=82",
    "a project and a kind": "/insights?project=voyager1&category=observation",
    "a tag": "/insights?tag=tag-7",
    "a word that few hold": "/insights?q=1234",
    "three words": "/insights?q=heliosphere+finding+rose",
    "a word that none holds": "/insights?q=zzzz",
    "a finding with data": "/insights/finding-1001",
    "the feed": "/feed.atom",
    "/api/insights": "/api/insights",
    "/api/insights?limit=100": "/api/insights?limit=100",
    "/api/insights, three words": "/api/insights?q=heliosphere+finding+rose",
}
_LIST: Final = "/admin/insights/researchinsight/"
ADMIN: Final = {
    "admin: the list": _LIST,
    "admin: its last page": f"{_LIST}?p=40",
    "admin: drafts": f"{_LIST}?status__exact=draft",
    "admin: a word": f"{_LIST}?q=heliosphere",
    "admin: a year": f"{_LIST}?published_at__year=2014",
}
_RUNS: Final = 7


def main() -> None:
    """Each address several times; only the pictures stay in their cache, as between two changes of content."""
    django.setup()
    from django.contrib.auth.models import User
    from django.db import connection, reset_queries
    from django.test import Client

    from deepspace import frontcache, versions
    from insights import pinning

    pinning.check_ahead()
    reader, curator = Client(), Client()
    curator.force_login(User.objects.get(username=CURATOR))
    connection.force_debug_cursor = True
    found: dict[str, dict[str, float]] = {}
    for name, address in (PUBLIC | ADMIN).items():
        client = curator if name in ADMIN else reader
        ms: list[float] = []
        cpu_ms: list[float] = []
        queries = size = 0
        for _ in range(_RUNS + 1):
            frontcache.store.clear()
            versions.forget()
            reset_queries()
            began, used = time.perf_counter(), time.process_time()
            answer = client.get(address, headers={"host": "127.0.0.1"})
            ms.append((time.perf_counter() - began) * 1e3)
            cpu_ms.append((time.process_time() - used) * 1e3)
            queries, size = len(connection.queries_log), len(answer.content)
            if answer.status_code != 200:
                raise SystemExit(f"{address} answered {answer.status_code}")
        later = {"ms": median(ms[1:]), "cpu_ms": median(cpu_ms[1:])}
        found[name] = {"first": ms[0], **later, "queries": queries, "bytes": size}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
