"""Commands that ask in every mode: what reaches out of the workspace, into .git, or for more rights.

The words of a command are looked at, not its meaning, so this errs on the side of asking.
"""

from __future__ import annotations

import os
import re
import shlex

_RIGHTS = {
    "sudo",
    "su",
    "doas",
    "pkexec",
    "chroot",
    "mount",
    "umount",
    "shutdown",
    "reboot",
    "halt",
    "poweroff",
}
_DISKS = {"dd", "fdisk", "parted", "wipefs", "shred", "mkswap"}
_CHANGES = {
    "rm", "rmdir", "mv", "cp", "ln", "chmod", "chown", "chgrp", "truncate", "tee", "install", "rsync",
    "touch", "mkdir", "unlink", "find", "sed", "tar", "unzip", "crontab",
}  # fmt: skip
_SHELLS = {"sh", "bash", "zsh", "dash", "fish", "python", "python3", "perl", "ruby", "node"}
_FETCHES = {"curl", "wget"}
_GIT = {"push", "clean", "config", "filter-branch", "update-ref", "gc", "remote", "submodule"}
_SEPARATORS = re.compile(r"[;&|()\n]+")


def critical(command: str, root: str) -> str:
    """Why a command must be asked about even in mode auto; empty if nothing was found.

    Args:
        command: The exact shell command.
        root: Real path of the workspace.
    """
    if len(command) > 10_000:
        return "the command is longer than 10,000 characters"
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", command) or (not command.isprintable() and "\n" not in command):
        return "the command holds invisible characters"
    lexer = shlex.shlex(command, posix=True, punctuation_chars=";&|()<>\n")
    lexer.whitespace = " \t"
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        words = list(lexer)
    except ValueError:
        return "the command has unbalanced quotes"
    return _critical_words(words, root)


def _critical_words(words: list[str], root: str) -> str:
    changes = False
    previous = ""
    fetched = False
    for word in words:
        name = os.path.basename(word)
        if _SEPARATORS.fullmatch(word):
            fetched = fetched and word == "|"
            changes = False
        elif previous.startswith(">") or previous.endswith(">"):
            if _leaves(word, root) and word not in ("/dev/null", "/dev/stdout", "/dev/stderr"):
                return f"writes to {word}"
        elif name in _RIGHTS:
            return f"{name} reaches beyond the workspace"
        elif name in _DISKS or name.startswith("mkfs"):
            return f"{name} can destroy data"
        elif name in _FETCHES:
            fetched = True
        elif name in _SHELLS and fetched:
            return f"runs what it fetches with {name}"
        elif previous == "git" and name in _GIT:
            return f"git {name} changes more than the work tree"
        elif name in _CHANGES:
            changes = True
        elif changes and _leaves(word, root):
            return f"changes {word}"
        elif " " in word and (inner := critical(word, root)):
            return inner
        previous = word
    return ""


def _leaves(word: str, root: str) -> bool:
    """Whether a word may name a place outside the workspace, its root, or its .git folder."""
    if word.startswith("-"):
        word = word.partition("=")[2]
        if not word:
            return False
    if re.search(r"[$`~]", word):
        return True
    path = os.path.normpath(os.path.join(root, word))
    if path == root or not path.startswith(root + os.sep):
        return True
    return ".git" in path[len(root) :].split(os.sep)
