"""Programs that run unasked: with the options of these tables they only read, and only in the workspace."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.approval.folders import cd_target
from app.approval.git_reads import git_refusal
from app.approval.names import names
from app.approval.options import Program, program, refusal
from app.approval.shell.words import Word

_DIGITS = "0123456789"

PROGRAMS: dict[str, Program] = {
    **dict.fromkeys(["echo", "true", "false"], program(operands="anything", globs=True)),
    "basename": program("as:z", "multiple suffix= zero", "texts", globs=True),
    "cat": program(
        "AbeEnstTuv",
        "number number-nonblank show-all show-ends show-tabs show-nonprinting squeeze-blank",
        globs=True,
    ),
    "cmp": program("bln:s", "print-bytes verbose bytes= quiet silent"),
    "comm": program("123z", "check-order nocheck-order total zero-terminated"),
    "cut": program(
        "b:c:d:f:nsz",
        "bytes= characters= delimiter= fields= complement only-delimited output-delimiter= zero-terminated",
    ),
    "diff": program(
        f"abBcC:deEF:iI:nNpqrstTuU:wW:x:yZ{_DIGITS}",
        """
        brief report-identical-files context unified ed rcs side-by-side width= left-column
        suppress-common-lines show-c-function show-function-line= label= expand-tabs initial-tab tabsize=
        recursive no-dereference new-file unidirectional-new-file exclude= ignore-case ignore-tab-expansion
        ignore-trailing-space ignore-space-change ignore-all-space ignore-blank-lines ignore-matching-lines=
        text strip-trailing-cr minimal color
        """,
    ),
    "dirname": program("z", "zero", "texts", globs=True),
    "du": program(
        "0aB:bcd:hklmPsSt:x",
        """
        all apparent-size block-size= bytes count-links exclude= human-readable inodes max-depth=
        no-dereference null one-file-system separate-dirs si summarize threshold= total
        """,
    ),
    "file": program(
        "0biIhkNnr",
        "brief mime mime-type mime-encoding keep-going no-buffer no-dereference no-pad print0 raw extension",
    ),
    "grep": program(
        f"abcEFGhHiIlLnoPqrsTUvwxyzZA:B:C:d:D:e:m:{_DIGITS}",
        """
        after-context= basic-regexp before-context= binary binary-files= byte-offset color colour context=
        count devices= directories= exclude= exclude-dir= extended-regexp files-with-matches
        files-without-match fixed-strings ignore-case include= initial-tab invert-match label= line-buffered
        line-number line-regexp max-count= no-filename no-ignore-case no-messages null null-data
        only-matching perl-regexp quiet recursive regexp= silent text with-filename word-regexp
        """,
        "pattern",
        given="-e --regexp",
    ),
    "head": program(f"c:n:qvz{_DIGITS}", "bytes= lines= quiet silent verbose zero-terminated", globs=True),
    "id": program("agGnruzZ", "context group groups name real user zero", "texts"),
    "ls": program(
        "1aAbBcCdDfFgGhiI:klmnNopqQrRsStT:uUvw:xXZ",
        """
        all almost-all author block-size= classify color context directory dired escape file-type format=
        full-time group-directories-first hide= hide-control-chars human-readable hyperlink ignore=
        ignore-backups indicator-style= inode kibibytes literal no-group numeric-uid-gid quote-name
        quoting-style= recursive reverse show-control-chars si size sort= tabsize= time= time-style= width=
        zero
        """,
        globs=True,
    ),
    "nl": program(
        "b:d:f:h:i:l:n:ps:v:w:",
        "body-numbering= footer-numbering= header-numbering= number-format= number-separator= number-width=",
        globs=True,
    ),
    "pwd": program("LP", "logical physical", most=0),
    "rev": program("", "zero", globs=True),
    "rg": program(
        "0abcFHhiIlnNopPqsSuUvVwx.A:B:C:d:e:E:g:j:m:M:r:t:T:",
        """
        after-context= before-context= byte-offset case-sensitive color= colors= column context=
        context-separator= count count-matches crlf encoding= engine= field-context-separator=
        field-match-separator= files files-with-matches files-without-match fixed-strings glob=
        glob-case-insensitive heading hidden iglob= ignore-case include-zero invert-match json line-buffered
        line-number line-regexp max-columns= max-columns-preview max-count= max-depth= max-filesize=
        multiline multiline-dotall no-column no-config no-filename no-heading no-ignore no-ignore-dot
        no-ignore-global no-ignore-parent no-ignore-vcs no-line-number no-messages no-mmap no-unicode null
        null-data one-file-system only-matching passthru pcre2 pretty quiet regexp= replace= smart-case
        sort= sortr= stats stop-on-nonmatch text threads= trim type= type-list type-not= unrestricted
        version vimgrep with-filename word-regexp
        """,
        "pattern",
        given="-e --regexp --files --type-list",
    ),
    "seq": program("f:s:w", "equal-width format= separator=", "texts"),
    "sort": program(
        "bcCdfghik:MmnrRsS:t:uVz",
        """
        buffer-size= check debug dictionary-order field-separator= general-numeric-sort human-numeric-sort
        ignore-case ignore-leading-blanks ignore-nonprinting key= merge month-sort numeric-sort parallel=
        random-sort reverse sort= stable unique version-sort zero-terminated
        """,
    ),
    "stat": program("c:fLt", "cached= dereference file-system format= printf= terse", globs=True),
    "tac": program("brs:", "before regex separator=", globs=True),
    "tail": program(f"c:n:qvz{_DIGITS}", "bytes= lines= quiet silent verbose zero-terminated"),
    "tr": program("cCdst", "complement delete squeeze-repeats truncate-set1", "texts"),
    "uname": program(
        "amnoprsv",
        """
        all hardware-platform kernel-name kernel-release kernel-version machine nodename operating-system
        processor
        """,
        "texts",
    ),
    "uniq": program(
        "cdDf:is:uw:z",
        """
        all-repeated check-chars= count group ignore-case repeated skip-chars= skip-fields= unique
        zero-terminated
        """,
        most=1,
    ),
    "wc": program("clLmw", "bytes chars lines max-line-length total= words"),
    "which": program("as", "all", "texts"),
    "whoami": program(operands="texts"),
}
PROGRAMS["find"] = Program(
    names("""
        -P -a -and -cnewer -anewer -newer -daystart -depth -empty -executable -false -ls -mount -noleaf
        -nogroup -not -nouser -o -or -print -print0 -prune -quit -readable -true -writable -xdev
    """),
    names("""
        -amin -atime -cmin -ctime -fstype -gid -group -ilname -iname -inum -ipath -iregex -iwholename -links
        -lname -maxdepth -mindepth -mmin -mtime -name -path -perm -printf -regex -regextype -size -type -uid
        -user -wholename -xtype
    """),
    exact=True,
)

_LINES = r"(?:\d+|\$)(?:,(?:\d+|\$))?p"
_SED_SCRIPT = re.compile(rf"{_LINES}(?:;{_LINES})*")


def only_reads(words: Sequence[Word], leads_out: Callable[[Word], str], *, vouched: int = 0) -> str | None:
    """Why a command may do more than read what is in the workspace; empty if it does not.

    Args:
        words: The program and what it is given.
        leads_out: Why a word leads out of the workspace, or "".
        vouched: How many of the first words a rule names; nothing is held against those.

    Returns:
        None if the program is none of those that are known to only read.
    """
    name, arguments = words[0].text, words[1:]
    match name:
        case "git":
            return git_refusal(words, leads_out, vouched=vouched)
        case "sed":
            return _sed(arguments, leads_out)
        case "cd":
            return _cd(words, leads_out)
        case _ if allowed := PROGRAMS.get(name):
            return refusal(allowed, arguments, leads_out, vouched=vouched - 1)
        case _:
            return None


def _cd(words: Sequence[Word], leads_out: Callable[[Word], str]) -> str:
    target = cd_target(tuple(word.text for word in words))
    if not target or words[-1].globs:
        return "where it leads is not clear"
    return leads_out(words[-1])


def _sed(words: Sequence[Word], leads_out: Callable[[Word], str]) -> str | None:
    """Only `sed -n 1,5p file` is let through; every other script is more than this table can tell."""
    match words:
        case [option, script, *files] if option.text == "-n" and _SED_SCRIPT.fullmatch(script.text):
            return refusal(program(), files, leads_out)
        case _:
            return None
