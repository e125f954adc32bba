"""What Landlock and seccomp keep commands from beside what every sandbox does."""

from __future__ import annotations

import errno
import os
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.execution.commands import CommandError
from app.execution.sandbox.seccomp import is_known, seccomp_filter
from tests.execution.shell_rig import ShellRig


@pytest.fixture
async def locked(tmp_path: Path) -> ShellRig:
    """A shell whose commands run under Landlock."""
    rig = ShellRig(tmp_path)
    await rig.confine("landlock")
    return rig


CALL = f"""{sys.executable} -ISc "
import ctypes, errno, os
libc = ctypes.CDLL(None, use_errno=True)
failed = libc.syscall(*map(ctypes.c_long, [ARGUMENTS])) < 0
print(errno.errorcode[ctypes.get_errno()] if failed else 'none')
" """


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="NOT TESTED: these are the numbers of x86-64")
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ("101, 0, 0, 0, 0", "EPERM"),  # ptrace
        ("165, 0, 0, 0, 0, 0", "EPERM"),  # mount
        ("250, 0, -3, 0", "EPERM"),  # keyctl
        ("323, 0", "EPERM"),  # userfaultfd
        ("425, 1, 0", "ENOSYS"),  # io_uring_setup
        ("16, 0, 0x5412, 0", "EPERM"),  # ioctl TIOCSTI
        ("16, 0, 0x100005412, 0", "EPERM"),  # the same: the kernel looks at the lower half
        ("16, 0, 0x5413, 0", "ENOTTY"),  # any other
        ("41, 2, 1, 0", "ENETUNREACH"),  # socket AF_INET
        ("41, 10, 2, 0", "ENETUNREACH"),  # socket AF_INET6
        ("41, 0x100000002, 1, 0", "ENETUNREACH"),  # the same
        ("41, 16, 3, 0", "EPERM"),  # socket AF_NETLINK
        ("41, 17, 3, 0", "EPERM"),  # socket AF_PACKET
        ("41, 1, 1, 0", "none"),  # socket AF_UNIX
        ("0x40000000 + 41, 2, 1, 0", "ENOSYS"),  # socket, by its other number
        ("39", "none"),  # getpid
    ],
)
async def test_system_calls_that_reach_further_are_refused(
    locked: ShellRig, arguments: str, error: str
) -> None:
    assert await locked.says(CALL.replace("ARGUMENTS", arguments)) == f"{error}\n"
    await locked.close()


async def test_a_program_for_a_pipe_ends_when_nobody_reads_it(locked: ShellRig) -> None:
    """Python ignores the signal that says so, and what it becomes would, too."""
    outcome = await locked.run("yes | head -1; exit ${PIPESTATUS[0]}")
    assert (outcome.exit_code, outcome.spool.read_text()) == (141, "y\n")
    await locked.close()


@pytest.mark.parametrize(
    ("command", "message"),
    [("echo a\0b", "null byte"), ("echo " + "x" * 200_000, "too long"), ("echo \ud83d", "surrogates")],
)
async def test_a_command_that_cannot_start_says_why(locked: ShellRig, command: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        await locked.run(command)
    await locked.close()


def instructions(machine: str, *, network: bool) -> Iterator[tuple[int, int, int, int]]:
    yield from struct.iter_unpack("=HBBI", seccomp_filter(machine, network=network))


def outcome(machine: str, call: int, first: int = 0, *, network: bool = False, architecture: int = 0) -> int:
    """What the kernel would make of a system call: bpf(2), for the instructions that a filter is made of."""
    own = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}[machine]
    data = {0: call, 4: architecture or own, 16: first, 24: 0}
    code, at, value = list(instructions(machine, network=network)), 0, 0
    while True:
        operation, then, otherwise, constant = code[at]
        match operation:
            case 0x20:
                value = data[constant]
            case 0x06:
                return constant
            case 0x15 | 0x35:
                holds = value == constant if operation == 0x15 else value >= constant
                at += then if holds else otherwise
            case _:
                raise AssertionError(operation)
        at += 1


ALLOW = 0x7FFF0000


@pytest.mark.parametrize(
    ("machine", "socket", "ptrace", "getpid"), [("x86_64", 41, 101, 39), ("aarch64", 198, 117, 172)]
)
def test_the_filter_of_each_processor_refuses_and_allows_the_same(
    machine: str, socket: int, ptrace: int, getpid: int
) -> None:
    assert is_known(machine)
    assert outcome(machine, getpid) == ALLOW
    assert outcome(machine, ptrace) == 0x50000 | errno.EPERM
    assert outcome(machine, ptrace, network=True) == 0x50000 | errno.EPERM
    assert outcome(machine, socket, 1) == ALLOW
    assert outcome(machine, socket, 2) == 0x50000 | errno.ENETUNREACH
    assert outcome(machine, socket, 16) == 0x50000 | errno.EPERM
    assert outcome(machine, socket, 2, network=True) == ALLOW
    assert outcome(machine, getpid, architecture=0x40000003) == 0x50000 | errno.ENOSYS
    assert not is_known("riscv64")
