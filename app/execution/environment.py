"""What a child process may know of our environment."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SECRET_NAME = re.compile(
    r"(?:API_?KEY|ACCESS_?KEY|SECRET_?KEY|PRIVATE_?KEY|ENCRYPTION_?KEY|SIGNING_?KEY|AUTH_?KEY"
    r"|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?)(?:_(?:ID|KEY|VALUE|BASE64|JSON))?$"
    r"|^(?:ANTHROPIC|OPENAI|AZURE_OPENAI|OPENROUTER)_",
    re.IGNORECASE,
)
SURPRISES = frozenset(
    {
        "BASH_ENV",
        "ENV",
        "BASHOPTS",
        "SHELLOPTS",
        "CDPATH",
        "GLOBIGNORE",
        "OLDPWD",
        "NO_COLOR",
        "COLUMNS",
        "LINES",
    }
)
"""Variables no command gets: bash reads the first two as files of commands; the others change what a plain
command means."""
_PLAIN = {
    "TERM": "dumb",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "PYTHONUNBUFFERED": "1",
}
# No command works without these, even if some secret is a part of one.
_NEEDED = frozenset({"HOME", "LANG", "LOGNAME", "PATH", "PWD", "SHELL", "TMPDIR", "USER"})
_SHORTEST_SECRET = 12  # characters; a shorter value also occurs where it is no secret


def child_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for a command: ours without secrets, with neither prompts nor pagers.

    A variable is withheld when its name says that it is a secret, or when its value holds one of those.

    Args:
        environ: Our own environment.
    """
    secret = {name for name in environ if _SECRET_NAME.search(name)}
    values = [environ[name] for name in secret if len(environ[name]) >= _SHORTEST_SECRET]
    kept = {
        name: value
        for name, value in environ.items()
        if name not in secret
        and name not in SURPRISES
        and (name in _NEEDED or not any(each in value for each in values))
    }
    return kept | _PLAIN
