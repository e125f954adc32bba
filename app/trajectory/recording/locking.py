"""One writer a file."""

from __future__ import annotations

import errno
import fcntl


def lock(descriptor: int) -> None:
    """Keep other writers of a file away until it is closed.

    Raises:
        OSError: Another process writes it.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise OSError(errno.EBUSY, "another process records this session") from None
    except OSError as error:
        if error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS):  # some network file systems
            raise
