"""How a JSON file is written, and new values in the same hand."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from app.workspace.errors import EditError
from app.workspace.json_parse import STRING, Json
from app.workspace.splice import BYTE_ORDER_MARK

_LOOKED_AT = 2**17  # bytes at the top of a file tell its style
_OPENED_LINE = re.compile(rb"^([ \t]*+)[^\n]*[\[{]\s*\n([ \t]*)[^\s\]}]", re.MULTILINE)
_COLON = re.compile(
    rb'(?:[^"]|' + STRING + rb"(?![ \t]*:[ \t]*\S))*+" + STRING + rb"([ \t]*:[ \t]*)", re.DOTALL
)
_COMMA = re.compile(rb'(?:[^",]|' + STRING + rb"|,\s*\n)*+(,[ \t]*)", re.DOTALL)
_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u(?!00[0-7])")


@dataclass(frozen=True, slots=True)
class Style:
    """The hand a file is written in.

    Args:
        unit: What each level is indented by.
        newline: Ends a line.
        colon: Between a key and its value.
        comma: Between items on one line.
        escapes: Characters beyond ASCII are written as escapes.
    """

    unit: str
    newline: bytes
    colon: str
    comma: str
    escapes: bool

    def written(self, value: Json, indent: bytes | None) -> bytes:
        """A value as this file would have it.

        Args:
            value: Any JSON value.
            indent: Of the line it begins in; None to write it in one line.

        Raises:
            EditError: It cannot be written as JSON.
        """
        try:
            text = json.dumps(
                value,
                ensure_ascii=self.escapes,
                allow_nan=False,
                indent=None if indent is None else self.unit,
                separators=(self.comma if indent is None else ",", self.colon),
            )
            written = text.encode()
        except UnicodeEncodeError:
            raise EditError("value holds half a character (a lone surrogate); leave it out") from None
        except RecursionError:
            raise EditError("value is nested too deeply; set its parts one by one") from None
        except ValueError:
            raise EditError("value holds NaN or an infinity, which JSON does not have") from None
        return written.replace(b"\n", self.newline + (indent or b""))


def style_of(content: bytes) -> Style:
    """The style of a file, from its first lines."""
    top = content[:_LOOKED_AT]
    newline = b"\r\n" if top.partition(b"\n")[0].endswith(b"\r") else b"\n"
    unit = b"  "
    if opened := _OPENED_LINE.search(top):
        unit = opened[2].removeprefix(opened[1])
    colon = _COLON.match(top)
    comma = _COMMA.match(top)
    minified = colon is not None and colon[1] == b":"
    plain = content.removeprefix(BYTE_ORDER_MARK).isascii()
    return Style(
        unit=unit.decode(),
        newline=newline,
        colon=colon[1].decode() if colon else ": ",
        comma=comma[1].decode() if comma else "," if minified else ", ",
        escapes=plain and _ESCAPED.search(content) is not None,
    )


def line_indent(content: bytes, offset: int) -> bytes:
    """What the line an offset lies in is indented by."""
    start = content.rfind(b"\n", 0, offset) + 1
    line = content[start:offset]
    return line[: len(line) - len(line.lstrip(b" \t"))]


def without_blank_lines(space: bytes) -> bytes:
    """What stands between two items, with one line end where there are several."""
    first, *rest = space.split(b"\n")
    return b"\n".join([first, *(line for line in rest[:-1] if line.strip()), *rest[-1:]])
