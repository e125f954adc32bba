"""The viewer over files that grow, are cut, are damaged or hostile."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

from app.screens.viewer.screen import ViewerScreen
from app.trajectory.runs.run import Run
from tests.screens.viewed import STORY, ViewerApp, lines, many, read, recording
from tests.widgets.terminal import press, until

WIDE, NARROW = (200, 50), (80, 24)


async def test_what_is_added_while_it_is_open_appears_and_is_followed_when_asked(tmp_path: Path) -> None:
    file = recording(tmp_path, lines(STORY[:5]))
    app = ViewerApp(file)
    async with app.run_test(size=WIDE) as pilot:
        await read(pilot)
        await press(pilot, "w")
        assert "following" in app.text
        for first, last in ((5, 9), (9, len(STORY))):
            with file.open("ab") as stream:
                stream.write(lines(STORY[first:last], first))
            await until(pilot, lambda last=last: app.row == last - 1)  # type: ignore[misc]  # of this turn
        await read(pilot)
        assert "task.ended" in app.detail
        await press(pilot, "k")
        assert "following" not in app.text


async def test_the_answer_of_a_call_that_is_looked_at_appears_when_it_comes(tmp_path: Path) -> None:
    file = recording(tmp_path, lines(STORY[:6]))
    app = ViewerApp(file, at=5)
    async with app.run_test(size=WIDE) as pilot:
        await read(pilot)
        assert app.row == 5
        with file.open("ab") as stream:
            stream.write(lines(STORY[6:], 6))
        await until(pilot, lambda: "exit code 1" in app.detail)


async def test_a_file_that_is_cut_while_it_is_open_says_so_and_is_opened_again_by_a_key(
    tmp_path: Path,
) -> None:
    file = recording(tmp_path, many(2_000))
    app = ViewerApp(file)
    async with app.run_test(size=NARROW) as pilot:
        await read(pilot)
        await press(pilot, "j", "j")
        file.write_bytes(lines())
        await until(pilot, lambda: "while it was open · f5 opens it again" in app.text)
        await press(pilot, "f5")
        await until(pilot, lambda: app.viewer.viewed.complete and "fix the *flaky*" in app.text)
        await read(pilot)
        assert app.row == 2
        assert "opens it again" not in app.text


async def test_damaged_lines_are_shown_as_they_are_and_the_rest_too(tmp_path: Path) -> None:
    whole = lines().splitlines(keepends=True)
    damaged = b'{"v":1,"seq":3,"kind":"\x1b[2J[b]bad[/b]\n'
    app = ViewerApp(recording(tmp_path, b"".join([*whole[:3], damaged, *whole[4:], b'{"v":1,"se'])))
    async with app.run_test(size=WIDE) as pilot:
        await read(pilot)
        await press(pilot, "e")
        await read(pilot)
        assert app.row == 3
        assert "damaged line" in app.text
        assert "[b]bad[/b]" in app.detail
        assert "\x1b" not in app.text
        assert "✗ bash" in app.text


async def test_the_viewer_may_be_left_before_it_is_drawn(tmp_path: Path) -> None:
    app = ViewerApp(recording(tmp_path, lines()))
    async with app.run_test(size=WIDE) as pilot:
        await read(pilot)
        app.push_screen(left := ViewerScreen(Run.open(recording(tmp_path, lines()))))
        await app.pop_screen()
        assert not left.is_attached
        assert app.row == 0


HOSTILE = "\x1b]0;x\x07\x1b[2J[red]x[/red] [@click=app.quit]y[/]\u202egpj.exe\r\n"


async def test_hostile_text_in_every_field_steers_nothing(tmp_path: Path) -> None:
    text = lines().decode()
    for word in (
        "fix the *flaky*",
        "somebody",
        "claude-sonnet-5",
        "pytest -q",
        "look for",
        "explorer",
        "bash",
    ):
        text = text.replace(word, word + json.dumps(HOSTILE)[1:-1])
    app = ViewerApp(recording(tmp_path, _sealed(text)))
    async with app.run_test(size=WIDE) as pilot:
        await read(pilot)
        assert "damaged" not in app.text
        for keys in (*["j"] * len(STORY), "a", "escape", "F"):
            await press(pilot, keys)
            assert not set(app.text) & {"\x1b", "\x07", "\u202e", "\r"}
        assert "[@click=app.quit]y[/]" in app.text


def _sealed(text: str) -> bytes:
    """Lines whose checksums are right."""
    bodies = (line.encode().rpartition(b',"crc":')[0] for line in text.splitlines())
    return b"".join(b'%b,"crc":%d}\n' % (body, zlib.crc32(body)) for body in bodies)
