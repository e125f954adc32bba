from __future__ import annotations

import pytest

from app.execution.environment import child_environment


@pytest.mark.parametrize(
    "name",
    [
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_AUTH_TOKEN",
        "OPENAI_API_KEY",
        "OPENAI_ORG_ID",
        "DEEPSEEK_API_KEY",
        "SOME_APIKEY",
        "GITHUB_TOKEN",
        "github_token",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "CLIENT_SECRET",
        "DB_PASSWORD",
        "PGPASSWORD",
        "PASSWORD",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "SSH_PRIVATE_KEY",
        "NPM_CONFIG__AUTHTOKEN",
    ],
)
def test_a_secret_is_withheld_by_its_name(name: str) -> None:
    assert name not in child_environment({name: "hunter2"})


@pytest.mark.parametrize(
    "name", ["PATH", "HOME", "LANG", "KEYBOARD", "TOKENIZERS_PARALLELISM", "SSH_AUTH_SOCK", "MONKEY"]
)
def test_what_a_build_needs_is_kept(name: str) -> None:
    assert child_environment({name: "value"})[name] == "value"


def test_a_copy_of_a_secret_under_another_name_is_withheld() -> None:
    secret = "sk-0123456789abcdef"
    kept = child_environment({"OPENAI_API_KEY": secret, "OTHER": f"Bearer {secret}", "PLAIN": "x"})
    assert "OTHER" not in kept
    assert "PLAIN" in kept


def test_a_secret_that_is_a_part_of_the_path_takes_nothing_needed_away() -> None:
    kept = child_environment(
        {"DEPLOY_TOKEN": "/home/someone", "HOME": "/home/someone", "PATH": "/home/someone/bin"}
    )
    assert kept["HOME"] == "/home/someone"
    assert kept["PATH"] == "/home/someone/bin"


def test_what_would_change_the_meaning_of_a_command_is_gone() -> None:
    kept = child_environment(dict.fromkeys(["BASH_ENV", "ENV", "CDPATH", "SHELLOPTS", "NO_COLOR"], "x"))
    assert not kept.keys() & {"BASH_ENV", "ENV", "CDPATH", "SHELLOPTS", "NO_COLOR"}


def test_there_are_neither_prompts_nor_pagers() -> None:
    kept = child_environment({"PAGER": "less", "TERM": "xterm"})
    assert kept == {
        "TERM": "dumb",
        "PAGER": "cat",
        "GIT_PAGER": "cat",
        "GIT_TERMINAL_PROMPT": "0",
        "PYTHONUNBUFFERED": "1",
    }


@pytest.mark.parametrize(
    "name",
    [
        "RIPGREP_CONFIG_PATH",
        "GREP_OPTIONS",
        "POSIXLY_CORRECT",
        "GIT_EXTERNAL_DIFF",
        "BASH_FUNC_ls%%",
        "MAGIC",
    ],
)
def test_no_variable_has_a_program_that_only_reads_do_more(name: str) -> None:
    assert name not in child_environment({name: "x"})
