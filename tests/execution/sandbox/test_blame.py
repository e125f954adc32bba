"""A careful guess whether the sandbox is why a command failed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.execution.sandbox.blame import failed_by_sandbox

NETWORK = "it needs the network"
OUTSIDE = "it writes outside the workspace"
PROTECTED = "it changes what is protected in the workspace"
RIGHTS = "it needs the rights of another user"
EITHER = "it writes outside the workspace, or what is protected in it"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace beside a folder that only a sandbox would keep us from writing in."""
    for name in ("workspace", "elsewhere"):
        (tmp_path / name).mkdir()
    return (tmp_path / "workspace").resolve()


SAID = [
    ("curl: (6) Could not resolve host: example.org", NETWORK),
    ("curl: (7) Failed to connect to 1.1.1.1 port 80 after 0 ms: Couldn't connect to server", NETWORK),
    ("curl: (7) Failed to connect to localhost port 80 after 0 ms: Couldn't connect to server", ""),
    ("fatal: unable to access 'https://x.org/': Could not resolve host: x.org", NETWORK),
    ("OSError: [Errno 101] Network is unreachable", NETWORK),
    ("socket.gaierror: [Errno -3] Temporary failure in name resolution", NETWORK),
    ("npm error network request to https://r.org failed, reason: getaddrinfo EAI_AGAIN r.org", NETWORK),
    ("Error: getaddrinfo ENOTFOUND registry.npmjs.org", NETWORK),
    ("dial tcp: lookup proxy.golang.org on 127.0.0.53:53: connection refused", NETWORK),
    ("error: failed to lookup address information: Temporary failure", NETWORK),
    ("wget: unable to resolve host address 'x.org'", NETWORK),
    ("ConnectionRefusedError: [Errno 111] Connection refused", ""),
    ("touch: cannot touch '{elsewhere}/new': Read-only file system", OUTSIDE),
    ("OSError: [Errno 30] Read-only file system: '{elsewhere}/a/b/c'", OUTSIDE),
    ("Error: EROFS: read-only file system, mkdir '{elsewhere}/x'", OUTSIDE),
    ("/usr/bin/bash: line 1: {workspace}/.mcp.json: Read-only file system", PROTECTED),
    ("/usr/bin/bash: line 1: .git/hooks/x: Read-only file system", EITHER),
    ("error: could not lock config file .git/config: File exists", PROTECTED),
    ("error: could not write config file .git/config: Device or resource busy", PROTECTED),
    ("umount: /mnt: target is busy. Device or resource busy", ""),
    ("sudo: The \"no new privileges\" flag is set, which prevents sudo from running as root.", RIGHTS),
    ("cat: x: Permission denied", ""),
    ("FAILED tests/test_x.py - assert 1 == 2", ""),
]  # fmt: skip


@pytest.mark.parametrize(("line", "reason"), SAID, ids=[line[:40] for line, _ in SAID])
def test_what_programs_say_tells_why(workspace: Path, line: str, reason: str) -> None:
    line = line.format(workspace=workspace, elsewhere=workspace.parent / "elsewhere")
    output = f"before\n{line}\nafter\n"
    assert failed_by_sandbox(output, 1, [workspace]) == reason


def test_who_succeeds_was_not_stopped(workspace: Path) -> None:
    assert failed_by_sandbox("Network is unreachable\n", 0, [workspace]) == ""


def test_what_is_denied_counts_where_a_sandbox_denies_and_file_modes_do_not(workspace: Path) -> None:
    elsewhere = workspace.parent / "elsewhere"
    for path, reason in ((elsewhere / "new", OUTSIDE), (workspace / "x", "")):
        output = f"touch: cannot touch '{path}': Permission denied\n"
        assert failed_by_sandbox(output, 1, [workspace], writing_is_denied=True) == reason
        assert failed_by_sandbox(output, 1, [workspace]) == ""


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("error", ["Read-only file system", "Permission denied"])
def test_what_nobody_could_have_written_is_not_because_of_the_sandbox(workspace: Path, error: str) -> None:
    output = f"touch: cannot touch '/usr/new': {error}\n"
    assert failed_by_sandbox(output, 1, [workspace], writing_is_denied=True) == ""


def test_the_last_reason_counts_and_what_is_long_is_looked_at_from_its_end(workspace: Path) -> None:
    late = "Network is unreachable\n" + "x" * 30_000 + "\n"
    assert failed_by_sandbox(late, 1, [workspace]) == ""
    both = "Network is unreachable\nsh: x: Read-only file system\n"
    assert failed_by_sandbox(both, 1, [workspace]) == EITHER
