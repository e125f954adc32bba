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
        "POSIXLY_CORRECT",
        "_POSIX2_VERSION",
        "BASH_COMPAT",
        "BASH_LOADABLES_PATH",
        "EXECIGNORE",
        "GREP_OPTIONS",
        "RIPGREP_CONFIG_PATH",
        "GIT_EXTERNAL_DIFF",
        "LESSOPEN",
        "LESSCLOSE",
        "MANPAGER",
        "MAGIC",
    }
)
"""Variables no command gets: bash reads the first two as files of commands; the others change what a plain
command means, or have one that only reads run or read something else."""
_FUNCTION = "BASH_FUNC_"  # how a shell exports one; it would be run in the place of the program of its name
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
        and not name.startswith(_FUNCTION)
        and (name in _NEEDED or not any(each in value for each in values))
    }
    return kept | _PLAIN


def with_variables(environment: Mapping[str, str], variables: Mapping[str, str | None]) -> dict[str, str]:
    """An environment with some variables set, and without those that are None."""
    merged = {**environment, **variables}
    return {name: value for name, value in merged.items() if value is not None}
