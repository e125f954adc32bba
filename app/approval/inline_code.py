"""Code given as a word of a command: programs of python, perl, node, awk, and scripts of sed."""

from __future__ import annotations

import re

from app.approval.places import Here, reaches, shown
from app.approval.shell.words import Word

_INTERPRETER = re.compile(
    r"(python|pypy|perl|ruby|php|lua|node|nodejs|deno|bun|tclsh|Rscript|ts-node|tsx)[\d.]*t?"
)
_AWK = frozenset({"awk", "gawk", "mawk", "nawk"})
_PLAIN = re.compile(r"[\w./:=@+,%^~-]*")
_STRING = re.compile(r"'([^'\n]*)'|\"([^\"\n]*)\"")
_ESCAPE = re.compile(r"\\[xuUN0-7]")
_NAMES = re.compile(
    r"\b(subprocess|system|popen\w*|spawn\w*|exec\w*|eval|compile|rmtree|remove\w*|unlink\w*|rmdir\w*|rm|rmSync|"
    r"rename\w*|symlink\w*|chdir|chmod|chown|kill\w*|home\w*|expanduser|expandvars|parents?|dirname|sep|environ|"
    r"getenv|__\w+__|import_module|importlib|getattr|socket|child_process|base64|b64decode|fromhex|decode|chr|"
    r"fromCharCode|pack|qx|fork|shutil|ctypes|pty|pip|runpy|glob)\b",
    re.IGNORECASE,
)
_AWK_REACHES = re.compile(r"\||\bgetline\b|@|\bsystem\b|\bENVIRON\b")
_SED_ADDRESS = r"(?:\d+|\$|/(?:\\.|[^/\\\n])*/I?)"
_SED_COMMAND = (
    rf"\s*+(?:{_SED_ADDRESS}(?:,[+~]?{_SED_ADDRESS})?)?\s*+!?\s*+"
    r"(?:[pdq=hHgGxnN]|s([/|\#,@:%!_])(?:\\.|(?!\1)[^\\\n])*\1(?:\\.|(?!\1)[^\\\n])*\1[gpIi0-9]*)\s*+"
)
_SED_SCRIPT = re.compile(rf"(?:{_SED_COMMAND}(?:;|\Z))+")
_SED_OPTION = re.compile(
    r"-[nErsuz]+|-[nErsuz]*i[\w.]*|--(?:quiet|silent|regexp-extended|in-place|null-data|debug)"
)
_SED_EXPRESSION = re.compile(r"-[nErsuz]*e|--expression")


def is_interpreter(name: str) -> bool:
    """Whether a program runs code of a language other than the shell's."""
    return _INTERPRETER.fullmatch(name) is not None


def interpreter(name: str, words: list[Word], here: Here) -> str:
    """Why the code among the words of an interpreter asks.

    Args:
        name: The program, without its folder.
        words: The words after it.
        here: Where it runs.
    """
    texts = [word.text for word in words]
    asks_version = len(texts) == 1 and (
        texts[0] in {"--version", "-V", "--help", "-h"} or (texts[0] == "-v" and not name.startswith("py"))
    )
    if not asks_version and all(text.startswith("-") for text in texts):
        return f"{name} runs what it is given to read"
    if name.startswith("py") and any(re.match(r"-[A-Za-z]*m", text) for text in texts):
        return f"{name} runs a module"
    if "/dev/stdin" in texts or "-" in texts[:1]:
        return f"{name} runs what it is given to read"
    reasons = (_code(name, text, here) for text in texts if not _PLAIN.fullmatch(text))
    return next((why for why in reasons if why), "")


def awk(words: list[Word], here: Here) -> str:
    """Why a program of awk asks: it may write files and start programs."""
    for word in words:
        if word.text == "inplace" or "$" in word.shape:
            return "the awk program writes files or is not known"
        if _PLAIN.fullmatch(word.text):
            if why := reaches(word, here):
                return why
        else:
            if _AWK_REACHES.search(word.text) or _prints_into(word.text):
                return "the awk program writes files or runs commands"
            if why := _code("awk", word.text, here):
                return why
    return ""


def _prints_into(program: str) -> bool:
    """Whether a print statement of awk has a redirect; elsewhere `>` compares."""
    statements = re.split(r"[;}\n]", program)
    return any(">" in statement.partition("print")[2] for statement in statements)


def is_awk(name: str) -> bool:
    """Whether a program is one of the awks."""
    return name in _AWK


def sed_files(words: list[Word]) -> list[Word] | None:
    """The words of a sed command that are no script; None if a script is more than plain editing.

    Args:
        words: The words after `sed`.
    """
    files: list[Word] = []
    scripts: list[Word] = []
    expression = explicit = False
    for word in words:
        if expression:
            scripts.append(word)
            expression = False
        elif _SED_EXPRESSION.fullmatch(word.text):
            expression = explicit = True
        elif word.text.startswith("-"):
            if not _SED_OPTION.fullmatch(word.text) and word.text not in {"--version", "--help"}:
                return None
        else:
            files.append(word)
    if not explicit and files:
        scripts.append(files.pop(0))
    if all("$" not in script.shape and _SED_SCRIPT.fullmatch(script.text) for script in scripts):
        return files
    return None


def _code(name: str, code: str, here: Here) -> str:
    """Why one piece of code asks."""
    if found := _NAMES.search(code):
        return f"the {name} code names {shown(found[0])}"
    if _ESCAPE.search(code):
        return f"the {name} code hides characters"
    for string in _STRING.finditer(code):
        text = string[1] or string[2] or ""
        # Strings are data: only what looks like a path counts.
        if text.startswith(("~", ".")) or "/" in text:
            home = "~ is outside of the workspace" if text.startswith("~") else ""
            if why := home or reaches(Word.quoted(text), here):
                return f"the {name} code names {why}"
    return ""
