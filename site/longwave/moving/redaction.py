"""Redaction of secrets in addresses that are kept in files."""

from __future__ import annotations

import re

from longwave.fetching import without_login

_URL = re.compile(r"https?://[^\s<>\"']+")
_SECRET = re.compile(
    r"([?&;](?:[\w.-]*(?:token|auth|secret|key|sig|signature|pass|passwd|password|pwd|jwt|session|credential)[\w.-]*="
    r"|[\w.-]+=(?=[\w~+/.%-]{16,})(?=[^&;#]*\d)(?=[^&;#]*[A-Za-z])))[^&;#\s)\],]+",
    re.IGNORECASE,
)


def without_secrets(text: str) -> str:
    """Return a text fit to be kept, without the names and passwords before hosts and the secrets in URLs' queries.

    A query's value counts as a secret if its name says so, or if the value is long and has letters and digits, as the
    tokens of private feeds have.
    """
    return _URL.sub(lambda url: _SECRET.sub(r"\1…", without_login(url[0])), text)
