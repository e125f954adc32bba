"""What a child process may know of our environment."""

from __future__ import annotations

from collections.abc import Mapping

from app.settings.secrets import is_secret, secrets_of

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


def child_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for a command: ours without secrets, with neither prompts nor pagers.

    A variable is withheld when its name says that it is a secret, or when its value holds one of those.

    Args:
        environ: Our own environment.
    """
    values = secrets_of(environ).values()
    kept = {
        name: value
        for name, value in environ.items()
        if not is_secret(name)
        and name not in SURPRISES
        and (name in _NEEDED or not any(each in value for each in values))
    }
    return kept | _PLAIN
