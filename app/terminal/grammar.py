"""The one grammar of what may not reach a terminal: control sequences, control and invisible characters.

No sequence goes on past the end of its line, so each line can be read on its own, and a stray byte
cannot hide the lines below it. Every pattern takes linear time.
"""

from __future__ import annotations

import re

_BIDI = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"
# Tags and variation selectors that can spell hidden text, annotations, and letters drawn as a blank.
_INVISIBLE = r"\U000e0000-\U000e0fff\ufff9-\ufffb\u115f\u1160\u3164\uffa0"
_SUSPECT = rf"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{_BIDI}{_INVISIBLE}]"
_MARK = (
    r"[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
    r"\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)

SUSPECT = re.compile(_SUSPECT)
"""The first character of anything that is taken out."""

# One set for the first character lets the search skip clean text at full speed.
UNSAFE = re.compile(
    rf"""{_SUSPECT}(?:
        (?:(?<=\x1b)\[|(?<=\x9b))                             # CSI: colours, cursor, modes, reports
            (?:(?P<style>[0-9;:]*)m|[0-?]*[ -/]*(?P<final>[@-~])?)
        |(?:(?<=\x1b)[PX\]^_k]|(?<=[\x90\x98\x9d\x9e\x9f]))   # DCS, SOS, OSC, PM, APC, title of GNU screen;
            [^\n\x07\x18\x1a\x1b\x9c]*(?P<terminator>[\x07\x18\x1a\x9c])?   # ESC ends it by starting another
        |(?<=\x1b)[ -/]*(?P<escape>[0-~])?
        |(?P<ending>(?<=\r)\r*\n?|(?<=[\u2028\u2029]))
        |(?P<surrogate>(?<=[\ud800-\udfff]))
        |)""",
    re.VERBOSE,
)
"""Everything that is taken out of text.

Groups: `style` holds the numbers of a colour sequence, the only kind that has a use; `final`, `terminator`
and `escape` tell that a sequence is complete; `ending` is another way to end a line; `surrogate` is half a
character.
"""

MARK_FLOOD = re.compile(rf"({_MARK}){_MARK}{{8,}}")
"""More marks on one letter than any language writes: they would paint over the lines above and below."""

LEADING_MARKS = re.compile(rf"\A{_MARK}+")
"""Marks whose letter is not in the same text."""

BLANK = re.compile(rf"[{_INVISIBLE}\u034f\u17b4\u17b5\u180b-\u180f\u2800\ufe00-\ufe0f]")
"""Letters and marks that count as printable, yet show nothing."""
