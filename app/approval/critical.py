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
    "unlink", "touch", "mkdir", "sed", "tar", "unzip", "crontab",
}  # fmt: skip
_FIND_CHANGES = {"-delete", "-exec", "-execdir", "-ok", "-okdir", "-fprint", "-fprintf", "-fls"}
_SHELLS = {"sh", "bash", "zsh", "dash", "fish", "python", "python3", "perl", "ruby", "node"}
_FETCHES = {"curl", "wget"}
_GIT = {"push", "clean", "config", "filter-branch", "update-ref", "gc", "remote", "submodule"}
_SEPARATORS = re.compile(r"[;&|()\n]+")
_HARMLESS_TARGETS = {"/dev/null", "/dev/stdout", "/dev/stderr"}


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
    """Go through the simple commands that the words make."""
    fetched = left = False
    start = 0
    for position in range(len(words) + 1):
        if position < len(words) and not _SEPARATORS.fullmatch(words[position]):
            continue
        command = words[start:position]
        names = {os.path.basename(word) for word in command}
        if why := _critical_command(command, names, root):
            return why
        if left and names & _CHANGES:
            return "changes files outside the workspace"
        if fetched and names & _SHELLS:
            return "runs what it fetches"
        left = left or ("cd" in names and any(_leaves(word, root, inside=False) for word in command))
        fetched = bool(names & _FETCHES) and words[position : position + 1] == ["|"]
        start = position + 1
    return ""


def _critical_command(command: list[str], names: set[str], root: str) -> str:
    """One simple command. Wrappers such as env or xargs are not told apart: every word may be a program."""
    if rights := names & _RIGHTS:
        return f"{min(rights)} reaches beyond the workspace"
    if disks := {name for name in names if name in _DISKS or name.startswith("mkfs")}:
        return f"{min(disks)} can destroy data"
    if "git" in names and (changed := names & _GIT):
        return f"git {min(changed)} changes more than the work tree"
    changes = bool(names & _CHANGES) or ("find" in names and bool(names & _FIND_CHANGES))
    previous = ""
    for word in command:
        if previous and set(previous) <= set("<>"):
            if ">" in previous and word not in _HARMLESS_TARGETS and _leaves(word, root):
                return f"writes to {word}"
        elif changes and _leaves(word, root):
            return f"changes {word}: all of the workspace, its .git, or a place beyond it"
        elif " " in word and (inner := critical(word, root)):
            return inner
        previous = word
    return ""


def _leaves(word: str, root: str, *, inside: bool = True) -> bool:
    """Whether a word may name a place outside the workspace or, if asked, its root or its .git folder."""
    if word.startswith("-"):
        word = word.partition("=")[2]
        if not word:
            return False
    if re.search(r"[$`~]", word):
        return True
    path = os.path.normpath(os.path.join(root, word))
    if path == root:
        return inside
    return not path.startswith(root + os.sep) or (inside and ".git" in path[len(root) :].split(os.sep))
