from __future__ import annotations

from collections.abc import Callable

import pytest

from widgets.conversation.assistant import AssistantMessage
from widgets.conversation.block import Block
from widgets.conversation.column import Column
from widgets.conversation.cuts import Start
from widgets.conversation.messages import Thinking, UserMessage
from widgets.conversation.part import Part
from widgets.conversation.tool_call import ToolCallLine


class Broken(Block):
    """A block with a mistake in its layout."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def copy(self) -> str:
        return self.text

    def guess(self, width: int) -> int:
        return 1

    def parts(self) -> list[Part]:
        raise LookupError(self.text)


def column(*blocks: Block, width: int = 42) -> Column:
    made = Column(lambda part: None)
    made.resize(width)
    made.extend(blocks)
    return made


def texts(made: Column) -> list[str]:
    made.settle(0, 0, 10_000)
    return [made.row(y).line.text for y in range(made.total)]


def test_rows_of_all_blocks_follow_each_other() -> None:
    made = column(UserMessage("hi"), AssistantMessage("one\n\ntwo"), ToolCallLine("bash", "ls"))
    assert texts(made) == ["", "hi", "", "one", "", "two", "bash   ls"]
    leading = [y for y in range(made.total) if made.row(y).leads]
    assert leading == [1, 3, 6]
    assert made.row(made.total).block is None


def test_only_what_is_looked_at_is_laid_out(answer: Callable[[int, int], str]) -> None:
    messages = [AssistantMessage(answer(3000, seed)) for seed in range(50)]
    made = column(*messages)
    made.settle(0, 0, 20)
    assert messages[0].stack.parts
    assert not messages[-1].stack.parts
    assert sum(part.lines is not None for part in messages[0].stack.parts) < len(messages[0].stack.parts)


def test_a_wrong_guess_above_the_screen_moves_the_rows_on_it_by_what_is_reported(
    answer: Callable[[int, int], str],
) -> None:
    made = column(*(AssistantMessage(answer(2000, seed)) for seed in range(30)))
    top = made.total - 50
    made.settle(top, top, top + 20)
    while top > 100:
        before = [made.row(y).line for y in range(top, top + 20)]
        moved = made.settle(top - 100, top, top + 20)
        top += moved
        assert [made.row(y).line for y in range(top, top + 20)] == before
        top -= 100
        top += made.settle(top, top, top + 20)


def test_a_block_above_that_changes_moves_the_rows_below_it() -> None:
    thinking = Thinking("a\nb\nc", seconds=1)
    made = column(thinking, UserMessage("below"))
    texts(made)
    thinking.toggle()
    assert made.update(0, top=2) == 3
    thinking.toggle()
    assert made.update(0, top=5) == -3
    assert made.update(1, top=2) == 0


def test_a_block_that_fails_to_lay_out_shows_its_plain_text() -> None:
    broken = Broken("its **words**")
    made = column(UserMessage("before"), broken, UserMessage("after"), width=80)
    head = "shown as it came: LookupError in its layout"
    assert texts(made) == ["", "before", "", head, "its **words**", "", "after"]


def test_a_failed_block_goes_on_showing_text_that_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(source: str, start: Start) -> None:
        raise RecursionError

    message = AssistantMessage(streaming=True)
    made = column(message)
    message.append("fine\n\n")
    made.update(message.index, 0)
    assert texts(made) == ["", "fine"]
    monkeypatch.setattr("widgets.conversation.document.outline", fail)
    message.append("then [/] broken")
    made.update(message.index, 0)
    message.append(" and on")
    made.update(message.index, 0)
    assert texts(made) == ["", *[texts(made)[1]], "fine", "", "then [/] broken and on"]
    assert "RecursionError" in texts(made)[1]
    assert message.copy() == "fine\n\nthen [/] broken and on"


def test_parts_of_blocks_not_looked_at_for_long_are_dropped() -> None:
    blocks = [UserMessage(f"number {number}") for number in range(Column.KEEP + 50)]
    made = column(*blocks)
    texts(made)
    made.trim()
    kept = [block for block in blocks if block.stack.parts]
    assert kept == blocks[50:]
    assert made.row(1).line.text == "number 0"


def test_parts_that_were_dropped_are_there_again_for_who_asks_for_them() -> None:
    message = AssistantMessage("one\n\ntwo\n\nthree")
    made = column(message)
    texts(made)
    message.release()
    assert [row.line.text for row in made.part_rows(0, 1)] == ["", "two"]
    assert made.part_rows(0, 3) == []


def test_cleared_it_is_empty_and_its_blocks_are_free() -> None:
    block = UserMessage("hi")
    made = column(block)
    made.clear()
    assert (made.total, block.index) == (0, -1)
    made.extend([block])
    assert texts(made) == ["", "hi"]
