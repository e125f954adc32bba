from __future__ import annotations

from widgets.conversation.assistant import AssistantMessage
from widgets.conversation.palette import Palette

PALETTE = Palette()


def rows(message: AssistantMessage, width: int = 60) -> list[str]:
    message.prepare()
    message.stack.settle(0, 1_000_000, width, PALETTE)
    return [line.text for part in message.stack.parts for line in part.lines or []]


def test_markdown_is_laid_out_under_a_blank_row() -> None:
    assert rows(AssistantMessage("**Bold** and `code`\n\n- a\n- b")) == [
        "",
        "Bold and code",
        "",
        "• a",
        "• b",
    ]


def test_a_message_without_text_takes_no_row() -> None:
    assert rows(AssistantMessage(streaming=True)) == []
    assert AssistantMessage("").estimate(80) == 0


def test_an_estimate_counts_the_blank_row_above() -> None:
    assert AssistantMessage("x").estimate(80) == len(rows(AssistantMessage("x"))) == 2


def test_streamed_text_shows_as_far_as_it_is_known() -> None:
    message = AssistantMessage(streaming=True)
    message.append("a **b")
    assert rows(message) == ["", "a **b"]
    message.append("** \x1b[3")
    assert rows(message) == ["", "a b"]
    message.append("1mc\r")
    message.append("\n\r\nd")
    message.close()
    assert rows(message) == ["", "a b c", "", "d"]
    assert message.copy() == "a **b** c\n\nd"


def test_the_text_can_be_copied_before_it_was_ever_shown() -> None:
    message = AssistantMessage("# Title\n", streaming=True)
    message.append("more")
    assert message.copy() == "# Title\nmore"


def test_an_estimate_costs_no_parsing_and_is_near() -> None:
    message = AssistantMessage("A sentence of some words.\n\n" * 100)
    guess = message.estimate(60)
    assert message.stack.parts == []
    assert guess / 2 < len(rows(message)) < guess * 2


def test_released_it_keeps_its_text_and_can_be_shown_again() -> None:
    message = AssistantMessage("# Title\n\n- a\n- b")
    shown, height = rows(message), message.estimate(60)
    message.release()
    assert message.stack.parts == []
    assert (message.copy(), message.estimate(60)) == ("# Title\n\n- a\n- b", height)
    assert rows(message) == shown


def test_released_while_it_streams_it_goes_on() -> None:
    message = AssistantMessage("one\n\n", streaming=True)
    rows(message)
    message.release()
    message.append("two")
    assert rows(message) == ["", "one", "", "two"]


def test_what_broke_off_is_set_aside_struck_through_and_folded() -> None:
    message = AssistantMessage(streaming=True)
    message.append("Half an **answ")
    assert rows(message) == ["", "Half an **answ"]
    message.discard("connection reset")
    assert rows(message) == ["", "set aside: connection reset · 14 characters"]
    assert message.glyph == "⊘"
    message.toggle()
    assert rows(message)[2:] == ["Half an **answ"]
    [segment] = (message.stack.parts[1].lines or [])[0].segments
    assert segment.style == PALETTE.style("struck")
    assert message.copy() == "Half an **answ"


def test_nothing_is_left_to_unfold_where_nothing_had_come() -> None:
    message = AssistantMessage(streaming=True)
    message.discard()
    assert not message.foldable
    assert rows(message) == ["", "set aside: the answer broke off · 0 characters"]
