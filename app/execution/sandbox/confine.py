"""Gives up rights, then becomes another program: `python -I -S -c SOURCE DESCRIPTOR`.

What it gives up and becomes is in the file behind the descriptor. It stands alone and imports next to
nothing, for each command waits for it.
"""

import ctypes
import marshal
import os
import sys

_NO_NEW_PRIVILEGES, _SECCOMP, _DROP_FROM_BOUNDING = 38, 22, 24  # prctl(2)
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # landlock(7)
_IN_FOLDER = 1
_FILTER = 2
_VERSION_3 = 0x20080522  # capset(2)
_CAPABILITIES = 64
_IGNORED_BY_PYTHON = 13, 25  # SIGPIPE, SIGXFSZ

libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Read what to give up and to become; do both."""
    with open(int(sys.argv[1]), "rb") as file:
        plan = marshal.loads(file.read())  # noqa: S302 - we wrote it, and nobody else could
    control(_NO_NEW_PRIVILEGES, 1)
    if plan["capabilities"] is not None:
        keep(plan["capabilities"])
    restrict(plan["ruleset"], plan["rules"])
    code = ctypes.create_string_buffer(plan["filter"], len(plan["filter"]))
    program = (ctypes.c_uint64 * 2)(len(plan["filter"]) // 8, ctypes.addressof(code))
    control(_SECCOMP, _FILTER, ctypes.addressof(program))
    for signal in _IGNORED_BY_PYTHON:
        libc.signal(signal, None)
    os.execve(plan["argv"][0], plan["argv"], plan["environment"])


def keep(capabilities: int) -> None:
    """Give up all rights of root but some."""
    for each in range(_CAPABILITIES):
        if not capabilities >> each & 1:
            libc.prctl(_DROP_FROM_BOUNDING, *numbers(each, 0, 0, 0))  # fails for those that do not exist
    low, high = capabilities & 0xFFFFFFFF, capabilities >> 32
    header, data = (ctypes.c_uint32 * 2)(_VERSION_3, 0), (ctypes.c_uint32 * 6)(low, low, 0, high, high, 0)
    must(libc.capset(header, data))


def restrict(attributes: bytes, rules: list[tuple[bytes, bytes]]) -> None:
    """Give up rights on files, but those on some places and what is in them."""
    ruleset = system(_CREATE_RULESET, attributes, len(attributes), 0)
    for path, rights in rules:
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:  # what is not there needs no right
            continue
        system(_ADD_RULE, ruleset, _IN_FOLDER, rights + place.to_bytes(4, sys.byteorder), 0)
        os.close(place)
    system(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def control(option: int, *values: int) -> None:
    """Call prctl(2), whose arguments are all as wide as a pointer."""
    must(libc.prctl(option, *numbers(*values, *[0] * (4 - len(values)))))


def system(call: int, *arguments: int | bytes) -> int:
    """Make a system call that the C library does not know."""
    wide = (numbers(each)[0] if isinstance(each, int) else each for each in arguments)
    return must(libc.syscall(ctypes.c_long(call), *wide))


def numbers(*values: int) -> list[ctypes.c_ulong]:
    """Numbers as wide as a pointer."""
    return [ctypes.c_ulong(each) for each in values]


def must(result: int) -> int:
    """A result that is no error; with one, the command is not begun."""
    if result < 0:
        sys.exit(f"the sandbox cannot be made: {os.strerror(ctypes.get_errno())}")
    return result


if __name__ == "__main__":
    main()
