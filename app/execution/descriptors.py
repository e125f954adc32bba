"""Descriptors that a command inherits."""

from __future__ import annotations

import fcntl
import os

_HIGH = 240  # above the descriptors that scripts number by hand, below the 256 of some systems


def out_of_the_way(descriptor: int) -> int:
    """The descriptor under a number that no script takes for one of its own."""
    try:
        high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _HIGH)
    except OSError:  # so high a number is not allowed
        return descriptor
    os.close(descriptor)
    return high


def file_in_memory(content: bytes) -> int:
    """A descriptor from which a program can read a content that has no name on any disk. Linux only.

    Raises:
        OSError: It cannot be made.
    """
    descriptor = out_of_the_way(os.memfd_create("content"))
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(content)
        os.lseek(descriptor, 0, os.SEEK_SET)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
