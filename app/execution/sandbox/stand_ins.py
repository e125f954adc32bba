"""Names that must not be made are taken by empty folders while a command runs, and then free again.

There is no other way: what is mounted over must exist outside, too, and what a command made cannot be told
afterwards from what a person made meanwhile.
"""

from __future__ import annotations

import fcntl
import os
import stat
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from functools import partial
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
    if [ ! -L "$1" ] && [ -k "$1" ] && is_free " $2 "; then
      { { ! command -v flock || flock -xn 4; } && { rmdir "$1" || chmod -t "$1"; }; } 4<"$1"
    fi
    shift 2
  done
} &
"""


class StandIns:
    """The stand-ins of a session, and the folder that is `/tmp` to its commands. For any thread.

    Args:
        scratch: That folder. It is taken away, too.
    """

    def __init__(self, scratch: Path) -> None:
        self._lock = threading.Lock()
        self._held: dict[Path, int] = {}
        self._uses = Counter[Path]()
        self._watched = set[Path]()
        self._waiting, self._we_are_there = os.pipe()
        self._take_away_later(str(scratch), [])

    def put(self, paths: Iterable[Path]) -> Callable[[], None]:
        """Take names that are free, for a command. One that cannot be taken, a command cannot take either.

        Args:
            paths: The names.

        Returns:
            Frees those that no other command needs; to be called once, when the command has gone.
        """
        with self._lock:
            for path in paths:
                with suppress(OSError):
                    self._hold(path)
            held = tuple(self._held)
            self._uses.update(held)
            if new := [path for path in held if path not in self._watched]:
                self._watched.update(new)
                self._take_away_later("", new)
        return partial(self._give_back, held)

    def remove(self) -> None:
        """Let them be taken away, and the folder with them, in a moment; those that are used stay."""
        with self._lock:
            ends, self._waiting, self._we_are_there = (self._waiting, self._we_are_there), -1, -1
            held, self._held = self._held, {}
            for descriptor in (*held.values(), *ends):
                with suppress(OSError):  # closed before
                    os.close(descriptor)

    def _give_back(self, paths: Collection[Path]) -> None:
        """A command needs these no longer."""
        with self._lock:
            self._uses.subtract(paths)
            unused = [path for path in paths if not self._uses[path] and path in self._held]
            descriptors = {path: self._held.pop(path) for path in unused}
            alone = [path for path in unused if _is_held_by_nobody_else(descriptors[path])]
            mounted = _mounted_elsewhere() if alone else set()
            for path in alone:
                if _as_mounted(path) not in mounted and _is_at(descriptors[path], path):
                    _take_away(path)
            for descriptor in descriptors.values():
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


def _take_away(path: Path) -> None:
    """Free a name; a folder that somebody has filled is theirs."""
    with suppress(OSError):
        try:
            path.rmdir()
        except OSError:
            path.chmod(stat.S_IRWXU)


def _is_held_by_nobody_else(descriptor: int) -> bool:
    """Whether no other session needs a stand-in. Asking gives up our own hold: of two, one is alone."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _mounted_elsewhere() -> set[str]:
    """What is mounted over in other views of the file system: by a command that outlived its session, too."""
    seen, found = {os.readlink("/proc/self/ns/mnt")}, set[str]()
    for process in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError):  # gone meanwhile, or somebody else's
            namespace = os.readlink(f"/proc/{process}/ns/mnt")
            if namespace not in seen:
                lines = Path(f"/proc/{process}/mountinfo").read_bytes().splitlines()
                found.update(os.fsdecode(line.split(b" ", 5)[4]) for line in lines)
                seen.add(namespace)
    return found


def _as_mounted(path: Path) -> str:
    """A path as proc_pid_mountinfo(5) writes it."""
    text = str(path)
    for letter in "\\ \t\n":
        text = text.replace(letter, f"\\{ord(letter):03o}")
    return text
