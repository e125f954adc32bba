"""Keys and pastes of a person, as the bytes that xterm sends for them."""

from __future__ import annotations

import re
import unicodedata

_SHIFT, _ALT, _CTRL = 1, 2, 4
_MODIFIERS = {"shift": _SHIFT, "alt": _ALT, "meta": _ALT, "ctrl": _CTRL}
_CURSOR = {"up": "A", "down": "B", "right": "C", "left": "D", "end": "F", "home": "H"}
_FUNCTION = {"f1": "P", "f2": "Q", "f3": "R", "f4": "S"}
_NUMBERED = {
    "insert": 2,
    "delete": 3,
    "pageup": 5,
    "pagedown": 6,
    "f5": 15,
    "f6": 17,
    "f7": 18,
    "f8": 19,
    "f9": 20,
    "f10": 21,
    "f11": 23,
    "f12": 24,
}
_SINGLE = {"enter": "\r", "tab": "\t", "escape": "\x1b", "backspace": "\x7f", "space": " "}
_RENAMED = {"at": "@", "backslash": "\\", "minus": "-", "plus": "+", "slash": "/", "underscore": "_"}
"""Characters that Textual calls by another name than Unicode."""
_CONTROL = {"@2": "\0", "[3": "\x1b", "\\4": "\x1c", "]5": "\x1d", "^6": "\x1e", "_7/-": "\x1f", "8?": "\x7f"}
"""What characters that are no letters send with ctrl."""
_START, _END = b"\x1b[200~", b"\x1b[201~"
_NOT_PASTED = re.compile(r"\x1b\[201~|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def key_bytes(key: str, character: str | None, *, application_cursor: bool = False) -> bytes:
    """What a key sends; nothing, if a terminal has nothing for it.

    Args:
        key: Its name as Textual gives it, such as `up`, `ctrl+c`, `alt+x` or `question_mark`.
        character: What it types, if that is known.
        application_cursor: The program has asked for the other form of the cursor keys.
    """
    *held, name = key.split("+") if key != "+" else [key]
    if not set(held) <= _MODIFIERS.keys():
        return b""
    modifiers = sum({_MODIFIERS[modifier] for modifier in held})
    if name[:1] == "f" and name[1:].isdecimal() and 13 <= int(name[1:]) <= 24:
        # What the second dozen of function keys is called is the first one, shifted.
        name, modifiers = f"f{int(name[1:]) - 12}", modifiers | _SHIFT
    code = f"1;{modifiers + 1}" if modifiers else ""
    if name in _CURSOR:
        introducer = "O" if application_cursor and not modifiers else "["
        sent = f"\x1b{introducer}{code}{_CURSOR[name]}"
    elif name in _FUNCTION:
        sent = f"\x1b[{code}{_FUNCTION[name]}" if modifiers else f"\x1bO{_FUNCTION[name]}"
    elif name in _NUMBERED:
        sent = f"\x1b[{_NUMBERED[name]}{code[1:]}~"
    elif name == "tab" and modifiers & _SHIFT:
        sent = "\x1b[Z"
    else:
        sent = _typed(name, character, modifiers)
        if sent and modifiers & _ALT:
            sent = "\x1b" + sent
    return sent.encode("utf-8", "replace")


def paste_bytes(text: str, *, bracketed: bool = False) -> bytes:
    """What a paste sends: text only, so that it can neither press a key nor end itself.

    Args:
        text: What is pasted.
        bracketed: The program has asked for pastes to be marked.
    """
    lines = _NOT_PASTED.sub("", text).replace("\r\n", "\r").replace("\n", "\r")
    data = lines.encode("utf-8", "replace")
    return _START + data + _END if bracketed else data


def _typed(name: str, character: str | None, modifiers: int) -> str:
    """What a key sends that is on the keyboard of a typewriter, without alt."""
    if not modifiers & _CTRL and character is not None and character.isprintable():
        return character
    if name in _SINGLE:
        if modifiers & _CTRL and name in ("backspace", "space"):
            return "\b" if name == "backspace" else "\0"
        return _SINGLE[name]
    letter = name if len(name) == 1 else _named(name)
    if modifiers & _CTRL:
        if letter.isascii() and letter.isalpha():
            return chr(ord(letter) & 0x1F)
        return next((sent for letters, sent in _CONTROL.items() if letter and letter in letters), letter)
    return letter.upper() if modifiers & _SHIFT else letter


def _named(name: str) -> str:
    """The character of a name; empty, if it is not that of one."""
    try:
        return _RENAMED.get(name) or unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return ""
