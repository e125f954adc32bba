"""Where the parts of a markdown text begin, and what each of them needs to be read on its own."""

from __future__ import annotations

from dataclasses import dataclass, field

CODE_ROWS, CODE_SIZE = 32, 2048
"""Lines and characters of code after which a part ends."""


@dataclass(frozen=True, slots=True)
class Start:
    """How a part begins, as far as its own source does not tell.

    Args:
        context: Source that opens again the list items, and the table or fence, that the part begins in:
            whole lines, then what stands at the left of its first line if that was cut.
        numbers: Of the items in the context; None for a bullet.
        level: How deep its first block is nested.
        gap: Blank rows above.
        joint: What stood between it and the part above, if a line was cut.
        continues: It goes on with the block of the part above.
        code_line: The number of its first line within a fence.
    """

    context: str = ""
    numbers: tuple[int | None, ...] = ()
    level: int = 0
    gap: int = 1
    joint: str | None = None
    continues: bool = False
    code_line: int = 0


@dataclass(slots=True)
class Cut:
    """Where a part begins: a block or a piece of one, with the quotes and items that open in its first line.

    Args:
        line: Of the source, where it begins.
        start: How it begins.
        kind: The type of the block; `tr_open` for a row of a table, empty for an item without content.
        language: Of a fence.
        rows: The cells of rows of a table.
    """

    line: int
    start: Start
    kind: str = ""
    language: str = ""
    rows: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outline:
    """The structure of a text.

    Args:
        cuts: Where its parts begin.
        within: How a text begins that goes on inside of the last block.
        after: How a text begins that follows the last block.
        in_fence: The last block is a fence that is still open.
    """

    cuts: list[Cut]
    within: Start
    after: Start
    in_fence: bool
