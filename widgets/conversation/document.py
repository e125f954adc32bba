"""A markdown text that grows at its end: parts, of which only the last ones are ever laid out again."""

from __future__ import annotations

import re
from dataclasses import replace

from widgets.conversation.cuts import Cut, Outline, Start
from widgets.conversation.fence import Fence
from widgets.conversation.markdown_part import MarkdownPart
from widgets.conversation.outline import outline
from widgets.conversation.table import Columns

PIECE = 4096
"""Characters after which a paragraph goes on in another part: what is laid out again stays small."""
STEP = 1024
"""That is decided at multiples of this in the whole text, so that it is the same for any split."""

_BLANK = " \t\n>"
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_LINE = re.compile(r"(\n[\s>]*)(?=[^\W\d_])")
_SENTENCE = re.compile(r"[.!?:;][\"')\]]?([\s>]+)(?=[^\W\d_])")
_WORD = re.compile(r"([\s>]+)(?=[^\W\d_])")


class Document:
    """Markdown text as parts, the same for any split of the text.

    Appending parses again from the start of the last part that further text could change. A boundary between
    parts is final when two complete lines follow it: the first decides most of markdown, the second tables.

    Args:
        gap: Blank rows above the first part.
    """

    def __init__(self, gap: int = 0) -> None:
        self.parts: list[MarkdownPart] = []
        self._size = 0
        self._blanks = ""  # before the first part, as far as they are no longer in the tail
        self._tail = ""  # the source from the first part that is not final
        self._start = Start(gap=gap)  # of the tail
        self._final = 0  # number of final parts

    @property
    def source(self) -> str:
        """The whole text."""
        return self._blanks + "".join(part.source for part in self.parts[: self._final]) + self._tail

    def append(self, text: str) -> int:
        """Add safe text; returns the index of the first part that changed."""
        first, start = len(self.parts), 0
        while start < len(text):
            stop = self._checkpoint(text, start)
            try:
                first = min(first, self._final)
                self._add(text[start:stop])
            except Exception:
                self._tail += text[stop:]  # the source stays whole for whoever shows it plain
                raise
            start = stop
        return first

    def close(self) -> int:
        """No more text will come; returns the index of the first part that changed."""
        if self.parts and (fence := self.parts[-1].fence) is not None:
            fence.complete()
        return max(len(self.parts) - 1, 0)

    def _checkpoint(self, text: str, start: int) -> int:
        """The next multiple of STEP in the whole text where a long block is possible."""
        stop = start + STEP - self._size % STEP
        while stop < len(text):
            begin = stop - PIECE
            recent = text[begin:stop] if begin >= start else self._tail[begin - start :] + text[start:stop]
            if len(recent) == PIECE and (_BLANK_LINE.search(recent) is None or not recent.strip(_BLANK)):
                break
            stop += STEP
        return stop

    def _add(self, text: str) -> None:
        self._size += len(text)
        self._tail += text
        found = self._parse()
        if self._size % STEP == 0:
            self._split_long(found)

    def _parse(self) -> Outline:
        """Make the parts of the tail anew."""
        tail = self._tail
        newlines = [match.start() for match in re.finditer("\n", tail)]
        found = outline(tail, self._start)
        cuts = found.cuts
        starts = [newlines[cut.line - 1] + 1 if cut.line else 0 for cut in cuts]
        old = self.parts[self._final :]
        del self.parts[self._final :]
        settled = 0
        for index, cut in enumerate(cuts):
            end = starts[index + 1] if index + 1 < len(cuts) else len(tail)
            source = tail[starts[index] if index else 0 : end]
            part = MarkdownPart(source, cut.kind, self._start_of(cut, starts[index]))
            before = old[index] if index < len(old) else None
            if before and before.key() == part.key():
                before.source, part = source, before
            elif before and before.start == part.start and before.kind == part.kind:
                part.fence = before.fence  # and its colours
            self._join(part, cut)
            self.parts.append(part)
            if index + 1 < len(cuts) and len(newlines) >= cuts[index + 1].line + 2:
                settled = index + 1
        if settled:
            self._cut_tail(settled, starts[settled], cuts[settled].start)
        return found

    def _start_of(self, cut: Cut, position: int) -> Start:
        """How a part begins. The rest of a paragraph may have turned out to be something else."""
        start = cut.start
        if not start.continues or cut.kind in ("fence", "tr_open"):
            return start
        if cut.kind == "paragraph_open" and self._tail.count("\n", 0, position) < 2:
            return start
        return replace(start, gap=1, joint=None, continues=False)

    def _join(self, part: MarkdownPart, cut: Cut) -> None:
        """Let a part share what it has in common with the other parts of its table or fence."""
        last = self.parts[-1] if self.parts else None
        above = last if part.start.continues else None
        match part.kind:
            case "table_open" | "tr_open":
                part.columns = (above and above.columns) or Columns()
                part.reach = part.columns.add(cut.rows, above.reach if above else ())
            case "fence":
                part.fence = (above and above.fence) or part.fence or Fence()
                part.fence.add(part, cut.language)
        if last and last.fence and last.fence is not part.fence:
            last.fence.complete()

    def _cut_tail(self, parts: int, position: int, start: Start) -> None:
        """So many parts of the tail are final: it now begins at `position`."""
        self._final += parts
        self._tail, self._start = self._tail[position:], start

    def _split_long(self, found: Outline) -> None:
        """Where the text ends in a long block, go on with another part."""
        while self._final < len(self.parts):
            part = self.parts[-1]
            if len(part.source) < PIECE:
                return
            if not found.in_fence and not part.source[-PIECE:].strip(_BLANK):
                self._cut_tail(len(self.parts) - self._final, len(self._tail), found.after)
                return
            if part.kind == "paragraph_open":
                if _BLANK_LINE.search(part.source):
                    return
                end, joint = _piece_end(part.source)
            elif "\n" in part.source[-PIECE:]:
                return
            else:
                end, joint = part.source.rfind("\n") + 1 + PIECE, ""
            position = len(self._tail) - len(part.source) + end
            part.source = part.source[:end]
            part.forget()
            self._cut_tail(len(self.parts) - self._final, position, replace(found.within, joint=joint))
            found = self._parse()
        if len(self._tail) >= PIECE and not self._tail.strip():
            self._set_aside()

    def _set_aside(self) -> None:
        """Take blank lines out of the tail."""
        if self.parts:
            self.parts[-1].source += self._tail
        else:
            self._blanks += self._tail
        self._tail = ""


def _piece_end(source: str) -> tuple[int, str | None]:
    """Where the next piece begins, and what it cuts through. A letter can begin nothing but a paragraph."""
    for pattern in (_LINE, _SENTENCE, _WORD):
        if found := list(pattern.finditer(source, PIECE // 2, PIECE)):
            blank = found[-1][1]
            return found[-1].end(), None if "\n" in blank else blank
    return PIECE, ""
