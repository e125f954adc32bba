"""One event, whole: its facts, its texts, folded where they are long."""

from __future__ import annotations

import pytest

from tests.widgets.terminal import Stage, press, settle, until
from widgets.facts import WARNING
from widgets.run_detail import Detail, RunDetail, Section
from widgets.run_detail_blocks import HEAD, TAIL

SIZE = (60, 50)
LONG = "\n".join(f"line {number}" for number in range(200))


@pytest.fixture
def stage() -> Stage[RunDetail]:
    return Stage(RunDetail())


async def test_facts_stand_above_and_below_the_texts_and_a_long_one_goes_on_below_its_beginning(
    stage: Stage[RunDetail],
) -> None:
    async with stage.run_test(size=SIZE) as pilot:
        facts = (("event", "3 · tool.finished"), (f"{WARNING}result", "failed " * 12))
        stage.widget.show(Detail(facts, (Section("result", "no such file"),), (("call", "call_1"),)))
        await settle(pilot)
        text = [row.strip() for row in stage.rows if row.strip()]
        assert text[0] == "event   3 · tool.finished"
        assert text[1].startswith("result  failed failed")
        assert text[2].startswith("failed"), "without the word"
        assert text[3:] == ["result", "no such file", "call  call_1"]


async def test_a_long_text_is_folded_to_its_beginning_and_end_until_it_is_unfolded(
    stage: Stage[RunDetail],
) -> None:
    async with stage.run_test(size=SIZE) as pilot:
        stage.widget.show(Detail((), (Section("result", LONG, "output"), Section("short", "one"))))
        await settle(pilot)
        lines = [row.strip() for row in stage.rows if "line" in row]
        assert lines[:HEAD] == [f"line {number}" for number in range(HEAD)]
        assert lines[HEAD] == f"… {200 - HEAD - TAIL} lines are folded; z unfolds …"
        assert lines[HEAD + 1 :] == [f"line {number}" for number in range(200 - TAIL, 200)]
        assert any(row.split() == ["short"] for row in stage.rows), "what is short has no sign"
        assert stage.widget.has_long_text
        stage.widget.unfold()
        await until(pilot, lambda: any(f"line {HEAD}" in row for row in stage.rows))
        stage.widget.unfold()
        await until(pilot, lambda: any("are folded" in row for row in stage.rows))


async def test_one_text_is_unfolded_where_the_cursor_is(stage: Stage[RunDetail]) -> None:
    async with stage.run_test(size=SIZE) as pilot:
        stage.widget.show(Detail((), (Section("result", LONG, "output"),)))
        stage.widget.focus()
        await press(pilot, "j", "space")
        assert "are folded" not in "\n".join(stage.rows)


async def test_output_has_the_colours_it_asks_for_and_nothing_else_of_what_it_sends(
    stage: Stage[RunDetail],
) -> None:
    async with stage.run_test(size=SIZE) as pilot:
        hostile = "\x1b[31mred\x1b[0m \x1b]0;title\x07[b]bold[/b]\rover\x1b[2J"
        stage.widget.show(Detail((), (Section("result", f"\x1b[32mgreen\x1b[0m\n{hostile}", "output"),)))
        await settle(pilot)
        assert stage.style_of("green").color is not None
        text = "\n".join(stage.rows)
        assert "over" in text
        assert "\x1b" not in text
        assert "title" not in text


@pytest.mark.parametrize("look", ["text", "dim", "output", "markdown"])
async def test_no_text_steers_the_terminal(stage: Stage[RunDetail], look: str) -> None:
    async with stage.run_test(size=SIZE) as pilot:
        hostile = "a\x1b[2Jb \x1b]8;;file:///etc/passwd\x07link\x1b]8;;\x07 [b]c[/b] \u202etxt.exe"
        section = Section("what it said", hostile, look)  # type: ignore[arg-type]  # it is one of them
        stage.widget.show(Detail((("fact", hostile),), (section,)))
        await settle(pilot)
        text = "\n".join(stage.rows)
        assert not set(text) & {"\x1b", "\x07", "\u202e"}
        assert "[b]c[/b]" in text
        assert "ab " in text


async def test_a_text_without_any_end_of_line_is_folded_too(stage: Stage[RunDetail]) -> None:
    async with stage.run_test(size=SIZE) as pilot:
        stage.widget.show(Detail((), (Section("record", "x" * 3_000_000),)))
        await settle(pilot)
        assert "characters are folded" in "\n".join(stage.rows) or len(stage.rows) == SIZE[1]
        stage.widget.unfold()
        stage.widget.focus()
        await press(pilot, "end")
        assert "2,000,000 characters more; p opens all" in "\n".join(stage.rows)


async def test_another_event_is_shown_from_its_first_row(stage: Stage[RunDetail]) -> None:
    async with stage.run_test(size=SIZE) as pilot:
        stage.widget.show(Detail((), (Section("result", LONG, "output"),)))
        stage.widget.unfold()
        stage.widget.focus()
        await press(pilot, "end")
        stage.widget.show(Detail((), (Section("said", "another"),)))
        await settle(pilot)
        assert [row.strip() for row in stage.rows if row.strip()] == ["said", "another"]


async def test_markdown_is_drawn_as_such_unless_it_is_very_long(stage: Stage[RunDetail]) -> None:
    async with stage.run_test(size=SIZE) as pilot:
        stage.widget.show(Detail((), (Section("answer", "so **be it**", "markdown"),)))
        await settle(pilot)
        assert "so be it" in "\n".join(stage.rows)
        stage.widget.show(Detail((), (Section("answer", "so **be it** " * 10_000, "markdown"),)))
        await settle(pilot)
        assert "so **be it**" in "\n".join(stage.rows)
        assert stage.widget.has_long_text
