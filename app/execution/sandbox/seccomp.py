"""System calls that a command does not get in a sandbox: filters that the kernel runs."""

from __future__ import annotations

import errno
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass

_LOAD, _IS, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # instructions: bpf(2), seccomp(2)
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND = 0, 4, 16, 24  # offsets in struct seccomp_data
_X32 = 0x40000000  # the same calls by other numbers
_TYPES_INTO_TERMINAL = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX

# Numbers that are the same everywhere: io_uring does what its caller may not, unseen by a filter.
_NEW = {
    "pidfd_getfd": 438, "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432,
    "fspick": 433, "mount_setattr": 442,
}  # fmt: skip
_IO_URING = (425, 426, 427)
_OF_NETWORKS = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, 16)  # AF_NETLINK, which not all systems have


@dataclass(frozen=True, slots=True)
class _Machine:
    """Numbers of one architecture."""

    architecture: int
    socket: int
    ioctl: int
    refused: Mapping[str, int]


_MACHINES = {
    "x86_64": _Machine(
        0xC000003E, 41, 16,
        {
            "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "userfaultfd": 323, "bpf": 321,
            "perf_event_open": 298, "open_by_handle_at": 304, "setns": 308, "mount": 165, "umount2": 166,
            "pivot_root": 155, "keyctl": 250, "add_key": 248, "request_key": 249, "init_module": 175,
            "finit_module": 313, "delete_module": 176, "kexec_load": 246, "kexec_file_load": 320,
            "reboot": 169, "swapon": 167, "swapoff": 168, "acct": 163, "quotactl": 179, "settimeofday": 164,
            "clock_settime": 227, "sethostname": 170, "setdomainname": 171, "iopl": 172, "ioperm": 173,
        },
    ),
    "aarch64": _Machine(
        0xC00000B7, 198, 29,
        {
            "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "userfaultfd": 282, "bpf": 280,
            "perf_event_open": 241, "open_by_handle_at": 265, "setns": 268, "mount": 40, "umount2": 39,
            "pivot_root": 41, "keyctl": 219, "add_key": 217, "request_key": 218, "init_module": 105,
            "finit_module": 273, "delete_module": 106, "kexec_load": 104, "kexec_file_load": 294,
            "reboot": 142, "swapon": 224, "swapoff": 225, "acct": 89, "quotactl": 60, "settimeofday": 170,
            "clock_settime": 112, "sethostname": 161, "setdomainname": 162,
        },
    ),
}  # fmt: skip


def is_known(machine: str) -> bool:
    """Whether there is a filter for a machine, as `platform.machine` names it."""
    return machine in _MACHINES


def seccomp_filter(machine: str, *, network: bool) -> bytes:
    """The filter for who is held by Landlock only, an array of struct sock_filter.

    It refuses what reaches into other processes or the kernel and, without the network, every socket but
    those of the machine itself. Programs for another architecture of the same processor do not run.

    Args:
        machine: As `platform.machine` names it.
        network: Sockets of the network are allowed.
    """
    numbers = _MACHINES[machine]
    code = _preamble(numbers)
    for number in (*numbers.refused.values(), *_NEW.values()):
        code += _when(number, _error(errno.EPERM))
    for number in _IO_URING:
        code += _when(number, _error(errno.ENOSYS))
    code += _block(
        numbers.ioctl, _SECOND, [_when(each, _error(errno.EPERM)) for each in _TYPES_INTO_TERMINAL]
    )
    if network:
        code += _of_networks_only(numbers)
    else:
        # What programs say of this error leaves nobody wondering.
        unreachable = (
            _when(family, _error(errno.ENETUNREACH)) for family in (socket.AF_INET, socket.AF_INET6)
        )
        tests = [_when(socket.AF_UNIX, _ALLOW), *unreachable, [_instruction(_RETURN, _error(errno.EPERM))]]
        code += _block(numbers.socket, _FIRST, tests)
    return b"".join([*code, _instruction(_RETURN, _ALLOW)])


def socket_filter(machine: str) -> bytes:
    """The filter for who has a network of their own: it refuses sockets that belong to none.

    One between virtual machines would reach what this one runs on. Programs for another architecture of the
    same processor do not run, since they could ask for such a socket in another way.

    Args:
        machine: As `platform.machine` names it.
    """
    numbers = _MACHINES[machine]
    code = _preamble(numbers)
    for number in _IO_URING:
        code += _when(number, _error(errno.ENOSYS))
    return b"".join([*code, *_of_networks_only(numbers), _instruction(_RETURN, _ALLOW)])


def _of_networks_only(numbers: _Machine) -> list[bytes]:
    """Refuse sockets that belong to no network."""
    refuse = [_instruction(_RETURN, _error(errno.EAFNOSUPPORT))]
    return _block(numbers.socket, _FIRST, [*(_when(each, _ALLOW) for each in _OF_NETWORKS), refuse])


def _preamble(numbers: _Machine) -> list[bytes]:
    """Load the number of the call, if it is one of this machine.

    Each test that holds is followed by what it comes to; the others go past it.
    """
    return [
        _load(_ARCHITECTURE), *_when_not(numbers.architecture, _error(errno.ENOSYS)),
        _load(_NUMBER), *_when(_X32, _error(errno.ENOSYS), _AT_LEAST),
    ]  # fmt: skip


def _instruction(operation: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", operation, then, otherwise, value)


def _load(offset: int) -> bytes:
    return _instruction(_LOAD, offset)


def _error(number: int) -> int:
    return _ERROR | number


def _when(value: int, outcome: int, test: int = _IS) -> list[bytes]:
    return [_instruction(test, value, 0, 1), _instruction(_RETURN, outcome)]


def _when_not(value: int, outcome: int) -> list[bytes]:
    return [_instruction(_IS, value, 1, 0), _instruction(_RETURN, outcome)]


def _block(call: int, argument: int, tests: list[list[bytes]]) -> list[bytes]:
    """For one system call, tests of the lower half of an argument; what none of them catches is allowed."""
    body = [_load(argument), *(each for test in tests for each in test), _instruction(_RETURN, _ALLOW)]
    return [_instruction(_IS, call, 0, len(body)), *body]
