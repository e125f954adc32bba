"""Nothing a command started outlives us, not even when we are killed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from contextlib import suppress

from app.execution.leftovers import MARK

# Reads "+ GROUP:MARK" and "- GROUP" until the last writer is gone, which is when we are. A group that is let
# go of before it has said that it is there is remembered without a mark, and never watched.
_SCRIPT = f"""
groups=
while read -r sign group; do
  others=
  met=
  for each in $groups; do
    if [ "${{each%:*}}" = "${{group%:*}}" ]; then met=$each; else others="$others $each"; fi
  done
  groups=$others
  case $sign$met in
    - | + | +*:*) groups="$groups $group" ;;
  esac
done
watched=
for each in $groups; do
  case $each in *:*) watched="$watched $each" ;; esac
done
[ "$watched" ] || exit 0
end() {{
  for each in $watched; do
    kill -s "$1" -- "-${{each%:*}}"
    [ "${{each#*:}}" ] || continue  # without a mark it would be every command of every other program like us
    for file in $(grep -ls "{MARK}=${{each#*:}}" /proc/[0-9]*/environ); do
      file=${{file#/proc/}}
      kill -s "$1" "${{file%/environ}}"
    done
  done
}}
end TERM
sleep 1
end KILL
"""

# The command tells its group before it becomes itself, so there is no moment in which nobody knows of it.
# The first terminal that the leader of a session opens becomes the session's own.
_REGISTER = f'echo "+ $$:${MARK}" >&0; '
_CLOSED = _REGISTER + 'exec "$@" </dev/null'
_ON_TERMINAL = _REGISTER + 'exec "$@" <>"$0" >&0 2>&0'
# What makes a namespace keeps its standard descriptors as long as the namespace is there, so the output must
# not be among them. The first process in it finds us at 3, the output at 4.
_TO_NAMESPACE = f'echo "+ $$:${MARK}" >&2; exec "$@" 3<&0 4>&1 2>&0 </dev/null >/dev/null'
_LAST_WAIT = 2.0  # seconds


class Watchdog:
    """A small process that ends the groups it was told of as soon as we are gone.

    A process that leaves its group and clears its environment, too, is out of its reach.
    """

    def __init__(self) -> None:
        # The reading end stays open here too: should the watchdog die, a command that starts must not.
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)
        self._process: subprocess.Popen[bytes] | None = None

    def guard(self, argv: Sequence[str], terminal: str = "") -> tuple[list[str], int]:
        """How to start a command as a process group that does not outlive us.

        Args:
            argv: The command. Its environment must carry its mark.
            terminal: Path of the terminal it runs on; empty for none, and an input that is at its end.

        Returns:
            What to run instead, and what its standard input must be.
        """
        self._be_there()
        if terminal:
            return ["/bin/sh", "-c", _ON_TERMINAL, terminal, *argv], self._write
        return ["/bin/sh", "-c", _CLOSED, "sh", *argv], self._write

    def guard_namespace(self, argv: Sequence[str]) -> tuple[list[str], int]:
        """How to start what makes a namespace, and in it a command.

        Args:
            argv: It. Its environment must carry a mark. Its standard input must be a socket on which the
                first process of the namespace talks, its standard output that of the command.

        Returns:
            What to run instead, and what its standard error must be.
        """
        self._be_there()
        return ["/bin/sh", "-c", _TO_NAMESPACE, "sh", *argv], self._write

    def forget(self, group: int) -> None:
        """A group has ended, and its number may soon be another's; or it may outlive us. Say so once.

        Args:
            group: The process group.
        """
        with suppress(OSError):
            os.write(self._write, b"- %d\n" % group)

    def close(self) -> None:
        """End the watchdog, and with it whatever group it still knows."""
        ends, self._read, self._write = (self._read, self._write), -1, -1
        for end in ends:
            with suppress(OSError):  # closed before
                os.close(end)
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_LAST_WAIT)

    def _be_there(self) -> None:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _SCRIPT],
                stdin=self._read,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={"PATH": os.defpath},
                start_new_session=True,
            )
