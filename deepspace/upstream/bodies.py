"""Whether a body is what was asked for: an error page sent with status 200 stops here."""

from __future__ import annotations

import codecs
import json
import math
from typing import Any, NoReturn

from deepspace.upstream.errors import SchemaDrift

_CDF_MAGIC = (b"\xcd\xf3\x00\x01", b"\xcd\xf2\x60\x02", b"\x00\x00\xff\xff")
_HTML_STARTS = (b"<!doctype", b"<html", b"<head", b"<body")
_SNIFFED = 1024


def flaw(body: bytes, expects: str) -> str | None:
    """What is wrong with a body, as the end of a sentence; None when it is as expected."""
    if expects == "any":
        return None
    if not body.strip():
        return None if expects == "json-or-empty" else "sent an empty body"
    flaws = {"text": _text_flaw, "json": _json_flaw, "cdf": _cdf_flaw, "html": _html_flaw}
    return flaws[expects.removesuffix("-or-empty")](body)


def parse_json(body: bytes) -> Any:
    """Strict JSON: UTF-8, no NaN or Infinity (nor numbers that overflow to it), no key twice, no absurd nesting.

    Raises
    ------
    SchemaDrift
        It is not; the message says where, and quotes nothing.
    """
    reason = ""
    try:
        return json.loads(
            body.decode("utf-8-sig"),
            parse_constant=_no_constant,
            parse_float=_finite,
            object_pairs_hook=_unique_keys,
        )
    except UnicodeDecodeError as error:
        reason = f"is not UTF-8 at byte {error.start}"
    except json.JSONDecodeError as error:
        reason = f"is not JSON at line {error.lineno} column {error.colno}: {error.msg}"
    except RecursionError:
        reason = "is nested too deeply"
    except ValueError as error:  # from the three hooks, and integers of thousands of digits
        reason = f"is not strict JSON: {str(error)[:80]}"
    raise SchemaDrift(f"the body {reason}")


def is_html(body: bytes) -> bool:
    """Whether a body starts like a web page."""
    start = body[:_SNIFFED].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    return start.startswith(_HTML_STARTS)


def _text_flaw(body: bytes) -> str | None:
    if is_html(body):
        return "sent an HTML page where text was expected"
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"sent text that is not UTF-8 at byte {error.start}"
    return None


def _json_flaw(body: bytes) -> str | None:
    if is_html(body):
        return "sent an HTML page where JSON was expected"
    try:
        parse_json(body)
    except SchemaDrift as error:
        return f"sent broken JSON: {error}"
    return None


def _cdf_flaw(body: bytes) -> str | None:
    return None if body.startswith(_CDF_MAGIC) else "sent something else than a CDF file"


def _html_flaw(body: bytes) -> str | None:
    return (
        None if body.lstrip().startswith((b"<", codecs.BOM_UTF8 + b"<")) else "sent something else than HTML"
    )


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError("a number is too large")
    return value


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a key is there twice")
    return members
