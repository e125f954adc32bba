"""What leads from a command to programs that nothing confines."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from app.execution.sandbox.ways_out import inner_environment, sockets


def test_variables_that_lead_to_programs_outside_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "agent"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        base = {
            "PATH": "/bin",
            "HOME": "/home/me",
            "SSH_AUTH_SOCK": "/anywhere",
            "DBUS_SESSION_BUS_ADDRESS": "unix:path=/x",
            "XDG_RUNTIME_DIR": "/run/user/0",
            "EDITOR_IPC": str(path),
            "PLAIN": str(tmp_path),
        }
        assert inner_environment(base, "/tmp", [Path("/w")]) == {
            "PATH": "/bin",
            "HOME": "/home/me",
            "PLAIN": str(tmp_path),
            "TMPDIR": "/tmp",
            "XDG_CACHE_HOME": "/tmp/cache",
        }


@pytest.mark.parametrize("base", [{"HOME": "/home/me"}, {"HOME": "/x", "XDG_CACHE_HOME": "/home/me/.cache"}])
def test_a_cache_that_can_be_written_is_the_persons_own(base: dict[str, str]) -> None:
    inner = inner_environment(base, "/tmp", [Path("/w"), Path("/home/me/.cache")])
    assert inner.get("XDG_CACHE_HOME") == base.get("XDG_CACHE_HOME")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_sockets_that_can_be_connected_to_are_found_but_where_they_do_not_matter(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "with a space"))
        listener.listen()
        assert tmp_path / "with a space" in sockets([])
        assert tmp_path / "with a space" not in sockets([tmp_path])
        tmp_path.chmod(0o600)
        assert tmp_path / "with a space" not in sockets([])
        assert (tmp_path / "with a space" in sockets([], goes_anywhere=True)) is (os.geteuid() == 0)
        tmp_path.chmod(0o700)
    (tmp_path / "with a space").unlink()
    assert tmp_path / "with a space" not in sockets([])
