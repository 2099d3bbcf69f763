"""The files of deploy/ as the tests read them."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = DEPLOY / "systemd"
NGINX = DEPLOY / "nginx"
INSTALLED = "/opt/deepspace/current"  # where docs/deployment.md puts the project
HOST = "example.org"


def settings() -> dict[str, str]:
    """The lines of site.env.example."""
    lines = (DEPLOY / "site.env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def exchange(text: str, parts: dict[str, str]) -> str:
    """Replace each part; one that is not there fails, so that a test never runs another configuration."""
    for old, new in parts.items():
        assert old in text, f"{old} is not in the configuration"
        text = text.replace(old, new)
    return text
