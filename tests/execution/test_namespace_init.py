"""What the first process of a namespace says is understood, however it arrives."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from app.execution.namespace_init import NamespaceInit

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has namespaces")


@pytest.fixture
def init() -> Iterator[NamespaceInit]:
    init = NamespaceInit()
    yield init
    init.started()
    init.release()


def say(init: NamespaceInit, *pieces: bytes) -> None:
    for piece in pieces:
        init.entrance.sendall(piece)


@pytest.mark.parametrize(
    "pieces",
    [
        [b"ready\n", b"exited\n"],
        [b"ready\nexited\n"],
        [b"rea", b"dy\nexi", b"ted\n"],
        [b"\nnoise\nready\nexited\n"],
    ],
    ids=["one by one", "at once", "in pieces", "after something else"],
)
def test_its_start_and_the_exit_of_the_command_are_noticed(init: NamespaceInit, pieces: list[bytes]) -> None:
    say(init, *pieces)
    init.await_start()
    assert (init.pid, init.complaint) == (os.getpid(), "")
    init.await_exit()
    assert init.pid == os.getpid()


def test_it_is_known_by_the_number_of_who_speaks(init: NamespaceInit) -> None:
    say(init, b"from another\n")
    with subprocess.Popen(["/bin/sh", "-c", "echo ready >&0"], stdin=init.entrance.fileno()) as process:
        init.await_start()
    assert init.pid == process.pid


def test_what_is_said_instead_is_kept(init: NamespaceInit) -> None:
    say(init, b"bwrap: no\nnamespace\n")
    init.entrance.shutdown(socket.SHUT_WR)
    init.await_start()
    assert (init.pid, init.complaint) == (0, "bwrap: no\nnamespace")
    init.await_exit()


def test_one_that_is_gone_is_nobody_any_more(init: NamespaceInit) -> None:
    say(init, b"ready\n")
    init.entrance.shutdown(socket.SHUT_WR)
    init.await_start()
    assert init.pid == os.getpid()
    init.await_exit()
    assert init.pid == 0
