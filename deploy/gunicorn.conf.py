"""gunicorn's configuration, the same under `make run`, systemd and in a container.

Settings: https://docs.gunicorn.org/en/stable/settings.html. The command line and GUNICORN_CMD_ARGS win over this file.
"""

from __future__ import annotations

import ctypes
import gc
import os
import platform
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker

# Loopback only: a public site stands behind nginx, which reaches it through a unix socket or this port.
bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"

# Threads hold slow clients at no cost; processes give the speed (two cores, one GIL each).
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 4
preload_app = True

# A page is cached or rendered in well under a second: a worker silent for this long is stuck.
timeout = 30
graceful_timeout = 20
keepalive = 5

# Bounds what a slow leak in a C extension can do; the jitter keeps the workers from restarting together.
max_requests = 20_000
max_requests_jitter = 2_000

# The heartbeat file on a disk that stalls would get a healthy worker killed.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - gunicorn makes a private file

# No header of a request may move the application to another path or claim another scheme: Django decides about
# forwarding headers, by TRUSTED_PROXIES.
forwarder_headers = ""
forwarded_allow_ips = ""

# The control socket would be opened under $HOME, which a hardened unit does not have; nothing here uses it.
control_socket_disable = True

# The application logs each request with its id; a second log would only repeat it.
accesslog = None
errorlog = "-"


_M_TRIM_THRESHOLD, _M_ARENA_MAX = -1, -8  # malloc.h


def when_ready(server: Arbiter) -> None:
    """Set aside everything that was imported before the workers are forked.

    A collection in a worker writes to the header of every object it visits, which copies the pages it
    shares with the master. Frozen objects are not visited: memory stays shared and a full collection
    costs next to nothing (83 ms without).
    """
    gc.collect()
    gc.freeze()


def post_fork(server: Arbiter, worker: Worker) -> None:
    """Have glibc give memory back that drawing leaves behind (255 MB against 195 MB after 200 plots, measured).

    Each thread would get a heap of its own, and freed picture buffers would stay in them.
    """
    if not sys.platform.startswith("linux") or platform.libc_ver()[0] != "glibc":
        return
    libc = ctypes.CDLL(None)
    libc.mallopt(_M_ARENA_MAX, 2)
    libc.mallopt(_M_TRIM_THRESHOLD, 128 * 1024)


def pre_fork(server: Arbiter, worker: Worker) -> None:
    """Leave no open connection to inherit: two processes on one database or cache socket corrupt each other."""
    from django.core.cache import caches
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):  # PostgreSQL's pool has threads, which do not survive a fork
            connection.close_pool()
    caches.close_all()
