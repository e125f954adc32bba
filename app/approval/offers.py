"""The rule to offer to a person who allows a command: its program, with a subcommand where it has any."""

from __future__ import annotations

import os

from app.approval.inline_code import is_interpreter
from app.approval.launchers import RUNNERS, WRAPPERS
from app.approval.names import names
from app.approval.parts import Part
from app.approval.programs import CHANGES, FETCHES, SHELLS, listed
from app.approval.verdict import Prefix
from app.approval.vouching import objection

# How many words name what is run; for all others it is the program alone.
_TWO = names(
    """
    git cargo go npm pnpm yarn bun deno pip pip3 uv poetry pdm pipenv hatch conda mamba rustup just task
    rake invoke mvn gradle gradlew mvnw dotnet bundle brew swift mix composer nx turbo docker podman
    kubectl helm terraform tofu pulumi ansible gh glab systemctl alembic django-admin nox tox pre-commit npx
    bunx uvx apt apt-get ruff make mise
    """
)
_THREE = {
    "npm": frozenset({"run", "exec", "x"}),
    "pnpm": frozenset({"run", "exec", "dlx"}),
    "yarn": frozenset({"run", "exec", "dlx", "workspace"}),
    "bun": frozenset({"run", "x"}),
    "deno": frozenset({"task"}),
    "uv": frozenset({"run", "pip", "tool"}),
    "poetry": frozenset({"run"}),
    "pdm": frozenset({"run"}),
    "pipenv": frozenset({"run"}),
    "hatch": frozenset({"run"}),
    "bundle": frozenset({"exec"}),
    "docker": frozenset({"compose", "container", "image", "volume", "network"}),
    "gh": frozenset({"pr", "issue", "run", "repo", "release", "workflow"}),
    "git": frozenset({"stash", "remote", "worktree", "submodule", "bisect"}),
    "go": frozenset({"mod", "tool", "work"}),
    "mise": frozenset({"run"}),
}
# Run alone, these do what the project says; all others would be allowed everything.
_ALONE = frozenset({"make", "just", "task", "rake", "tox", "nox", "yarn", "gradlew", "mvnw"})
_NEVER = CHANGES | WRAPPERS | FETCHES | {"dd", "tee", "kill", "awk", "gawk", "mawk", "nawk", "sed", "find"}


def offer(part: Part) -> Prefix:
    """The rule that would allow a command; empty if none would, or none should be offered."""
    texts = [word.text for word in part.words]
    count = _count(texts)
    if not count or any(word.globs or not word.text for word in part.words[:count]):
        return ()
    return () if objection(part, count) else tuple(texts[:count])


def _count(texts: list[str]) -> int:
    """How many of the first words make a rule; 0 if none should."""
    name = os.path.basename(texts[0])
    if (is_interpreter(name) and name not in _TWO) or name in SHELLS:
        return _script(texts)
    if name in _TWO:
        if len(texts) == 1:
            return 1 if name in _ALONE else 0
        count = 3 if texts[1] in _THREE.get(name, ()) else 2
        named = all(not text.startswith("-") and "=" not in text for text in texts[1:count])
        return count if len(texts) >= count and named else 0
    strange = name.startswith("-") or not name.isascii()
    return 0 if strange or name in _NEVER or name in RUNNERS or listed(name, []) else 1


def _script(texts: list[str]) -> int:
    """An interpreter with the file or the module that it runs."""
    if texts[1:2] == ["-m"]:
        return 3 if len(texts) > 2 else 0
    return 2 if len(texts) > 1 and (not texts[1].startswith("-") or texts[1] == "--test") else 0
