"""A workspace with checkpoints, and a look at every byte of it."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
from pathlib import Path

from app.workspace.checkpoint_log import Checkpoint
from app.workspace.checkpoints import Checkpoints

State = dict[bytes, tuple[str, int, bytes]]


class Rig:
    """A workspace whose turns are shell commands."""

    def __init__(self, folder: Path, *, largest: int = 10 << 20) -> None:
        self.root = folder / "workspace"
        self.root.mkdir(exist_ok=True)
        self.store = folder / "data" / "checkpoints"
        self.checkpoints = Checkpoints(self.root, self.store, hidden=folder / "data", largest=largest)
        self.turns = 0

    async def turn(self, command: str) -> tuple[Checkpoint, Checkpoint]:
        """A turn in which a command runs."""
        self.turns += 1
        before = await self.checkpoints.before(self.turns, command)
        self.shell(command)
        return before, await self.checkpoints.after(self.turns, command)

    def shell(self, command: str) -> str:
        """Run a command, by whoever; what it prints."""
        environ = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "EMAIL": "a@b", "GIT_AUTHOR_NAME": "a"}
        environ |= {"GIT_COMMITTER_NAME": "a"}
        return subprocess.run(
            ["bash", "-ec", command], cwd=self.root, env=environ, check=True, capture_output=True, text=True
        ).stdout

    def write(self, **files: str) -> None:
        """Write files; `__` in a name is a dot."""
        for name, text in files.items():
            (self.root / name.replace("__", ".")).write_text(text)

    def state(self) -> State:
        """Every file and link: its kind, permissions and content. What git keeps for itself is left out."""
        found: State = {}
        for folder, folders, names in os.walk(os.fsencode(self.root)):
            if b".git" in folders:
                folders.remove(b".git")
            links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
            for name in (*names, *links):
                path = os.path.join(folder, name)
                status = os.lstat(path)
                if stat.S_ISLNK(status.st_mode):
                    found[path] = ("link", 0, os.readlink(path))
                else:
                    with open(path, "rb") as file:
                        found[path] = ("file", stat.S_IMODE(status.st_mode), file.read())
        return found

    def project(self) -> dict[str, str]:
        """All that the project's own repository says of itself, to the byte."""
        git = self.root / ".git"
        files = {
            str(path.relative_to(git)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(git.rglob("*"))
            if path.is_file()
        }
        quiet = "git --no-optional-locks"
        asked = ("status --porcelain=v2", "stash list", "rev-parse HEAD", "diff --cached")
        return files | {question: self.shell(f"{quiet} {question}") for question in asked}
