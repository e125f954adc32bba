"""A disk that is really full: a file system of one megabyte, mounted in a namespace of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# Edits a file of 400 kB on a disk with room for 1 MB, then grows it beyond that, then makes one too large.
EDITING = """
import asyncio, os, sys
from pathlib import Path
from app.workspace.editor import Editor
from app.workspace.errors import WorkspaceError
from app.workspace.files import Files
from app.workspace.paths import Workspace

folder = Path(sys.argv[1])
path = folder / "a.txt"
path.write_bytes(b"here\\n" + b"x" * 400_000)

async def edit():
    editor = Editor(Workspace(folder), Files())
    await editor.str_replace("a.txt", "here", "there")
    for call in (
        lambda: editor.str_replace("a.txt", "there", "y" * 900_000),
        lambda: editor.create("new/b.txt", "z" * 2_000_000),
    ):
        try:
            await call()
        except WorkspaceError as error:
            print(error)

asyncio.run(edit())
print(path.read_bytes() == b"there\\n" + b"x" * 400_000, sorted(os.listdir(folder)))
"""
MOUNTED = 'mount -t tmpfs -o size=1m none "$1" && exec "$2" -c "$3" "$1"'


def test_a_full_disk_is_said_and_leaves_the_old_content_and_nothing_else(tmp_path: Path) -> None:
    own = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    try:
        possible = subprocess.run(
            [*own, 'mount -t tmpfs none "$0"', tmp_path], check=False, capture_output=True
        )
    except FileNotFoundError:
        pytest.skip("unshare is not installed")
    if possible.returncode:
        pytest.skip(f"no file system can be mounted here: {possible.stderr.decode().strip()}")
    command = [*own, MOUNTED, "sh", str(tmp_path.resolve()), sys.executable, EDITING]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines() == [
        "a.txt: no space left on device",
        "new/b.txt: no space left on device",
        "True ['a.txt']",
    ]
