from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping

import pytest

from app.execution.leftovers import MARK
from app.execution.watchdog import Watchdog

Members = Callable[[int], list[str]]


@pytest.fixture
def watchdog() -> Iterator[Watchdog]:
    watchdog = Watchdog()
    yield watchdog
    watchdog.close()


def _start(watchdog: Watchdog, *argv: str, environ: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    guarded, stdin = watchdog.guard(list(argv))
    return subprocess.Popen(
        guarded,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
        env=environ,
    )


def test_a_guarded_command_is_itself_and_reads_nothing(watchdog: Watchdog) -> None:
    process = _start(watchdog, "sh", "-c", 'cat; echo "$0 $# [$1] $$"', "name", "with 'quotes'")
    output, _ = process.communicate(timeout=10)
    assert output == f"name 1 [with 'quotes'] {process.pid}\n"
    watchdog.forget(process.pid)


def test_closing_ends_the_groups_it_knows_and_only_those(watchdog: Watchdog, members: Members) -> None:
    kept, forgotten = (_start(watchdog, "sh", "-c", "echo ready; sleep 60") for _ in range(2))
    for process in (kept, forgotten):
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    watchdog.forget(forgotten.pid)
    watchdog.close()
    assert kept.wait(10) == -signal.SIGTERM
    assert forgotten.poll() is None
    os.killpg(forgotten.pid, signal.SIGKILL)
    for process in (kept, forgotten):
        process.communicate(timeout=10)


def test_a_command_without_a_mark_takes_no_other_with_it(watchdog: Watchdog) -> None:
    other = subprocess.Popen(["sleep", "60"], env={**os.environ, MARK: "another"}, start_new_session=True)
    environ = {name: value for name, value in os.environ.items() if name != MARK}
    process = _start(watchdog, "sh", "-c", "echo ready; sleep 60", environ=environ)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    watchdog.close()
    assert process.wait(10) == -signal.SIGTERM
    assert other.poll() is None
    other.kill()
    other.wait()
    process.communicate(timeout=10)


def test_a_group_that_ignores_the_request_is_killed(watchdog: Watchdog, members: Members) -> None:
    process = _start(watchdog, "sh", "-c", "trap '' TERM; echo ready; while :; do sleep 60; done")
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    start = time.monotonic()
    watchdog.close()
    assert process.wait(10) == -signal.SIGKILL
    assert time.monotonic() - start < 5
    process.communicate(timeout=10)
    assert members(process.pid) == []


def test_a_watchdog_that_was_killed_is_replaced(watchdog: Watchdog) -> None:
    _start(watchdog, "true").communicate(timeout=10)
    assert watchdog._process is not None
    watchdog._process.kill()
    watchdog._process.wait()
    process = _start(watchdog, "echo", "still here")
    assert process.communicate(timeout=10)[0] == "still here\n"
    assert watchdog._process.poll() is None
    watchdog.forget(process.pid)


def test_one_that_is_let_go_of_before_it_has_said_that_it_is_there_is_not_ended(watchdog: Watchdog) -> None:
    before = _start(watchdog, "true")
    before.communicate(timeout=10)
    watchdog.forget(before.pid)
    process = subprocess.Popen(["sleep", "60"], start_new_session=True)
    watchdog.forget(process.pid)
    os.write(watchdog._write, b"+ %d:a-mark\n" % process.pid)
    watchdog.close()
    assert process.poll() is None
    process.kill()
    process.wait()
