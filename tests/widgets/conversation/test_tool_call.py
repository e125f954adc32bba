from __future__ import annotations

import pytest

from widgets.conversation.block import Block
from widgets.conversation.palette import Palette
from widgets.conversation.tool_call import ToolCallLine
from widgets.status import CallStatus

OUTPUT = "\x1b[31mred\x1b[0m\x1b]52;c;QQ==\x07 ok\r\nnext\x9bK [/red] [@click=app.bell]\n"


def rows(block: Block, width: int = 40) -> list[str]:
    block.prepare()
    block.stack.settle(0, 10_000, width, Palette())
    return [line.text for part in block.stack.parts for line in part.lines or []]


@pytest.mark.parametrize("status", list(CallStatus))
def test_the_status_is_told_by_glyph_and_by_role(status: CallStatus) -> None:
    call = ToolCallLine("bash", "ls", status)
    assert (call.glyph, call.role) == (status.glyph, status.value)
    assert hasattr(Palette(), call.role)


def test_a_call_is_one_row_with_its_detail_at_the_right() -> None:
    call = ToolCallLine("view", "app/retry.py", CallStatus.DONE, "14 ms")
    assert rows(call, 30) == ["view   app/retry.py      14 ms"]


def test_a_long_title_gives_way() -> None:
    call = ToolCallLine("bash", "pytest -q tests/test_retry.py", detail="0:07")
    assert rows(call, 24) == ["bash   pytest -q …  0:07"]
    assert rows(ToolCallLine("bash", "two\nlines\tand a tab")) == ["bash   two lines and a tab"]


def test_status_and_detail_can_change() -> None:
    call = ToolCallLine("bash", "make", CallStatus.WAITS)
    assert rows(call) == ["bash   make"]
    call.update(CallStatus.RUNNING, detail="0:01")
    assert rows(call, 20) == ["bash   make     0:01"]
    call.update(CallStatus.FAILED, detail="1.2 s", output="no rule")
    assert (call.glyph, rows(call, 20)) == ("✗", ["bash   make    1.2 s"])


def test_unfolded_it_shows_its_diff_then_its_output_made_safe() -> None:
    call = ToolCallLine(
        "edit", "a.py", CallStatus.DONE, output=OUTPUT, diff="--- a.py\n+++ a.py\n@@ -1 +1 @@\n-x\n+y\n"
    )
    call.toggle()
    assert rows(call) == [
        *("edit   a.py", "--- a.py", "+++ a.py", "@@ -1 +1 @@", "-x", "+y"),
        *("red ok", "next [/red] [@click=app.bell]"),
    ]
    call.toggle()
    assert rows(call) == ["edit   a.py"]


def test_a_diff_is_coloured_by_line_and_file_names_are_not_changes() -> None:
    palette = Palette()
    call = ToolCallLine("edit", "a", diff="--- a\n+++ a\n@@ -1,2 +1 @@\n--- a comment in SQL\n-x\n+y\n z")
    call.toggle()
    call.prepare()
    call.stack.settle(0, 100, 40, palette)
    lines = call.stack.parts[1].lines or []
    styles = [line.segments[0].style for line in lines]
    roles = ["dim", "dim", "marker", "removed", "removed", "added", "text"]
    assert styles == [palette.style(role) for role in roles]


def test_a_call_without_output_says_so() -> None:
    call = ToolCallLine("bash", "true", CallStatus.DONE)
    call.toggle()
    assert rows(call) == ["bash   true", "no output"]


def test_of_a_large_output_only_head_and_tail_are_kept_and_the_rest_is_counted() -> None:
    call = ToolCallLine("bash", "seq", output="\n".join(map(str, range(100_000))))
    assert len(call.copy()) < 10_000
    call.toggle()
    shown = rows(call)
    assert len(shown) == 1 + 200 + 1 + 200
    assert shown[201] == "… 99,600 lines left out …"
    assert (shown[1], shown[-1]) == ("0", "99999")


def test_code_is_copied_as_it_was_sent() -> None:
    call = ToolCallLine("edit", "a", output="out", diff="-x\n+y")
    assert call.copy() == "edit a\n-x\n+y\nout"


def test_what_cannot_be_seen_in_a_title_is_written_out() -> None:
    call = ToolCallLine("bash", "touch a\x1b[2J\u202eb")
    assert rows(call) == ["bash   touch a\\x1b[2J\\u202eb"]
