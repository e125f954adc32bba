from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.workspace.atomic import Snapshot, StoppedError, read_file, remove_file, write_file
from app.workspace.errors import FileError

OLD = b"old\n" * 100_000
NEW = b"new!\n" * 500_000  # three pieces

# Dies by SIGKILL before, in the middle of, or after the n-th step of a write.
DYING = """
import os, signal, sys, threading
from pathlib import Path
from app.workspace.atomic import read_file, write_file

path, fatal, when = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
stop = threading.Event()
expected = read_file(path, stop)
steps = 0

def deadly(call):
    def step(*args, **kwargs):
        global steps
        steps += 1
        if steps == fatal:
            if when == "after":
                call(*args, **kwargs)
            elif when == "within" and call is write:
                call(args[0], args[1][: len(args[1]) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args, **kwargs)
    return step

write = os.write
for name in ("write", "fchmod", "fsync", "rename"):
    setattr(os, name, deadly(getattr(os, name)))
write_file(path, b"new!\\n" * 500_000, expected, stop)
"""

# Writes one of two contents over and over until it is killed.
BUSY = """
import sys, threading
from pathlib import Path
from app.workspace.atomic import read_file, write_file

path = Path(sys.argv[1])
while True:
    for content in (b"old\\n" * 100_000, b"new!\\n" * 500_000):
        stop = threading.Event()
        write_file(path, content, read_file(path, stop), stop)
        print("written", flush=True)
"""


def replace(path: Path, content: bytes) -> None:
    stop = threading.Event()
    write_file(path, content, read_file(path, stop), stop)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path.resolve() / "a.txt"
    path.write_bytes(OLD)
    return path


def only_file(path: Path) -> bool:
    return [entry.name for entry in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("when", ["before", "within", "after"])
def test_killed_at_any_step_the_file_is_old_or_new(when: str, path: Path) -> None:
    contents = []
    for fatal in range(1, 20):
        path.write_bytes(OLD)
        ended = subprocess.run([sys.executable, "-I", "-c", DYING, path, str(fatal), when], check=False)
        if ended.returncode == 0:
            break
        assert ended.returncode == -signal.SIGKILL
        contents.append(path.read_bytes())
        replace(path, b"still usable\n")
    assert path.read_bytes() == NEW
    # three writes, the mode, the file, the rename, the folder
    assert len(contents) == 7
    renamed = 5 if when == "after" else 6
    assert contents == [OLD] * renamed + [NEW] * (7 - renamed)


def test_killed_at_any_moment_the_file_is_old_or_new(path: Path) -> None:
    seen = set()
    for writes in range(1, 9):
        with subprocess.Popen([sys.executable, "-I", "-c", BUSY, path], stdout=subprocess.PIPE) as busy:
            assert busy.stdout is not None
            for _ in range(writes):
                assert busy.stdout.readline() == b"written\n"
            busy.kill()
        seen.add(path.read_bytes())
    assert seen <= {OLD, NEW}


def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_write = os.write
    full = False

    def write(descriptor: int, data: bytes) -> int:
        nonlocal full
        if full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        full = True
        return real_write(descriptor, data[:1000])  # a full disk takes a part first

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(OSError, match="No space left"):
        replace(path, NEW)
    monkeypatch.undo()
    assert path.read_bytes() == OLD
    assert only_file(path)


def test_what_is_written_in_small_pieces_is_whole(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real_write(descriptor, data[:10_007]))
    replace(path, NEW)
    assert path.read_bytes() == NEW


def test_a_file_that_cannot_be_synced_is_not_put_in_place(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fsync(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OSError, match="Input/output error"):
        replace(path, NEW)
    assert path.read_bytes() == OLD
    assert only_file(path)


def test_a_failed_create_leaves_no_folders_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(descriptor: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(OSError, match="No space left"):
        write_file(tmp_path.resolve() / "x/y/a.txt", NEW, None, threading.Event())
    assert list(tmp_path.iterdir()) == []


def at_sync(monkeypatch: pytest.MonkeyPatch, act: object) -> None:
    """Let somebody act while the new content is being written."""
    real_fsync = os.fsync
    done = False

    def fsync(descriptor: int) -> None:
        nonlocal done
        if not done:
            done = True
            assert callable(act)
            act()
        real_fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)


def test_somebody_elses_save_is_never_overwritten(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at_sync(monkeypatch, lambda: path.write_bytes(b"theirs\n"))
    with pytest.raises(FileError, match="somebody else"):
        replace(path, NEW)
    assert path.read_bytes() == b"theirs\n"
    assert only_file(path)


def test_a_save_with_the_same_stamp_is_seen_by_its_content(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = b"OLD\n" * 100_000

    def save() -> None:
        status = path.stat()
        path.write_bytes(theirs)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    at_sync(monkeypatch, save)
    with pytest.raises(FileError, match="somebody else"):
        replace(path, NEW)
    assert path.read_bytes() == theirs


def test_a_file_that_was_removed_is_not_brought_back(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at_sync(monkeypatch, path.unlink)
    with pytest.raises(FileError, match="somebody else"):
        replace(path, NEW)
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "no hard links"])
def test_a_new_file_takes_no_name_that_was_taken_meanwhile(
    links: bool, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not links:

        def link(*_: object, **__: object) -> None:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

        monkeypatch.setattr(os, "link", link)
    fresh = path.with_name("fresh.txt")
    at_sync(monkeypatch, lambda: fresh.write_bytes(b"theirs\n"))
    with pytest.raises(FileError, match="somebody else"):
        write_file(fresh, NEW, None, threading.Event())
    assert fresh.read_bytes() == b"theirs\n"

    write_file(path.with_name("other.txt"), NEW, None, threading.Event())
    assert {entry.name for entry in path.parent.iterdir()} == {"a.txt", "fresh.txt", "other.txt"}
    assert path.with_name("other.txt").read_bytes() == NEW


def test_a_file_swapped_for_a_link_is_not_followed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = path.parent / "secret"
    secret.write_bytes(OLD)

    def swap() -> None:
        path.unlink()
        path.symlink_to(secret)

    at_sync(monkeypatch, swap)
    with pytest.raises(FileError, match="somebody else"):
        replace(path, NEW)
    assert path.is_symlink()
    assert secret.read_bytes() == OLD
    with pytest.raises(OSError, match="is a link"):
        read_file(path, threading.Event())


def test_a_folder_swapped_for_a_link_is_not_entered(tmp_path: Path) -> None:
    top = tmp_path.resolve()
    for name in ("inside", "outside"):
        (top / name).mkdir()
        (top / name / "a.txt").write_bytes(OLD)
    path = top / "inside/a.txt"
    expected = read_file(path, threading.Event())
    (top / "inside").rename(top / "moved")
    (top / "inside").symlink_to("outside")

    with pytest.raises(NotADirectoryError):
        read_file(path, threading.Event())
    with pytest.raises(NotADirectoryError):
        write_file(path, NEW, expected, threading.Event())
    with pytest.raises(NotADirectoryError):
        write_file(top / "inside/new.txt", NEW, None, threading.Event())
    assert [entry.name for entry in (top / "outside").iterdir()] == ["a.txt"]
    assert (top / "outside/a.txt").read_bytes() == OLD


def test_stopped_before_the_rename_nothing_has_changed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    expected = read_file(path, stop)
    at_sync(monkeypatch, stop.set)
    with pytest.raises(StoppedError):
        write_file(path, NEW, expected, stop)
    assert path.read_bytes() == OLD
    assert only_file(path)


def test_mode_owner_and_attributes_are_kept(path: Path) -> None:
    path.chmod(0o4751)
    os.setxattr(path, "user.note", b"kept")
    replace(path, NEW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o4751
    assert os.getxattr(path, "user.note") == b"kept"
    if os.geteuid() == 0:
        os.chown(path, 1234, 2345)
        path.chmod(0o640)
        replace(path, OLD)
        assert (path.stat().st_uid, path.stat().st_gid) == (1234, 2345)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_has_the_mode_the_person_chose(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_file(tmp_path.resolve() / "a.txt", NEW, None, threading.Event())
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o640


def test_a_changed_file_is_not_removed(path: Path) -> None:
    stop = threading.Event()
    expected = read_file(path, stop)
    path.write_bytes(b"theirs\n")
    with pytest.raises(FileError, match="somebody else"):
        remove_file(path, expected, stop)
    assert path.read_bytes() == b"theirs\n"
    remove_file(path, read_file(path, stop), stop)
    assert not path.exists()


def test_what_is_not_a_regular_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="is a pipe"):
        read_file(tmp_path.resolve() / "pipe", threading.Event())
    with pytest.raises(IsADirectoryError):
        read_file(tmp_path.resolve(), threading.Event())
    with pytest.raises(OSError, match="device"):
        read_file(Path("/dev/null"), threading.Event())


def test_a_file_too_large_to_edit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path.resolve() / "large"
    with path.open("wb") as file:
        file.truncate(65 * 2**20)
    with pytest.raises(FileError, match="65 MiB"):
        read_file(path, threading.Event())


def test_a_snapshot_tells_the_links(path: Path) -> None:
    os.link(path, path.with_name("b.txt"))
    snapshot = read_file(path, threading.Event())
    assert isinstance(snapshot, Snapshot)
    assert snapshot.links == 2
