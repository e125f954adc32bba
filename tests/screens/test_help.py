"""Help says all that can be done, in the names that keys have on a keyboard, at 80 columns, too."""

from __future__ import annotations

from rich.cells import cell_len
from textual.app import App
from textual.selection import SELECT_ALL

from app.screens.help import HelpScreen
from app.screens.keymap import PARTS
from widgets.text_view import TextView


async def written() -> tuple[list[str], int]:
    """The lines of help about every part of every screen, and how many columns there are for them."""
    app: App[None] = App()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(HelpScreen(PARTS, {"session.mode": "ctrl+right_square_bracket"}))
        await pilot.pause()
        view = app.screen.query_one(TextView)
        return view.get_selection(SELECT_ALL)[0].splitlines(), view.scrollable_content_region.width


async def test_no_line_is_cut_off_at_80_columns() -> None:
    lines, width = await written()
    assert [line for line in lines if cell_len(line) > width] == []
    assert any(line.startswith(" " * 25) for line in lines)  # what does not fit goes on under itself


async def test_a_key_is_called_what_is_written_on_it() -> None:
    lines, _ = await written()
    assert f"  {'] or j':<22} Next hunk" in lines
    assert f"  {'/':<22} Search what was said in all runs" in lines
    assert f"  {'ctrl+]':<22} Next approval mode" in lines
    assert f"  {'pagedown or space':<22} A page down" in lines
    assert f"  {', or left':<22} The event before" in lines
