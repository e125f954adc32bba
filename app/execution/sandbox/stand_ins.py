"""Names that must not be made are taken by empty folders as long as commands run, and then free again."""

from __future__ import annotations

import fcntl
import os
import stat
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

# Says of a folder that it is a stand-in: nobody else makes such ones.
_MODE = stat.S_IFDIR | stat.S_ISVTX | stat.S_IRWXU
_ROUNDS = 10  # other sessions may free a name just when we take it
# Waits until we are gone, however that comes about. What commands that were kept still use stays: the next
# session here takes it away. So does what another session holds, which then is the last. A folder that
# somebody has filled is theirs. What sh starts in the background reads no input but by another name.
_TIDY = """
exec 3<&0
{
  read -r _ <&3
  rounds=100
  is_free() {
    while grep -qsFe "$1" /proc/[0-9]*/mountinfo /proc/[0-9]*/environ; do
      [ "$rounds" -gt 0 ] || return 1
      rounds=$((rounds - 1))
      sleep 0.1
    done
  }
  if [ "$1" ] && is_free "${1##*/}"; then chmod -R u+rwX "$1"; rm -rf "$1"; fi
  shift
  while [ "$#" -gt 0 ]; do
    if [ -d "$1" ] && is_free " $2 "; then
      { { ! command -v flock || flock -xn 4; } && { rmdir "$1" || chmod -t "$1"; }; } 4<"$1"
    fi
    shift 2
  done
} &
"""


class StandIns:
    """The stand-ins of a session, and the folder that is `/tmp` to its commands.

    Args:
        scratch: That folder. It is taken away, too.
    """

    def __init__(self, scratch: Path) -> None:
        self._held: dict[Path, int] = {}
        self._waiting, self._we_are_there = os.pipe()
        self._take_away_later(str(scratch), [])

    def put(self, paths: Iterable[Path]) -> None:
        """Take names that are free. One that cannot be taken, a command cannot take either.

        Args:
            paths: The names.
        """
        known = set(self._held)
        for path in paths:
            with suppress(OSError):
                self._hold(path)
        if new := [path for path in self._held if path not in known]:
            self._take_away_later("", new)

    def remove(self) -> None:
        """Let them be taken away, and the folder with them, in a moment; those that are used stay."""
        ends, self._waiting, self._we_are_there = (self._waiting, self._we_are_there), -1, -1
        held, self._held = self._held, {}
        for descriptor in (*held.values(), *ends):
            with suppress(OSError):  # closed before
                os.close(descriptor)

    def _hold(self, path: Path) -> None:
        """Take a name, and keep other sessions from freeing it."""
        for _ in range(_ROUNDS):
            if not is_free(path):
                return
            if path in self._held and _is_at(self._held[path], path):
                return
            with suppress(FileExistsError):
                os.mkdir(path, stat.S_IMODE(_MODE))
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            with suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
                if _is_at(descriptor, path):
                    if path in self._held:
                        os.close(self._held[path])
                    self._held[path] = descriptor
                    return
            os.close(descriptor)

    def _take_away_later(self, scratch: str, paths: list[Path]) -> None:
        pairs = [each for path in paths for each in (str(path), _as_mounted(path))]
        subprocess.run(
            ["/bin/sh", "-c", _TIDY, "sh", scratch, *pairs],
            stdin=self._waiting,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"PATH": os.defpath},
            start_new_session=True,
            check=False,
        )


def is_free(path: Path) -> bool:
    """Whether nothing but a stand-in, perhaps of another session, has this name."""
    try:
        return path.lstat().st_mode == _MODE
    except OSError:
        return True


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether an open folder still has a name."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except OSError:
        return False


def _as_mounted(path: Path) -> str:
    """A path as proc_pid_mountinfo(5) writes it."""
    text = str(path)
    for letter in "\\ \t\n":
        text = text.replace(letter, f"\\{ord(letter):03o}")
    return text
