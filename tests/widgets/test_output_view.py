from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.events import MouseScrollDown, MouseScrollUp
from textual.geometry import Offset, Region
from textual.selection import SELECT_ALL, Selection
from textual.widgets import Input

from app.execution.commands import CommandRunner
from app.execution.indexer import Indexer
from app.execution.spool import SpoolFile
from tests.widgets.outputs import HEIGHT, WIDTH, Bench, CountingSpool, append, becomes, lines, rows
from widgets.output_view import OutputView


def bench(spool: SpoolFile) -> Bench[OutputView]:
    """An app with a view over a spool."""
    return Bench(OutputView(spool))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "call.out"


@pytest.fixture
def spool(path: Path) -> CountingSpool:
    return CountingSpool(path)


def _texts(view: OutputView, part: str) -> list[list[str]]:
    """What is drawn like some part, row by row."""
    style = view.get_component_rich_style(f"output-view--{part}")
    look = style.bgcolor, style.reverse, style.underline
    return [
        [
            s.text
            for s in view.render_line(y)
            if s.style and (s.style.bgcolor, s.style.reverse, s.style.underline) == look
        ]
        for y in range(view.size.height)
    ]


def _follows(pane: OutputView) -> bool:
    return pane.follow


async def test_it_follows_the_end_of_a_file_that_appears_and_grows(path: Path, spool: CountingSpool) -> None:
    app = bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        assert app.rows == [""] * HEIGHT
        path.write_bytes(lines(1, 3))
        await becomes(pilot, lambda: app.rows[:4] == [*rows(1, 3), ""])
        append(path, lines(4, 500) + b"unfinished")
        await becomes(pilot, lambda: app.rows == [*rows(492, 500), "unfinished"])
        assert app.pane.virtual_size.height == 501


async def test_scrolling_up_holds_the_text_and_the_end_follows_again(
    path: Path, spool: CountingSpool
) -> None:
    path.write_bytes(lines(1, 100))
    app = bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        app.pane.focus()
        await becomes(pilot, lambda: app.rows == rows(91, 100))
        await pilot.press("up", "up", "up")
        assert app.rows == rows(88, 97)
        assert not _follows(app.pane)
        append(path, lines(101, 5000))
        await becomes(pilot, lambda: app.pane.virtual_size.height == 5000)
        assert app.rows == rows(88, 97)
        await pilot.press("end")
        assert app.rows == rows(4991, 5000)
        assert _follows(app.pane)
        await pilot.press("pageup")
        assert app.rows == rows(4981, 4990)
        await pilot.press("pagedown")
        assert _follows(app.pane)
        await pilot.press("home")
        assert app.rows == rows(1, 10)
        await pilot.press("down")
        assert app.rows == rows(2, 11)


async def test_all_of_a_large_file_can_be_reached_and_little_of_it_is_read(
    path: Path, spool: CountingSpool
) -> None:
    path.write_bytes(lines(1, 1_000_000))
    app = bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        app.pane.focus()
        await becomes(pilot, lambda: app.pane.virtual_size.height == 1_000_000)
        spool.bytes_read = 0
        await pilot.press("home")
        assert app.rows == rows(1, 10)
        app.pane.scroll_to(y=654_321)
        assert app.rows == rows(654_322, 654_331)
        await pilot.press("end")
        assert app.rows == rows(999_991, 1_000_000)
        assert spool.bytes_read < 2_000_000


async def test_the_text_stays_when_line_numbers_become_known(path: Path) -> None:
    class Late(Indexer):
        def request(self, file: object) -> None:
            self.late = file

    path.write_bytes(lines(1, 1_000_000))
    indexer = Late()
    spool = SpoolFile(path, indexer)
    app = bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        app.pane.focus()
        await becomes(pilot, lambda: app.rows == rows(999_991, 1_000_000))
        await pilot.press("up", "up", "pageup")
        assert app.rows == rows(999_979, 999_988)
        assert app.pane.virtual_size.height != 1_000_000
        while spool.extend_index():
            pass
        await becomes(pilot, lambda: app.pane.virtual_size.height == 1_000_000)
        assert app.rows == rows(999_979, 999_988)
        assert app.pane.scroll_offset.y == 999_978


async def test_after_the_finish_it_shows_everything_and_looks_no_more(
    path: Path, spool: CountingSpool
) -> None:
    path.write_bytes(lines(1, 5))
    app = bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await becomes(pilot, lambda: "line 5" in app.rows)
        append(path, lines(6, 9))
        app.pane.finish()
        assert app.rows[:9] == rows(1, 9)
        await pilot.pause(0.3)
        polls = spool.polls
        append(path, b"too late\n")
        await pilot.pause(0.3)
        assert spool.polls == polls
        app.pane.focus()
        await pilot.press("end")
        await pilot.pause(0.2)
        assert spool.polls == polls + 1


async def test_a_finished_output_can_be_opened(path: Path, spool: CountingSpool) -> None:
    path.write_bytes(lines(1, 200_000))
    app = bench(spool)
    app.pane.finish()
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        assert app.rows == rows(199_991, 200_000)
        await becomes(pilot, lambda: app.pane.virtual_size.height == 200_000)
    assert spool.closed


async def test_it_looks_less_often_without_the_focus(path: Path, spool: CountingSpool) -> None:
    path.write_bytes(b"x\n")
    app = bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        counts = []
        for widget in (app.pane, app.query_one(Input)):
            widget.focus()
            await pilot.pause()
            before = spool.polls
            await pilot.pause(0.6)
            counts.append(spool.polls - before)
        assert counts[0] > 2 * counts[1] > 0


async def test_a_hidden_pane_is_not_kept_up_until_it_is_shown(path: Path, spool: CountingSpool) -> None:
    path.write_bytes(lines(1, 5))
    app = bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        app.pane.display = False
        await pilot.pause()
        polls = spool.polls
        append(path, lines(6, 400))
        await pilot.pause(0.3)
        assert spool.polls == polls
        app.pane.display = True
        await becomes(pilot, lambda: app.rows == rows(391, 400))


async def test_long_lines_can_be_scrolled_sideways(path: Path, spool: CountingSpool) -> None:
    path.write_bytes(b"short\n" + b"0123456789" * 10 + b"\n")
    app = bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        app.pane.focus()
        await becomes(pilot, lambda: app.pane.virtual_size.width == 100)
        await pilot.press(*["right"] * 3)
        assert app.rows[:2] == ["rt", ("0123456789" * 10)[3 : 3 + WIDTH]]
        await pilot.press("home")
        assert app.rows[0] == "short"


async def test_colours_are_kept_and_the_rest_has_the_theme(path: Path, spool: CountingSpool) -> None:
    path.write_bytes(b"\x1b[31mred\x1b[0m plain\n")
    app = bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await becomes(pilot, lambda: app.rows[0] == "red plain")
        red, plain = list(app.pane.render_line(0))[:2]
        assert red.style is not None
        assert red.style.color is not None
        assert (red.text, red.style.color.number) == ("red", 1)
        assert plain.style is not None
        assert plain.style.color == app.pane.rich_style.color
        before = plain.style.color
        app.theme = "textual-light"
        await pilot.pause()
        light = list(app.pane.render_line(0))[1].style
        assert light is not None
        assert light.color == app.pane.rich_style.color != before


async def test_a_selection_is_drawn_and_copied_from_its_lines_only(path: Path, spool: CountingSpool) -> None:
    path.write_bytes("漢字 one\n\tt\x1b[1mwo\x1b[0m\nthree\n".encode() + lines(4, 100_000))
    app = bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        app.pane.focus()
        await becomes(pilot, lambda: app.pane.virtual_size.height == 100_000)
        await pilot.press("home")
        selection = Selection(Offset(1, 0), Offset(2, 2))
        app.screen.selections = {app.pane: selection}
        spool.bytes_read = 0
        assert app.pane.get_selection(selection) == ("字 one\n        two\nth", "\n")
        assert spool.bytes_read < 200_000
        background = app.screen.get_component_rich_style("screen--selection").bgcolor
        selected = [
            "".join(s.text for s in app.pane.render_line(row) if s.style and s.style.bgcolor == background)
            for row in range(4)
        ]
        assert selected == ["字 one", "        two", "th", ""]
        assert app.pane.get_selection(Selection(Offset(2, 2), Offset(4, 2))) == ("re", "\n")
        text, _ = app.pane.get_selection(SELECT_ALL) or ("", "")
        assert text.startswith("漢字 one\n        two\n")
        assert text.endswith("\nline 100000")


async def test_the_mouse_selects_what_it_is_dragged_over(path: Path, spool: CountingSpool) -> None:
    path.write_bytes(lines(1, 100))
    app = bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await becomes(pilot, lambda: app.rows == rows(91, 100))
        await pilot.mouse_down(app.pane, offset=(2, 1))
        await pilot.hover(app.pane, offset=(3, 3))
        await pilot.mouse_up(app.pane, offset=(3, 3))
        assert app.screen.get_selected_text() == "ne 92\nline 93\nline"


async def test_the_wheel_stops_following(path: Path, spool: CountingSpool) -> None:
    path.write_bytes(lines(1, 100))
    app = bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await becomes(pilot, lambda: app.rows == rows(91, 100))
        app.pane.post_message(MouseScrollUp(app.pane, 1, 1, 0, -1, 0, False, False, False))
        await pilot.pause()
        assert not _follows(app.pane)
        assert app.rows == rows(89, 98)


async def test_a_real_command_is_followed_to_its_end(tmp_path: Path, spool: CountingSpool) -> None:
    runner = CommandRunner()
    app = bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        command = asyncio.ensure_future(
            runner.run(
                "for i in $(seq 1 3000); do echo line $i; done; printf '1%%\\r100%%'",
                cwd=tmp_path,
                spool=spool.path,
                timeout=30,
            )
        )
        await becomes(pilot, command.done)
        app.pane.finish()
        assert app.rows == [*rows(2992, 3000), "100%"]
    assert command.result().exit_code == 0
    await runner.close()


@pytest.mark.parametrize("focused", [True, False])
async def test_a_pane_that_gets_more_or_fewer_rows_goes_on_following(
    path: Path, spool: CountingSpool, focused: bool
) -> None:
    path.write_bytes(lines(1, 100))
    app = bench(spool)
    async with app.run_test(size=(WIDTH, 40)) as pilot:
        app.pane.focus() if focused else app.query_one(Input).focus()
        for number, rows in enumerate((10, 4, 12, 3, 20, 1, 7), 101):
            app.pane.styles.height = rows
            await pilot.pause()
            append(path, lines(number, number))
            await becomes(pilot, lambda last=number: f"line {last}" in app.rows)  # type: ignore[misc]  # a default
            assert _follows(app.pane)


def test_a_long_selection_is_its_end(path: Path, spool: CountingSpool) -> None:
    path.write_bytes((b"x" * 999 + b"\n") * 100_000)
    spool.poll()
    text, _ = OutputView(spool).get_selection(Selection(Offset(5, 0), Offset(3, 99_999))) or ("", "")
    assert 1_000_000 < len(text) < 2_000_000
    assert text.startswith("x" * 999 + "\n")
    assert text.endswith("\nxxx")
    assert spool.bytes_read < 5_000_000


async def test_what_is_there_is_shown_as_soon_as_the_view_is(path: Path, spool: CountingSpool) -> None:
    path.write_bytes(b"first\n")
    app = bench(spool)
    async with app.run_test(size=(WIDTH, 20)):
        assert app.rows[0] == "first"


async def test_only_rows_that_differ_are_painted(
    path: Path, spool: CountingSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(lines(1, 5) + b"10 %")
    app = bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await becomes(pilot, lambda: app.rows[5] == "10 %")
        await pilot.pause()
        painted: list[Region] = []
        paint = app.pane.refresh

        def refresh(*regions: Region, **options: bool) -> OutputView:
            painted.extend(regions or [app.pane.size.region])
            return paint(*regions, **options)

        monkeypatch.setattr(app.pane, "refresh", refresh)
        append(path, b"\r20 %")
        await becomes(pilot, lambda: app.rows[5] == "20 %")
        assert painted == [Region(0, 5, WIDTH, 1)]
        append(path, b"\r20 %")
        polls = spool.polls
        await becomes(pilot, lambda: spool.polls > polls + 2)
        assert len(painted) == 1


async def test_wrapped_lines_show_the_true_end_while_it_grows(path: Path, spool: CountingSpool) -> None:
    path.write_bytes(lines(1, 20) + b"0123456789" * 9 + b"\n")
    app = bench(spool)
    app.pane.wrap = True
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        digits = "0123456789"
        assert app.rows == [*rows(14, 20), digits * 4, digits * 4, digits]
        append(path, b"ab" * 30)
        await becomes(pilot, lambda: app.rows[-2:] == ["ab" * 20, "ab" * 10])
        assert app.rows[0] == "line 16"
        assert _follows(app.pane)


async def test_keys_and_wheel_reach_every_part_of_a_line_taller_than_the_view(
    path: Path, spool: CountingSpool
) -> None:
    line = "".join(f"{number:07} " for number in range(1023))
    path.write_text(f"{line}\nthe end\n")
    folded = [*(line[at : at + WIDTH].rstrip() for at in range(0, len(line), WIDTH)), "the end"]
    app = bench(spool)
    app.pane.wrap = True
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        app.pane.focus()
        end = len(folded) - HEIGHT
        assert app.rows == folded[end:]
        await pilot.press("up", "up")
        assert app.rows == folded[end - 2 :][:HEIGHT]
        assert not _follows(app.pane)
        await pilot.press("pageup")
        assert app.rows == folded[end - 12 :][:HEIGHT]
        app.pane.post_message(MouseScrollUp(app.pane, 1, 1, 0, -1, 0, False, False, False))
        await pilot.pause()
        assert app.rows == folded[end - 14 :][:HEIGHT]
        app.pane.post_message(MouseScrollDown(app.pane, 1, 1, 0, 1, 0, False, False, False))
        await pilot.pause()
        await pilot.press("down")
        assert app.rows == folded[end - 11 :][:HEIGHT]
        await pilot.press("home")
        assert app.rows == folded[:HEIGHT]
        seen = list(app.rows)
        while not _follows(app.pane):
            app.pane.action_page_down()
            seen += app.rows
        assert [row for row in folded if row not in seen] == []
        assert app.rows == folded[end:]


async def test_wrapping_keeps_the_line_at_the_top_and_the_bar_counts_lines(
    path: Path, spool: CountingSpool
) -> None:
    path.write_bytes(b"".join(b"%03d " % number * 30 + b"\n" for number in range(100)))
    app = bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        app.pane.scroll_to(y=50)
        await pilot.pause()
        app.pane.scroll_to(x=7)
        app.pane.wrap = True
        await pilot.pause()
        assert app.rows[0] == "050 " * 9 + "050"
        assert app.rows[3] == "051 " * 9 + "051"
        assert app.pane.scroll_offset == (0, 50)
        app.pane.scroll_to(y=60)
        assert app.rows[0].startswith("060")
        app.pane.scroll_to(y=98)
        assert _follows(app.pane)
        assert app.rows[-1].startswith("099")
        app.pane.wrap = False
        assert app.rows[-1].startswith("099")
        assert app.pane.virtual_size.height == 100


async def test_a_selection_goes_on_over_wrapped_rows(path: Path, spool: CountingSpool) -> None:
    path.write_bytes(b"0123456789" * 10 + b"\nnext\n")
    app = bench(spool)
    app.pane.wrap = True
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await pilot.mouse_down(app.pane, offset=(35, 0))
        await pilot.hover(app.pane, offset=(1, 3))
        await pilot.mouse_up(app.pane, offset=(1, 3))
        assert app.screen.get_selected_text() == "56789" + "0123456789" * 6 + "\nne"
        background = app.screen.get_component_rich_style("screen--selection").bgcolor
        selected = [
            "".join(s.text for s in app.pane.render_line(row) if s.style and s.style.bgcolor == background)
            for row in range(5)
        ]
        assert selected == ["56789", "0123456789" * 4, "0123456789" * 2, "ne", ""]


async def test_the_mouse_selects_what_it_points_at_also_sideways(path: Path, spool: CountingSpool) -> None:
    path.write_bytes("漢字".encode() * 30 + b"\n")
    app = bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        app.pane.scroll_to(x=21)
        await pilot.mouse_down(app.pane, offset=(1, 0))
        await pilot.hover(app.pane, offset=(3, 0))
        await pilot.mouse_up(app.pane, offset=(3, 0))
        assert app.screen.get_selected_text() == "字漢"


async def test_a_match_is_shown_and_all_in_view_are_marked(path: Path, spool: CountingSpool) -> None:
    path.write_bytes(lines(1, 1000) + b"one match, two match\n" + lines(1002, 3000) + b"match\n")
    app = bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        await becomes(pilot, lambda: app.pane.virtual_size.height == 3001)
        byte = path.read_bytes().index(b"match, two")
        app.pane.show_match("match", byte)
        assert not _follows(app.pane)
        assert app.rows[HEIGHT // 3] == "one match, two match"
        current, other = (_texts(app.pane, part) for part in ("match-current", "match"))
        assert current[HEIGHT // 3] == other[HEIGHT // 3] == ["match"]
        before = app.rows
        app.pane.show_match("match", byte + 11)
        assert app.rows == before
        app.pane.clear_match()
        assert not any(_texts(app.pane, "match") + _texts(app.pane, "match-current"))


async def test_a_match_in_the_last_lines_is_held_when_more_comes(path: Path, spool: CountingSpool) -> None:
    path.write_bytes(lines(1, 100))
    app = bench(spool)
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        app.pane.show_match("line 99", path.read_bytes().index(b"line 99"))
        assert app.rows == rows(91, 100)
        append(path, lines(101, 200))
        await becomes(pilot, lambda: app.pane.virtual_size.height == 200)
        assert app.rows == rows(91, 100)


@pytest.mark.parametrize("wrap", [True, False])
async def test_a_match_in_a_very_long_line_is_scrolled_to(
    path: Path, spool: CountingSpool, wrap: bool
) -> None:
    path.write_bytes(lines(1, 50) + b"x" * 7000 + b"match" + b"y" * 900 + b"\n" + lines(52, 100))
    app = bench(spool)
    app.pane.wrap = wrap
    async with app.run_test(size=(WIDTH, 20)) as pilot:
        byte = path.read_bytes().index(b"match")
        app.pane.show_match("match", byte)
        await pilot.pause()
        assert [text for texts in _texts(app.pane, "match-current") for text in texts] == ["match"]
        app.pane.wrap = not wrap
        await pilot.pause()
        assert [text for texts in _texts(app.pane, "match-current") for text in texts] == ["match"]
        app.pane.show_match("line 7", path.read_bytes().index(b"line 7"))
        assert "line 7" in app.rows
        assert app.pane.scroll_offset.x == 0


async def test_a_match_that_is_cut_off_or_overwritten_shows_its_line(
    path: Path, spool: CountingSpool
) -> None:
    path.write_bytes(lines(1, 50) + b"z" * 90_000 + b"match\nold match\rnew\n" + lines(53, 100))
    app = bench(spool)
    async with app.run_test(size=(WIDTH, 20)):
        data = path.read_bytes()
        for byte, shown in ((data.index(b"match"), "z" * WIDTH), (data.index(b"match\r"), "new")):
            app.pane.show_match("match", byte)
            assert shown in app.rows
            assert not any(_texts(app.pane, "match-current"))


async def test_a_match_over_two_rows_is_marked_in_both(path: Path, spool: CountingSpool) -> None:
    path.write_bytes(b"x" * 38 + b"match\n")
    app = bench(spool)
    app.pane.wrap = True
    async with app.run_test(size=(WIDTH, 20)):
        app.pane.show_match("match", 38)
        assert _texts(app.pane, "match-current")[:2] == [["ma"], ["tch"]]


async def test_a_last_paint_may_come_when_it_is_removed(path: Path, spool: CountingSpool) -> None:
    append(path, b"one\n")
    app = bench(spool)
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        await becomes(pilot, lambda: app.rows[0] == "one")
        view = app.pane
        await view.remove()
        assert [strip.text.strip() for strip in view.render_lines(Region(0, 0, WIDTH, 1))] == ["one"]
