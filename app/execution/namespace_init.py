"""What the first process of a namespace tells us, and when it is told to go.

It is what the command is a child of, and the kernel ends a namespace with it. So it stays when the command
has exited, as long as we look at what that left running, and its own exit then says what all of it took.
"""

from __future__ import annotations

import socket
import struct

_HELLO, _EXITED = b"ready", b"exited"
_CREDENTIALS = struct.Struct("iii")
_MOST = 4096  # bytes


class NamespaceInit:
    """Our end of a socket to it, used by the one thread that waits for the command.

    Attributes:
        pid: Its number outside of the namespace, and that of its process group; 0 before it has said that it
            is there, and once it may be gone.
        complaint: What kept it from being there.
        entrance: What it must get as its standard input.

    Raises:
        OSError: No socket can be made.
    """

    def __init__(self) -> None:
        self.pid = 0
        self.complaint = ""
        self._said = b""
        self._sender = 0
        self._ours, self.entrance = socket.socketpair()
        # The kernel writes into each message who sent it, by the number that we know it by.
        self._ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)

    def await_start(self) -> None:
        """Block until it is there, or will not be."""
        others = []
        for line in iter(self._line, None):
            if line == _HELLO:
                self.pid = self._sender
                return
            others.append(line.decode(errors="replace"))
        self.complaint = "\n".join(others)

    def await_exit(self) -> None:
        """Block until the command has exited, or everything of it is gone."""
        if self.pid and _EXITED not in iter(self._line, None):
            self.pid = 0

    def started(self) -> None:
        """It has its end of the socket."""
        self.entrance.close()

    def release(self) -> None:
        """Let it go, and whatever still is in the namespace with it."""
        self.pid = 0
        self._ours.close()

    def _line(self) -> bytes | None:
        """The next line; None when there will be none. Several may come at once, but from one sender."""
        while b"\n" not in self._said:
            piece, credentials, _, _ = self._ours.recvmsg(_MOST, socket.CMSG_SPACE(_CREDENTIALS.size))
            if not piece:
                return None
            self._said += piece
            self._sender, _, _ = _CREDENTIALS.unpack(credentials[0][2])
        line, _, self._said = self._said.partition(b"\n")
        return line
