"""The rules that a person is offered to save."""

from __future__ import annotations

import pytest

from app.approval.commands import Action, judge, suggest
from app.approval.places import Here

HERE = Here("/w", "/w")
OFFERS = {
    "git push origin main": ["git push"],
    "git stash pop": ["git stash pop"],
    "npm run test -- -x": ["npm run test"],
    "npm test": ["npm test"],
    "npm ci && npm run build | tail": ["npm ci", "npm run build"],
    "cargo test --lib": ["cargo test"],
    "python -m pytest -q": ["python -m pytest"],
    "python3 tools/gen.py --out x": ["python3 tools/gen.py"],
    "bash scripts/build.sh": ["bash scripts/build.sh"],
    "node --test": ["node --test"],
    "uv run pytest": ["uv run pytest"],
    "npx tsc --noEmit": ["npx tsc"],
    "poetry run mypy .": ["poetry run mypy"],
    "docker compose up": ["docker compose up"],
    "docker ps": ["docker ps"],
    "gh pr view 1": ["gh pr view"],
    "make": ["make"],
    "make lint -j4": ["make lint"],
    "pytest -q tests": ["pytest"],
    "ruff check .": ["ruff check"],
    "./run.sh -x": ["./run.sh"],
    "./gradlew test": ["./gradlew test"],
    ".venv/bin/python -m pytest": [".venv/bin/python -m pytest"],
    "ls && pytest; pytest -q": ["pytest"],
    "rm -rf build && pytest": ["pytest"],
    "a;b;c;d;e;f": ["a", "b", "c", "d", "e"],
}
NO_OFFER = [
    "ls",
    "git",
    "git -C x push",
    "git --no-pager x",
    "npm",
    "npm run",
    "npm --prefix x run y",
    "cargo",
    "python3",
    "python3 -c x",
    "python3 -m",
    "node -e x",
    "bash",
    "bash -c x",
    "sh -c 'npm test'",
    "sudo ls",
    "env npm test",
    "timeout 5 npm test",
    "xargs cat",
    "nohup npm test",
    "uv run",
    "uv run python -c x",
    "npx -y x",
    "rm x",
    "/bin/rm x",
    "/usr/bin/env npm test",
    "mv a b",
    "cp a b",
    "chmod +x a",
    "dd if=a of=b",
    "kill 1",
    "curl http://x",
    "wget http://x",
    "ssh x",
    "sed -i s/a/b/ a",
    "awk 1 a",
    "find . -delete",
    "sort -o a b",
    "cat /etc/passwd",
    "git log --output=x",
    "make SHELL=x",
    "make -f x",
    "go test -exec x",
    "npm run *",
    "pytest *",
    "pytest $x",
    "pytest > log",
    "x=1 pytest",
    "(pytest)",
    "if pytest; then ls; fi",
    "ɡit push",
    "-x y",
    "'' x",
    "cd /tmp",
    "cd src && ./run.sh",
    "",
    "x" * 10_001,
]


@pytest.mark.parametrize("command", OFFERS)
def test_the_offer_is_the_program_with_its_subcommand(command: str) -> None:
    assert [" ".join(rule) for rule in suggest(command, HERE)] == OFFERS[command]


@pytest.mark.parametrize("command", NO_OFFER, ids=lambda command: command[:40])
def test_nothing_is_offered_that_would_not_help_or_would_allow_anything(command: str) -> None:
    assert suggest(command, HERE) == ()


@pytest.mark.parametrize(
    "command", [command for command in OFFERS if "rm " not in command and command != "a;b;c;d;e;f"]
)
def test_with_the_offered_rules_the_command_runs(command: str) -> None:
    assert judge(command, HERE).action is Action.ASK
    assert judge(command, HERE, allow=suggest(command, HERE)).action is Action.ALLOW
