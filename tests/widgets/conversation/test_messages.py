from __future__ import annotations

from widgets.conversation.block import Block
from widgets.conversation.messages import Notice, Thinking, UserMessage
from widgets.conversation.palette import Palette

PALETTE = Palette()


def rows(block: Block, width: int = 40) -> list[str]:
    block.prepare()
    block.stack.settle(0, 1_000_000, width, PALETTE)
    return [line.text for part in block.stack.parts for line in part.lines or []]


def test_a_message_of_a_person_is_plain_and_literal() -> None:
    message = UserMessage("**no** [/red]\x1b[2J\nnext")
    assert rows(message) == ["", "**no** [/red]", "next"]
    assert message.copy() == "**no** [/red]\nnext"


def test_a_notice_is_drawn_in_the_role_it_is_given() -> None:
    notice = Notice("attempt 2", "asks")
    assert rows(notice) == ["", "attempt 2"]
    assert notice.role == "asks"


def test_thinking_shows_one_row_while_it_streams_and_one_when_it_is_done() -> None:
    thinking = Thinking(streaming=True)
    assert rows(thinking) == ["", "Thinking… 0 s"]
    thinking.append("I should look at ")
    thinking.append("the file.\nThen at its te")
    thinking.seconds = 2.4
    assert rows(thinking) == ["", "Thinking… 2 s  Then at its te"]
    thinking.append("sts, every one of them")
    assert rows(thinking) == ["", "Thinking… 2 s  Then at its tests, every…"]
    thinking.close(3.21)
    assert rows(thinking) == ["", "Thought for 3.2 s"]
    thinking.toggle()
    assert rows(thinking) == [
        *("", "Thought for 3.2 s", "I should look at the file."),
        "Then at its tests, every one of them",
    ]


def test_thinking_that_was_unfolded_is_there_again_after_it_was_released() -> None:
    thinking = Thinking("I should look", seconds=1)
    thinking.toggle()
    shown = rows(thinking)
    thinking.release()
    assert rows(thinking) == shown == ["", "Thought for 1.0 s", "I should look"]


def test_thinking_can_be_read_while_it_streams_and_folds_when_it_is_done() -> None:
    thinking = Thinking(streaming=True)
    thinking.toggle()
    thinking.append("one\x1b[3")
    assert rows(thinking)[2:] == ["one"]
    thinking.append("1m two")
    assert rows(thinking)[2:] == ["one two"]
    thinking.close(1.0)
    assert thinking.folded
    assert rows(thinking) == ["", "Thought for 1.0 s"]


def test_a_long_text_is_laid_out_in_pieces_of_limited_size() -> None:
    message = UserMessage("x" * 1_000_000)
    message.prepare()
    assert len(message.stack.parts) > 200
    message.stack.settle(0, 30, 80, PALETTE)
    assert sum(part.lines is not None for part in message.stack.parts) == 1
    assert sum(map(len, rows(message, 80))) == 1_000_000
