"""Which variables of an environment hold secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping

_KEYS = ("api", "access", "secret", "private", "encryption", "signing", "auth")
NAMES = (
    *(f"{what}{between}key" for what in _KEYS for between in ("_", "")),
    *("token", "secret", "password", "passwd", "passphrase", "credential"),
    *("anthropic_", "openai_", "openrouter_"),
)
"""One of these is in every name of a secret, in upper or lower case."""
_NAME = re.compile(
    r"(?:(?:API|ACCESS|SECRET|PRIVATE|ENCRYPTION|SIGNING|AUTH)_?KEY"
    r"|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?)(?:_(?:ID|KEY|VALUE|BASE64|JSON))?$"
    r"|^(?:ANTHROPIC|OPENAI|AZURE_OPENAI|OPENROUTER)_",
    re.IGNORECASE,
)
SHORTEST = 12  # characters; a shorter value also occurs where it is no secret


def is_secret(name: str) -> bool:
    """Whether a variable's name says that its value is a secret."""
    return _NAME.search(name) is not None


def secrets_of(environ: Mapping[str, str]) -> dict[str, str]:
    """The values that are secrets by their variable's name, and long enough to be told from other text."""
    return {name: value for name, value in environ.items() if len(value) >= SHORTEST and is_secret(name)}
