from __future__ import annotations

import asyncio
import os
import sys
import threading
from pathlib import Path

import pytest

from app.workspace.programs import complaint, records, ripgrep_command, running
from app.workspace.request import ScanRequest


async def written(code: str, folder: Path, end: bytes = b"\n") -> list[bytes]:
    """The records of a program."""
    async with running([sys.executable, "-c", f"import os\n{code}"], folder) as process:
        found = [record async for some in records(process, end) for record in some]
        assert await complaint(process) == ""
    return found


async def test_records_come_whole_however_they_were_written(tmp_path: Path) -> None:
    code = "for part in (b'a\\nb', b'c\\n', b'\\n', b'd' * 200_000, b'e\\nunended'): os.write(1, part)"
    assert await written(code, tmp_path.resolve()) == [b"a", b"bc", b"", b"d" * 200_000 + b"e"]
    assert await written("os.write(1, b'a\\nb\\0c\\0')", tmp_path.resolve(), b"\0") == [b"a\nb", b"c"]


async def test_a_record_is_cut_at_4_mib_and_those_after_it_are_whole(tmp_path: Path) -> None:
    code = "import sys; sys.stdout.write('x' * 9_000_000 + '\\n' + 'y\\n')"
    first, second = await written(code, tmp_path.resolve())
    assert first == b"x" * 4 * 2**20
    assert second == b"y"


async def test_a_program_is_killed_with_the_block_that_it_runs_in(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        async with running(
            [sys.executable, "-c", "import time; time.sleep(60)"], tmp_path.resolve()
        ) as program:
            raise KeyError
    assert program.returncode == -9
    with pytest.raises(ProcessLookupError):
        os.kill(program.pid, 0)


async def test_a_program_that_has_ended_by_itself_is_not_reaped_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    may_wait = threading.Event()
    waitpid = os.waitpid

    def late(pid: int, options: int) -> tuple[int, int]:
        if threading.current_thread() is not threading.main_thread():
            may_wait.wait()
        return waitpid(pid, options)

    monkeypatch.setattr(os, "waitpid", late)
    async with running([sys.executable, "-c", "print('x')"], tmp_path.resolve()) as program:
        os.waitid(os.P_PID, program.pid, os.WEXITED | os.WNOWAIT)
        asyncio.get_running_loop().call_soon(may_wait.set)  # once the block has ended
    assert program.returncode == 0
    assert caplog.messages == []


def test_ripgrep_asks_for_a_repository_where_there_is_one() -> None:
    """With `--no-require-git` newer versions overlook repositories further down."""
    assert "--no-require-git" in ripgrep_command("rg", ScanRequest("x"))
    assert "--no-require-git" not in ripgrep_command("rg", ScanRequest("x", repository=True))


def test_a_glob_that_ripgrep_may_read_otherwise_is_not_given_to_it() -> None:
    command = ripgrep_command("rg", ScanRequest("x", include="src/{?.py,[ab]c:d}"))
    assert [option for option in command if option.startswith("--type")] == [
        "--type-add=included:*.py",
        "--type-add=included:*c*d",
        "--type=included",
    ]
