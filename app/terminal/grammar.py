"""The one grammar of what may not reach a terminal: control sequences, control and invisible characters.

No sequence goes on past the end of its line, so each line can be read on its own, and a stray byte
cannot hide the lines below it.
"""

from __future__ import annotations

import re

_CSI = r"(?:\x1b\[|\x9b)"
_CSI_REST = r"[0-?]*[ -/]*"
# Strings: DCS, SOS, OSC, PM, APC, and the title of GNU screen. ESC ends one by starting the next sequence.
_STRING = r"(?:\x1b[PX\]^_k]|[\x90\x98\x9d\x9e\x9f])"
_STRING_REST = r"[^\n\x07\x18\x1a\x1b\x9c]*"

_BIDI = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"
# Tags and variation selectors that spell hidden text, annotations, and letters drawn as a blank.
_INVISIBLE = r"\U000e0000-\U000e0fff\ufff9-\ufffb\u115f\u1160\u3164\uffa0"
_CONTROL = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
_MARK = (
    r"[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
    r"\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)

UNSAFE = re.compile(
    rf"{_CSI}(?P<style>[0-9;:]*)m"
    rf"|{_CSI}{_CSI_REST}[@-~]?"
    rf"|{_STRING}{_STRING_REST}[\x07\x18\x1a\x9c]?"
    r"|\x1b[ -/]*[0-~]?"
    r"|(?P<ending>\r+\n|\r|[\u2028\u2029])"
    r"|(?P<surrogate>[\ud800-\udfff])"
    rf"|[{_CONTROL}{_BIDI}{_INVISIBLE}]"
)
"""Everything that is taken out of text; `style` holds the numbers of a colour sequence, the only one kept."""

SUSPECT = re.compile(rf"[{_CONTROL}{_BIDI}{_INVISIBLE}\u2028\u2029\ud800-\udfff]")
"""Finds the start of anything `UNSAFE` matches, in one fast pass over text that is nearly always clean."""

UNFINISHED = re.compile(
    rf"(?:{_CSI}{_CSI_REST}|(?P<string>{_STRING}){_STRING_REST}|\x1b[ -/]*|{_MARK}+)\Z",
)
"""What a later piece of the same text could still extend."""

MARK_FLOOD = re.compile(rf"({_MARK}){_MARK}{{8,}}")
"""More marks on one letter than any language writes: they would paint over the lines above and below."""

LEADING_MARKS = re.compile(rf"{_MARK}+")
