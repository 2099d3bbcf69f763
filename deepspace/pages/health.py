"""For the process manager and the load balancer: is the process alive, and can it serve?"""

from __future__ import annotations

from http import HTTPStatus

from django.core.cache import cache
from django.db import Error as DatabaseFailure
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from deepspace.plotting.store import cache_failures

_OK = "ok"
_PROBE = "readyz"


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers; touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and is migrated. A broken cache is told, not fatal: pages are only slower."""
    database, migrations = _database()
    parts = {"database": database, "migrations": migrations, "cache": _cache()}
    is_ready = database == migrations == _OK
    status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse({"status": "ready" if is_ready else "not ready", "parts": parts}, status=status)


def _database() -> tuple[str, str]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseFailure as error:
        return f"unreachable: {type(error).__name__}", "unknown"
    return _OK, f"{len(missing)} not applied" if missing else _OK


def _cache() -> str:
    try:
        cache.set(_PROBE, _OK, timeout=10)
        answer = cache.get(_PROBE)
    except cache_failures() as error:
        return f"unreachable: {type(error).__name__}"
    return _OK if answer == _OK else "forgets what it is told"
