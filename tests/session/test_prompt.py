"""The system prompt says where the model works, and what the project asks for."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from app.session.prompt import system_prompt


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "trunk")
    return tmp_path


async def test_it_says_where_the_model_works(tmp_path: Path) -> None:
    prompt = await system_prompt(tmp_path)
    assert f"Workspace: {tmp_path}" in prompt
    assert "Platform: " in prompt
    assert "Date: " in prompt
    assert "Git: not a repository" in prompt


async def test_it_says_the_state_of_the_repository(repository: Path) -> None:
    assert "trunk, clean" in await system_prompt(repository)
    (repository / "new").touch()
    assert "1 changed or new files" in await system_prompt(repository)
    inner = repository / "inner"
    inner.mkdir()
    assert "trunk" in await system_prompt(inner)


async def test_a_hook_of_the_repository_is_not_run(repository: Path) -> None:
    evil = repository / "evil.sh"
    evil.write_text(f"#!/bin/sh\ntouch {repository}/ran\n")
    evil.chmod(0o755)
    git(repository, "config", "core.fsmonitor", str(evil))
    await system_prompt(repository)
    assert not (repository / "ran").exists()


@pytest.mark.parametrize("name", ["AGENTS.md", "CLAUDE.md"])
async def test_instructions_of_the_project_are_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("Use tabs.\n")
    assert f"# Instructions of this project ({name})\n\nUse tabs.\n" in await system_prompt(tmp_path)


async def test_long_instructions_are_cut_and_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "AGENTS.md").write_text("x" * 40_000)
    prompt = await system_prompt(tmp_path)
    assert len(prompt) < 36_000
    assert "[cut: the rest of AGENTS.md is not shown]" in prompt


async def test_instructions_outside_of_the_workspace_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    (workspace / "AGENTS.md").symlink_to(tmp_path / "secret")
    assert "# Instructions" not in await system_prompt(workspace)


async def test_a_filter_of_the_repository_is_not_run(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-secret-key")
    (repository / "file").write_text("one\n")
    git(repository, "add", "file")
    git(repository, "config", "filter.evil.clean", f"env > {repository}/leak; cat")
    git(repository, "config", "filter.evil.required", "true")
    (repository / ".git/info").mkdir(exist_ok=True)
    (repository / ".git/info/attributes").write_text("* filter=evil\n")
    (repository / "file").write_text("two\n")
    assert "trunk" in await system_prompt(repository)
    assert not (repository / "leak").exists()
