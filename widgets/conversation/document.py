"""A markdown text that grows at its end: parts, of which only the last ones are ever laid out again."""

from __future__ import annotations

import re

from widgets.conversation.markdown import Cut, split
from widgets.conversation.markdown_part import MarkdownPart

PIECE = 4096
"""Characters after which a paragraph goes on in another part: what is laid out again stays small."""

_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_SENTENCE = re.compile(r"[.!?:;][\"')\]]?(\s+)(?=[^\W\d_])")
_WORD = re.compile(r"(\s+)(?=[^\W\d_])")


class Document:
    """Markdown text as parts, the same for any split of the text.

    Appending parses again from the start of the last part that further text could change. A boundary between
    parts is final when two complete lines follow it: the first decides most of markdown, the second tables.

    Args:
        gap: Blank rows above the first part.
    """

    def __init__(self, gap: int = 0) -> None:
        self.parts: list[MarkdownPart] = []
        self._gap = gap
        self._size = 0
        self._tail = ""  # the source from the first part that is not final
        self._final = 0  # number of final parts
        self._ordinal: int | None = None  # of the first item in the tail
        self._tight = False  # the tail begins with an item right below another one
        self._continues = False  # the tail begins in the middle of a paragraph,
        self._joint: str | None = None  # after this
        self._closed = False

    @property
    def source(self) -> str:
        """The whole text."""
        return "".join(part.source for part in self.parts[: self._final]) + self._tail

    def append(self, text: str) -> int:
        """Add safe text; returns the index of the first part that changed."""
        first, start = len(self.parts), 0
        while start < len(text):
            stop = self._checkpoint(text, start)
            try:
                first = min(first, self._add(text[start:stop]))
                if self._size % PIECE == 0:
                    self._split_paragraphs()
            except Exception:
                self._tail += text[stop:]  # the source stays whole for whoever shows it plain
                raise
            start = stop
        return first

    def close(self) -> int:
        """No more text will come; returns the index of the first part that changed."""
        self._closed = True
        if self.parts:
            self.parts[-1].end()
        return max(len(self.parts) - 1, 0)

    def _checkpoint(self, text: str, start: int) -> int:
        """The next multiple of PIECE in the whole text where a long paragraph is possible."""
        stop = start + PIECE - self._size % PIECE
        while stop < len(text):
            begin = stop - PIECE
            recent = text[begin:stop] if begin >= start else self._tail[begin - start :] + text[start:stop]
            if len(recent) == PIECE and _BLANK_LINE.search(recent) is None:
                break
            stop += PIECE
        return stop

    def _add(self, text: str) -> int:
        self._size += len(text)
        self._tail += text
        if self.parts and (last := self.parts[-1]).growing and not last.may_close(text):
            last.source += text
            return len(self.parts) - 1
        return self._parse()

    def _parse(self) -> int:
        """Make the parts of the tail anew; returns the index of the first of them."""
        first, tail = self._final, self._tail
        newlines = [match.start() for match in re.finditer("\n", tail)]
        cuts = split(tail, self._ordinal)
        starts = [newlines[cut.line - 1] + 1 if cut.line else 0 for cut in cuts]
        old = self.parts[first:]
        del self.parts[first:]
        settled = 0
        for index, cut in enumerate(cuts):
            end = starts[index + 1] if index + 1 < len(cuts) else len(tail)
            part = self._part(cut, tail[starts[index] if index else 0 : end], starts[index])
            if index < len(old) and old[index].key() == part.key() and not old[index].growing:
                old[index].source = part.source
                part = old[index]
            self.parts.append(part)
            if index + 1 < len(cuts) and len(newlines) >= cuts[index + 1].line + 2:
                settled = index + 1
        if settled:
            cut = cuts[settled]
            self._cut_tail(settled, starts[settled])
            self._ordinal, self._tight = cut.ordinal, cut.kind == "list_item_open" and cut.tight
        if self._final == len(self.parts) - 1 and not self._closed:
            self.parts[-1].grow()
        return first

    def _part(self, cut: Cut, source: str, start: int) -> MarkdownPart:
        leads = len(self.parts) == self._final
        goes_on = leads and self._continues and self._tail.count("\n", 0, start) < 2
        if goes_on and cut.kind == "paragraph_open":
            return MarkdownPart(source, cut.kind, gap=0, joint=self._joint)
        tight = cut.tight or (leads and self._tight and cut.kind == "list_item_open")
        gap = 0 if tight else 1
        return MarkdownPart(source, cut.kind, cut.ordinal, gap if self.parts else self._gap)

    def _cut_tail(self, parts: int, start: int) -> None:
        """So many parts of the tail are final: it now begins at `start`."""
        self._final += parts
        self._tail = self._tail[start:]
        self._ordinal, self._tight, self._continues, self._joint = None, False, False, None

    def _split_paragraphs(self) -> None:
        """End a long paragraph at the end of the text where a sentence does, and go on with another part."""
        while self._final < len(self.parts):
            part = self.parts[-1]
            if part.kind != "paragraph_open" or len(part.source) < PIECE or _BLANK_LINE.search(part.source):
                return
            end, joint = _piece_end(part.source)
            self.parts[-1] = MarkdownPart(part.source[:end], part.kind, gap=part.gap, joint=part.joint)
            self._cut_tail(len(self.parts) - self._final, len(self._tail) - len(part.source) + end)
            self._continues, self._joint = True, joint
            self._parse()


def _piece_end(source: str) -> tuple[int, str | None]:
    """Where the next piece begins, and what it cuts through. A letter can begin nothing but a paragraph."""
    for pattern in (_SENTENCE, _WORD):
        if found := list(pattern.finditer(source, PIECE // 2, PIECE)):
            blank = found[-1][1]
            return found[-1].end(), None if "\n" in blank else blank
    return PIECE, ""
