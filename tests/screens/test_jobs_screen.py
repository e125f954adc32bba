"""Calls whose processes wait for input, are typed into, or go to the background, where they are listed."""

from __future__ import annotations

from pathlib import Path

from app.screens.jobs import JobsScreen
from app.screens.output import OutputScreen
from app.trajectory.events import (
    InputAwaited,
    JobEnded,
    JobKept,
    JobStarted,
    OutputCut,
    ToolFinished,
    ToolStarted,
    UserMessage,
)
from tests.screens.played import SIZE, STARTED, PlayedApp, requested, settle, shown
from tests.widgets.terminal import until
from widgets.call_pane import CallPane
from widgets.output_pane import OutputPane
from widgets.status import CallStatus
from widgets.terminal_pane import TerminalPane


def start(app: PlayedApp, output: Path, *, terminal: bool = False) -> None:
    app.played.play(STARTED, UserMessage("go"), requested("1", "bash", "make", command="make"))
    app.played.play(ToolStarted("1", str(output), terminal))


async def test_a_call_that_waits_for_input_says_so_and_takes_every_key_once_attached(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    output = tmp_path / "out"
    output.write_bytes(b"name? ")
    async with app.run_test(size=SIZE) as pilot:
        start(app, output, terminal=True)
        app.played.play(InputAwaited("1", True))
        await settle(pilot)
        assert "› bash   make" in shown(app)
        assert "1 waits for input" in shown(app)
        await pilot.press("f3", "i")
        await pilot.pause()
        assert "your keys go to it" in shown(app)
        assert "^] takes your keys back" in shown(app)
        app.played.said.clear()
        await pilot.press("y", "n", "t", "f2", "enter")
        typed = b"".join(said[2] for said in app.played.said if said[0] == "type")
        assert typed == b"ynt\x1bOQ\r"
        assert not [said for said in app.played.said if said[0] != "type"]
        app.played.play(InputAwaited("1", False))
        await pilot.press("ctrl+right_square_bracket")
        await settle(pilot)
        assert app.session_screen.query_one(CallPane).status is CallStatus.RUNNING
        assert "your keys go to it" not in shown(app)


async def test_the_process_gets_the_size_of_its_pane(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    (tmp_path / "out").touch()
    async with app.run_test(size=SIZE) as pilot:
        start(app, tmp_path / "out", terminal=True)
        await settle(pilot)
        pane = app.session_screen.query_one(TerminalPane)
        await until(pilot, lambda: app.played.said[-1:] == [("resize", "1", *pane.size)])


async def test_a_command_on_pipes_has_no_input_and_can_begin_again_on_a_terminal(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    (tmp_path / "out").write_bytes(b"piped\n")
    (tmp_path / "again").write_bytes(b"on a terminal\n")
    async with app.run_test(size=SIZE) as pilot:
        start(app, tmp_path / "out")
        await settle(pilot)
        await pilot.press("f3", "i")
        (notice,) = app._notifications
        assert notice.message == "Its input is closed. t ends it, and runs it again on a terminal."
        await pilot.press("t")
        assert app.played.said == [("terminal", "1")]
        app.played.play(ToolStarted("1", str(tmp_path / "again"), terminal=True))
        await until(pilot, lambda: "on a terminal" in shown(app))
        pane = app.session_screen.query_one(CallPane)
        assert "piped" not in shown(app)
        assert pane.has_focus_within, "the focus goes along"


async def test_a_terminal_that_is_over_is_read_as_lines_unless_a_program_drew_on_all_of_it(
    tmp_path: Path,
) -> None:
    app = PlayedApp(tmp_path)
    (tmp_path / "lines").write_bytes(b"".join(b"line %d\r\n" % number for number in range(100)))
    (tmp_path / "drawn").write_bytes(b"\x1b[?1049h\x1b[2;2Hdrawn\x1b[5;5Hhere")
    async with app.run_test(size=SIZE) as pilot:
        start(app, tmp_path / "lines", terminal=True)
        app.played.play(requested("2", "bash", "less", command="less"))
        app.played.play(ToolStarted("2", str(tmp_path / "drawn"), terminal=True))
        await until(pilot, lambda: "drawn" in shown(app))
        app.played.play(ToolFinished("1", "failed", "…", exit_code=1), ToolFinished("2", "failed", "…"))
        await settle(pilot)
        lines, drawn = app.session_screen.query(CallPane)
        assert isinstance(lines.body, OutputPane)
        assert isinstance(drawn.body, TerminalPane)
        assert "drawn" in shown(app)
        assert "line 99" in shown(app)


async def test_output_that_is_no_longer_kept_is_said_in_the_pane(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    (tmp_path / "out").write_bytes(b"piped\n")
    async with app.run_test(size=SIZE) as pilot:
        start(app, tmp_path / "out")
        app.played.play(OutputCut("1", "No space left on device"))
        await settle(pilot)
        assert "output cut: No space left on" in shown(app)


async def test_b_lets_a_command_go_on_in_the_background(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    (tmp_path / "out").write_bytes(b"piped\n")
    async with app.run_test(size=SIZE) as pilot:
        start(app, tmp_path / "out")
        await settle(pilot)
        await pilot.press("f3", "b")
        assert app.played.said == [("background", "1")]
        app.played.play(ToolFinished("1", "done", "[it goes on …]"))
        await settle(pilot)
        app.played.said.clear()
        await pilot.press("b", "i", "t")
        assert app.played.said == [], "it is over"


async def test_the_jobs_are_listed_kept_ended_and_their_output_opened(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    (tmp_path / "out").write_bytes(b"listening\n")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("f6")
        await settle(pilot)
        assert isinstance(app.screen, JobsScreen)
        assert "No job was started." in shown(app)
        await pilot.press("k", "c", "o", "escape")
        app.played.play(STARTED, UserMessage("go"))
        for name in ("job-1", "job-2"):
            app.played.play(JobStarted(name, "1", f"make serve # {name}", str(tmp_path / "out")))
        await settle(pilot)
        assert app.session_screen.would_end == "A task runs"
        app.now += 65
        await pilot.press("f6")
        await settle(pilot)
        assert "● job-1  1:05  10 B  make serve # job-1" in shown(app)
        await pilot.press("k", "up", "c")
        assert app.played.said == [("keep", "job-2"), ("end", "job-1")]
        app.played.play(JobKept("job-2", 1234), JobEnded("job-1", -15, 70.0, 10))
        await until(pilot, lambda: "✗ job-1  signal 15  1:10  10 B" in shown(app))
        assert "● job-2  kept  1:05" in shown(app)
        app.played.said.clear()
        await pilot.press("c", "k")
        assert app.played.said == [], "it has ended"
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, OutputScreen)
        assert "listening" in shown(app)
        await pilot.press("escape", "escape")
        await settle(pilot)
        assert len(app.screen_stack) == 2, "back on the session screen"
        assert "job-1 ended after 1:10: signal 15" in shown(app)
