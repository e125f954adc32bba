"""Options that ask even where a rule allows the program: they run programs, write files, or read commands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.approval.launchers import RUN_OPTIONS
from app.approval.names import names
from app.approval.places import shown
from app.approval.programs import FETCHES, sets_powerful
from app.approval.shell.words import Word

# By program, or by program and subcommand: letters, then long names. Those with one dash keep it.
_AWK = ("Efil", "exec file include load")
_DANGERS = {
    "ag": ("", "pager"),
    **dict.fromkeys(["awk", "gawk", "mawk", "nawk"], _AWK),
    "base64": ("o", ""),
    "bat": ("", "pager"),
    "cargo": ("", "config"),
    "curl": (
        "cDFKoOTx",
        """
        alt-svc config cookie-jar dump-header etag-save form hsts libcurl output output-dir preproxy proxy
        remote-name remote-name-all socks4 socks5 stderr trace trace-ascii upload-file
        """,
    ),
    "date": ("fs", "file set"),
    "fd": ("xX", "exec exec-batch"),
    "fdfind": ("xX", "exec exec-batch"),
    "git": (
        "",
        """
        config config-env exec exec-path ext-diff extcmd filters git-dir namespace no-index
        open-files-in-pager output receive-pack separate-git-dir super-prefix template textconv
        upload-archive upload-pack work-tree
        """,
    ),
    "git archive": ("o", ""),
    "git clone": ("cu", ""),
    "git difftool": ("x", ""),
    "git grep": ("O", ""),
    "git rebase": ("x", ""),
    "go": ("", "-exec -toolexec -vettool -overlay exec toolexec vettool overlay"),
    "history": ("acnrw", ""),
    "hostname": ("F", "file"),
    "jq": ("fL", "from-file rawfile slurpfile"),
    "make": ("CEfI", "directory eval file include-dir makefile"),
    "man": ("CHP", "config-file html pager"),
    "mysql": ("e", "execute"),
    "node": ("", "import loader require"),
    "npm": ("", "node-options script-shell"),
    "pnpm": ("", "node-options script-shell"),
    "printf": ("v", ""),
    "pytest": ("", "basetemp"),
    "rsync": ("e", "rsh rsync-path"),
    "scp": ("FoS", ""),
    "sftp": ("bFoS", ""),
    "tar": (
        "FIP",
        """
        absolute-names checkpoint-action info-script new-volume-script rmt-command rsh-command to-command
        transform use-compress-program xform
        """,
    ),
    "test": ("v", ""),
    "tree": ("o", "fromfile"),
    "wget": ("eiOPU", "body-file config execute input-file output-document post-file use-askpass"),
    "xxd": ("r", ""),
    "yarn": ("", "script-shell"),
    "zip": ("T", "unzip-command"),
}
_MAKE = re.compile(r"(?:MAKE|GNUMAKE|\.?SHELL)\w*[:+?!]*=|\w+[:+?!]*=.*[^\w.,+%@=-]", re.DOTALL)
# Words that ask whatever stands before them: what names a program, another machine, or a file to send.
_WORDS = {
    "curl": re.compile(r"(?:-\w+|--[\w-]+=)?(?:[\w.-]+=)?[@<]"),
    **dict.fromkeys(
        ["git fetch", "git pull", "git clone", "git push", "git ls-remote", "git remote"],
        re.compile(r"[\w+.-]+::"),
    ),
    "go": re.compile(r".*-extld", re.DOTALL),
    "gmake": _MAKE,
    "make": _MAKE,
    "tar": re.compile(r".*:", re.DOTALL),
}
_ADDRESS = re.compile(r"[^-].*[.:/]|localhost")
# What a rule that names an address leaves open.
_HOW_TO_FETCH = re.compile(
    r"-[sSfLIivgq#46]+|--(?:silent|show-error|fail|location|head|include|verbose|compressed|globoff|quiet)"
)
# Subcommands that run what their words say; only a rule that names them reaches them.
_RUNS = {
    "git": names("bisect config daemon difftool filter-branch for-each-repo hook mergetool submodule"),
}


def danger(words: Sequence[Word], vouched: int) -> str:
    """Why a command asks although a rule allows its first words; empty if nothing speaks against the others.

    Args:
        words: The program and what it is given.
        vouched: How many of the first words the rule names; those may be anything.
    """
    name = words[0].text
    texts = [word.text for word in words]
    subcommand = next((text for text in texts[1:] if not text.startswith("-")), "")
    if vouched < 2 and subcommand in _RUNS.get(name, ()):
        return f"{name} {subcommand} can run other programs; a rule must name it"
    if name == "git" and vouched < 2 and texts[1:] and texts[1].startswith("-") and texts[1] != "--no-pager":
        return f"git {shown(texts[1])} changes how git works"
    letters = longs = ""
    for row in (name, f"{name} {subcommand}"):
        more_letters, more_longs = _DANGERS.get(row, ("", ""))
        letters, longs = letters + more_letters, f"{longs} {more_longs}"
    pattern = _WORDS.get(name) or _WORDS.get(f"{name} {subcommand}")
    addressed = name in FETCHES and any(map(_ADDRESS.match, texts[1:vouched]))
    for position, text in enumerate(texts[vouched:], vouched):
        if why := sets_powerful(text):
            return why
        if pattern and pattern.match(text):
            return f"{shown(text)} asks even where a rule allows {name}"
        if addressed and not _HOW_TO_FETCH.fullmatch(text):
            return f"the rule names an address, and {shown(text)} may lead elsewhere"
        bundle = name == "tar" and position == 1 and not text.startswith("-")
        if _dangerous(f"-{text}" if bundle else text, letters, longs.split()) or text in RUN_OPTIONS.get(
            name, ()
        ):
            return f"{shown(text)} asks even where a rule allows {name}"
    return ""


def _dangerous(text: str, letters: str, longs: Sequence[str]) -> bool:
    option = text.partition("=")[0]
    if option.startswith("--"):
        # Most programs take every beginning of a name that fits only one.
        return any(long.startswith(option[2:]) for long in longs if len(option) > 2)
    return option in longs or (option.startswith("-") and any(letter in option for letter in letters))
