"""The regular expressions that a search takes; one meaning, whichever program matches them.

The syntaxes of ripgrep and Python differ where people and models trip: in a `{` by itself, in `[[:alpha:]]`,
in `\\<`, in what `\\s` is, in bytes that are no text, before a line end of Windows. So an expression is read
here, and written anew in what both take alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.workspace.errors import SearchError

_LONGEST = 2000

_CODE = r"x\{[0-9A-Fa-f]{1,6}\}|x[0-9A-Fa-f]{2}|u\{[0-9A-Fa-f]{1,6}\}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}"
_PROPERTY = r"\\[pP](?:\{\^?[\w=:\ -]+\}|[A-Za-z])"
_TOKEN = re.compile(
    rf"""
      (?P<property>{_PROPERTY})
    | (?P<kind>\\[dDsSwW] | \.)
    | (?P<border>\\[bBAzZ<>] | [\^$])
    | (?P<reference>\\[1-9]\d? | \(\?P=\w+\))
    | (?P<class>\[ \^? \]? (?:\[:\^?\w+:\] | \\. | [^\]\\])* \])
    | (?P<flags>\(\?[imsu]+\))
    | (?P<open>\((?:\?(?:[imsu]*(?:-[imsu]+)?: | P?<[A-Za-z_]\w*> | <?[=!] | >) | (?!\?)))
    | (?P<close>\))
    | (?P<or>\|)
    | (?P<repeat>(?:[*+?] | \{{\d+(?:,\d*)?\}} | \{{,\d+\}}) \??)
    | (?P<letter>\\(?:{_CODE}|.) | [^\\\[(])
    """,
    re.VERBOSE | re.DOTALL,
)
_MEMBER = re.compile(
    rf"""
      \[:(?P<named>\^?\w+):\]
    | (?P<property>{_PROPERTY})
    | (?P<kind>\\[dDsSwW])
    | (?P<first>\\(?:{_CODE}|.) | [^\\]) (?:-(?P<last>\\(?:{_CODE}|[^dDsSwWpP]) | [^\\]))?
    """,
    re.VERBOSE | re.DOTALL,
)
_INCOMPLETE = {
    "[": "unclosed class: a [ without its ]; for the letter itself write \\[",
    "(": "(? begins no group that is known here; for the letters themselves write \\(\\?",
    "\\": "a \\ at the end",
}

_SPACE = r"\t\x0b\x0c\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_KINDS = {
    r"\d": r"[\d]", r"\s": f"[{_SPACE}]", r"\w": r"[\w]",
    r"\D": r"[^\d\r\n]", r"\S": rf"[^{_SPACE}\r\n]", r"\W": r"[^\w\r\n]", ".": r"[^\r\n]",
}  # fmt: skip
_BORDERS = {
    "^": "^", r"\A": "^", "$": r"\r?$", r"\z": r"\r?$", r"\Z": r"\r?$",
    r"\b": r"\b", r"\B": r"(?!\b)", r"\<": r"\b", r"\>": r"\b",
}  # fmt: skip
_NAMED = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "blank": r"\t\x20", "cntrl": r"\x00-\t\x0b\x0c\x0e-\x1f\x7f",
    "digit": "0-9", "graph": r"\x21-\x7e", "lower": "a-z", "print": r"\x20-\x7e",
    "punct": r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e", "space": r"\t\x0b\x0c\x20", "upper": "A-Z",
    "word": r"0-9A-Za-z\x5f", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_CONTROLS = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
# Without line ends, of which no line has one, and without what Python makes of bytes that are no text.
_LETTERS = ((0x00, 0x09), (0x0B, 0x0C), (0x0E, 0xD7FF), (0xE000, 0x10FFFF))
_NO_TEXT = r"\udc80-\udcff"
# What is written anew has these nowhere else: letters such as ( and \ are written as their codes.
_PYTHON_ONLY = re.compile(r"\(\?(?:<?[=!]|>|P=)|\\[1-9]")
_RIPGREP_ONLY = re.compile(r"\\[pP]")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression to be searched for in many lines at once.

    Args:
        ripgrep: For ripgrep; None if it has not what is wanted.
        python: For Python, with `re.MULTILINE`; None if it has not what is wanted.
    """

    ripgrep: str | None
    python: str | None


def read_pattern(text: str) -> Pattern:
    """Read a regular expression.

    Raises:
        SearchError: It is none, or fits nothing within a line.
    """
    if len(text) > _LONGEST:
        raise SearchError(f"the pattern is longer than {_LONGEST:,} characters; give a shorter one")
    written = ""
    place = depth = 0
    repeatable = False
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            raise _refusal(_INCOMPLETE[text[place]])
        kind, found = token.lastgroup, token[0]
        if kind == "repeat" and not repeatable:
            raise _refusal(f"nothing to repeat before {found}; for the letter itself write \\{found[0]}")
        if kind == "flags" and place:
            raise _refusal(f"{found} may stand at the beginning only; for a part of it write (?i:part)")
        depth += (kind == "open") - (kind == "close")
        if depth < 0:
            raise _refusal("unopened group: a ) without its (; for the letter itself write \\)")
        repeatable = kind not in ("repeat", "border", "open", "or", "flags")
        written += _written(kind, found)
        place = token.end()
    if depth:
        raise _refusal("unclosed group: a ( without its ); for the letter itself write \\(")
    in_ripgrep, in_python = not _PYTHON_ONLY.search(written), not _RIPGREP_ONLY.search(written)
    if not in_ripgrep and not in_python:
        raise _refusal("\\p cannot be used together with look-around, references or (?>")
    return Pattern(
        # A match takes the rest of its line: ripgrep tells of each, and one line may hold millions.
        ripgrep=rf"(?:{written})(?-u:[^\n])*" if in_ripgrep else None,
        python=written.replace("[^", f"[^{_NO_TEXT}") if in_python else None,
    )


def _written(kind: str | None, found: str) -> str:
    match kind:
        case "kind":
            return _KINDS[found]
        case "border":
            return _BORDERS[found]
        case "class":
            return _class(found)
        case "letter":
            letter = _letter(found)
            if letter in "\r\n":
                raise _refusal(f"a match lies within one line, so it cannot hold {found!r}")
            return _code(letter)
        case "reference":
            return f"(?:{found})"  # a digit may follow
        case "repeat":
            return found.replace("{,", "{0,")
        case "flags":
            return "(?i)" if "i" in found else ""
        case "open" if found.endswith(":"):
            on, _, off = found.partition("-")
            return "(?i:" if "i" in on else "(?-i:" if "i" in off else "(?:"
        case "open" if found.endswith(">") and found != "(?>":
            return f"(?P<{found.partition('<')[2]}"
        case _:
            return found


def _class(text: str) -> str:
    """What stands in for `[...]`; line ends are left out, as no line has one."""
    negated = text.startswith("[^")
    inside, beside = "", []
    for member in _MEMBER.finditer(text, 1 + negated, len(text) - 1):
        match member.lastgroup, member[0]:
            case "named", name:
                if member["named"] not in _NAMED:
                    raise _refusal(f"there is no class {name}")
                inside += _NAMED[member["named"]]
            case "kind", kind if not negated and kind.isupper():
                beside.append(_KINDS[kind])
            case "kind", kind:
                inside += _SPACE if kind == r"\s" else kind
            case "property", name:
                inside += name
            case _:
                first = _letter(member["first"])
                last = _letter(member["last"]) if member["last"] else first
                if first > last:
                    raise _refusal(f"the range {member[0]} goes backwards")
                inside += "".join(_ranges(ord(first), ord(last)))
    if negated:
        return rf"[^{inside}\r\n]"
    if inside:
        beside.append(f"[{inside}]")
    if not beside:
        raise _refusal(f"a match lies within one line, so it cannot hold {text}")
    return beside[0] if len(beside) == 1 else f"(?:{'|'.join(beside)})"


def _ranges(first: int, last: int) -> Iterator[str]:
    for lowest, highest in _LETTERS:
        low, high = max(first, lowest), min(last, highest)
        if low <= high:
            yield _code(chr(low)) + (f"-{_code(chr(high))}" if low < high else "")


def _letter(text: str) -> str:
    """The letter that is meant by one, or by one with a `\\` before it."""
    name = text[1:]
    if not name:
        return text
    if len(name) > 1:
        code = int(name[1:].strip("{}"), 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise _refusal(f"{text} is no letter")
        return chr(code)
    if name in _CONTROLS:
        return _CONTROLS[name]
    if name.isalnum():
        raise _refusal(f"{text} has no meaning here; for the letter itself write {name}")
    return name


def _code(letter: str) -> str:
    """A letter as it is written in what both programs take, within a class and outside."""
    return letter if letter.isalnum() or not letter.isascii() else f"\\x{ord(letter):02x}"


def _refusal(why: str) -> SearchError:
    return SearchError(f"regex parse error: {why}")
