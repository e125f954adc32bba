"""What of git only reads; what its configuration has it run must be switched off where it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import takewhile

from app.approval.options import program, refusal
from app.approval.places import shown
from app.approval.shell.words import Word

_DIFF_LETTERS = "aBbCcDG:I:l:MmpRrS:stU:uWwz0123456789"
_DIFF = """
    abbrev anchored= binary break-rewrites cached cc check color color-moved color-words
    combined-all-paths compact-summary cumulative default-prefix diff-algorithm= diff-filter= dirstat
    dst-prefix= exit-code find-copies find-copies-harder find-renames full-index function-context
    histogram ignore-all-space ignore-blank-lines ignore-cr-at-eol ignore-matching-lines=
    ignore-space-at-eol ignore-space-change indent-heuristic inter-hunk-context= irreversible-delete
    line-prefix= merge-base minimal name-only name-status no-color no-color-moved no-ext-diff
    no-indent-heuristic no-patch no-prefix no-relative no-rename-empty no-renames no-textconv numstat
    patch patch-with-raw patch-with-stat patience pickaxe-all pickaxe-regex quiet raw relative
    rename-empty reverse shortstat src-prefix= staged stat stat-count= stat-graph-width=
    stat-name-width= stat-width= summary text unified= word-diff word-diff-regex=
"""
_LOG_LETTERS = f"{_DIFF_LETTERS}EFgiL:n:Pq"
_LOG = f"""{_DIFF}
    abbrev-commit after= all all-match ancestry-path author= author-date-order basic-regexp before=
    boundary branches cherry cherry-mark cherry-pick children committer= date= date-order decorate
    decorate-refs= decorate-refs-exclude= dense encoding= exclude= extended-regexp first-parent
    fixed-strings follow format= full-history glob= graph grep= ignore-missing invert-grep left-only
    left-right log-size mailmap max-count= max-parents= merge merges min-parents= no-abbrev
    no-abbrev-commit no-decorate no-graph no-mailmap no-max-parents no-merges no-min-parents no-notes
    no-show-signature no-walk not notes oneline parents perl-regexp pretty reflog regexp-ignore-case
    relative-date remotes reverse right-only show-linear-break show-notes show-pulls
    simplify-by-decoration simplify-merges since= skip= source sparse tags topo-order until= use-mailmap
    walk-reflogs
"""
_LIST_LETTERS = "aivrq"
_LIST = """
    abbrev all color column contains= format= ignore-case list merged= no-abbrev no-color no-column
    no-contains= no-merged= omit-empty points-at= remotes show-current sort= verbose
"""

# A row of two words counts if the second is among the words of the command.
GIT = {
    "branch": program(_LIST_LETTERS, _LIST, most=0),
    "branch --list": program(_LIST_LETTERS, _LIST, "texts"),
    "check-ignore": program("nvq", "no-index non-matching quiet verbose"),
    "diff": program(_DIFF_LETTERS, _DIFF),
    "grep": program(
        "acEFGhHiIlLnopPqvWwzA:B:C:e:m:0123456789",
        """
        after-context= all-match and basic-regexp before-context= break cached color column context= count
        extended-regexp files-with-matches files-without-match fixed-strings full-name function-context
        heading ignore-case invert-match line-number max-count= max-depth= name-only no-color no-textconv
        not null or only-matching perl-regexp quiet show-function text threads= untracked word-regexp
        """,
        "pattern",
        given="-e",
    ),
    "log": program(_LOG_LETTERS, _LOG),
    "ls-files": program(
        "cdkmostuvzx:",
        """
        abbrev cached deduplicate deleted directory eol error-unmatch exclude= exclude-standard full-name
        ignored killed modified no-empty-directory others stage unmerged
        """,
    ),
    "ls-tree": program("drtlz", "abbrev full-name full-tree long name-only name-status null object-only"),
    "remote -v": program("v", most=0),
    "remote --verbose": program("", "verbose", most=0),
    "rev-parse": program(
        "q",
        """
        abbrev-ref absolute-git-dir all branches git-common-dir git-dir is-bare-repository is-inside-git-dir
        is-inside-work-tree is-shallow-repository quiet remotes short show-cdup show-prefix
        show-superproject-working-tree show-toplevel symbolic symbolic-full-name tags verify
        """,
    ),
    "show": program(_LOG_LETTERS, _LOG),
    "stash list": program("", "oneline", "texts", most=1),
    "status": program(
        "abflmnorsuvz",
        """
        ahead-behind branch column find-renames ignore-submodules ignored long no-ahead-behind no-column
        no-renames null porcelain renames short show-stash untracked-files verbose
        """,
    ),
    "tag --list": program("iln", _LIST, "texts"),
    "tag -l": program("iln", _LIST, "texts"),
}


def git_refusal(words: Sequence[Word], leads_out: Callable[[Word], str], *, vouched: int = 0) -> str | None:
    """Why a git command may do more than read; empty if it does not, None if its subcommand always may.

    Args:
        words: The words from `git` on.
        leads_out: Why a word leads out of the workspace, or "".
        vouched: How many of the first words a rule names; nothing is held against those.
    """
    start = 1
    while start < len(words) and words[start].text == "--no-pager":
        start += 1
    if start == len(words):
        return None
    command = words[start].text
    texts = [word.text for word in words[start + 1 :]]
    options = takewhile(lambda text: text != "--", texts)
    if command == "--version" and not texts:
        return ""
    if command.startswith("-") and start >= vouched:
        return f"git {shown(command)} changes how git works"
    rows = (f"{command} {option}" for option in options)
    allowed = next((GIT[row] for row in rows if row in GIT), GIT.get(command))
    if allowed is None:
        return None
    if any("%G" in text for text in texts):
        return "%G has a program check signatures"
    return refusal(allowed, words[start + 1 :], leads_out, vouched=vouched - start - 1)
