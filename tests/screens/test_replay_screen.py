"""A recorded run is shown again: at its pace, step by step, from any point."""

from __future__ import annotations

from pathlib import Path

from textual.app import App
from textual.messages import Prune

from app.screens.replay import ReplayScreen
from app.screens.themes import DARK
from app.screens.work_area import WorkArea
from app.trajectory.codec import encode
from app.trajectory.content import Text, ToolCall, Usage
from app.trajectory.effects import Effects
from app.trajectory.events import (
    ApprovalAsked,
    ApprovalDecided,
    Event,
    ModelRequest,
    ModelResponse,
    Record,
    SessionStarted,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    ToolStarted,
    UserMessage,
)
from app.trajectory.runs.run import Run
from tests.screens.lingering import Lingering
from tests.screens.played import ROOT, SIZE, shown
from tests.widgets.terminal import until

LS = ToolCall("c1", "bash", {"command": "ls"})


def answer(turn: int, *blocks: Text | ToolCall) -> ModelResponse:
    return ModelResponse(turn, "m", blocks, "end", Usage(10, 5), None, None, 1.0, 1)


EVENTS: list[tuple[float, Event]] = [
    (0.0, SessionStarted("s", "/work", "openai/m", "ask", "1")),
    (1.0, UserMessage("look around")),
    (1.0, ModelRequest(1, "m", 1, 1)),
    (2.0, answer(1, Text("I look around"), LS)),
    (2.0, ToolRequested("c1", 1, "bash", LS.arguments, Effects("ls", command="ls"))),
    (2.0, ApprovalAsked("c1", "no rule allows it")),
    (60.0, ApprovalDecided("c1", True, "person", "")),
    (60.0, ToolStarted("c1")),
    (61.0, ToolFinished("c1", "done", "a.py", 1.0, 0)),
    (61.0, ModelRequest(2, "m", 3, 1)),
    (63.0, answer(2, Text("there is a.py"))),
    (63.0, TaskEnded("done", 2)),
]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Theatre(App[None]):
    CSS_PATH = ROOT / "styles" / "theme.tcss"

    def __init__(self, screen: ReplayScreen) -> None:
        super().__init__()
        self._shown = screen

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.theme = DARK.name
        self.push_screen(self._shown)


def said(app: App[None]) -> str:
    return "\n".join(notification.message for notification in app._notifications)


BEGAN = 1_700_000_000.0


def a_run(folder: Path, first: float = BEGAN) -> Run:
    """A run that was recorded.

    Args:
        folder: Where it is.
        first: The time of its first event, in seconds since the epoch; 0 if the file does not say.
    """
    path = folder / "trajectory.jsonl"
    times = [first, *(BEGAN + after for after, _ in EVENTS[1:])]
    lines = [
        encode(Record(seq, ts, event)) for seq, (ts, (_, event)) in enumerate(zip(times, EVENTS, strict=True))
    ]
    path.write_bytes(b"".join(lines))
    run = Run.open(path, follow=False)
    assert run.wait(len(EVENTS), 10)
    return run


async def test_a_run_comes_as_it_came(tmp_path: Path) -> None:
    clock = Clock()
    app = Theatre(ReplayScreen(a_run(tmp_path), clock=clock))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "event 1 of 12" in shown(app))
        assert "look around" in shown(app).splitlines()[0]
        clock.now += 1.0
        await until(pilot, lambda: "event 3 of 12" in shown(app))
        assert "I look around" not in shown(app)
        clock.now += 1.0
        await until(pilot, lambda: "I look around" in shown(app) and "asks" in shown(app))
        await until(pilot, lambda: "next in 58 s" in shown(app))
        clock.now += 61.0
        await until(pilot, lambda: "event 12 of 12" in shown(app))
        await until(pilot, lambda: "there is a.py" in shown(app))
        assert "■" in shown(app)


async def test_each_of_many_keys_at_once_counts(tmp_path: Path) -> None:
    app = Theatre(ReplayScreen(a_run(tmp_path), paused=True, at=11, clock=Clock()))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "event 11 of 12" in shown(app))
        await pilot.press(*["comma"] * 4, "left_square_bracket", "home", "end", *["comma"] * 3)
        await until(pilot, lambda: "event 9 of 12" in shown(app) and "✓ bash" in shown(app))
        assert len(app.screen.query(WorkArea)) == 1


async def test_it_can_be_left_while_it_goes_elsewhere(tmp_path: Path) -> None:
    screen, lingering = ReplayScreen(a_run(tmp_path), paused=True, at=11, clock=Clock()), Lingering()
    app = Theatre(screen)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "event 11 of 12" in shown(app))
        await screen.query_one(WorkArea).mount(lingering)
        screen.action_first()
        await lingering.leaving.wait()
        for action in ("panes", "conversation"):
            await screen.run_action(action)
        screen.dismiss()
        screen.post_message(Prune())  # the next thing that it hears
        lingering.may_leave.set()
        await until(pilot, lambda: not screen.is_attached)
        assert app.is_running


async def test_what_is_wrong_with_the_file_is_said(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    run.close()
    with run.path.open("ab") as stream:
        stream.write(b"no record\n")
    run = Run.open(run.path, follow=True)
    app = Theatre(ReplayScreen(run, paused=True, clock=Clock()))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "line 13 is damaged" in said(app))
        run.path.unlink()
        await until(pilot, lambda: "taken away while it was open" in said(app))
        assert said(app).count("damaged") == 1


async def test_what_comes_before_the_first_turn_was_not_said(tmp_path: Path) -> None:
    app = Theatre(ReplayScreen(a_run(tmp_path), paused=True, clock=Clock()))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: bool(app.screen.query(WorkArea)))
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: "event 2 of 12" in shown(app) and "> look around" in shown(app))
        assert "nothing was said" not in shown(app)


async def test_keys_stop_it_and_take_it_anywhere(tmp_path: Path) -> None:
    app = Theatre(ReplayScreen(a_run(tmp_path), paused=True, clock=Clock()))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "‖ 1x · event 0 of 12" in shown(app))
        await pilot.press("full_stop", "full_stop", "full_stop", "full_stop")
        await until(pilot, lambda: "event 4 of 12" in shown(app) and "I look around" in shown(app))
        await pilot.press("comma")
        await until(pilot, lambda: "event 3 of 12" in shown(app) and "I look around" not in shown(app))
        await pilot.press("plus", "plus", "minus")
        await until(pilot, lambda: "‖ 2x" in shown(app))
        await pilot.press("g", *"9", "enter")
        await until(pilot, lambda: "event 9 of 12" in shown(app) and "✓ bash" in shown(app))
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: "event 10 of 12" in shown(app))
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: "event 3 of 12" in shown(app))
        await pilot.press("end")
        await until(pilot, lambda: "there is a.py" in shown(app))
        await pilot.press("home", "g", *"half", "enter")
        await until(pilot, lambda: "Give a number" in said(app))
        await pilot.press("escape")
        await until(pilot, lambda: "event 0 of 12" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, ReplayScreen))


async def test_a_time_is_found_though_the_first_event_bears_none(tmp_path: Path) -> None:
    app = Theatre(ReplayScreen(a_run(tmp_path, first=0.0), paused=True, clock=Clock()))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "event 0 of 12" in shown(app))
        await pilot.press("g", *"+0:59", "enter")
        await until(pilot, lambda: "event 6 of 12" in shown(app))


async def test_the_line_of_keys_says_what_space_does_now(tmp_path: Path) -> None:
    app = Theatre(ReplayScreen(a_run(tmp_path), paused=True, clock=Clock()))
    async with app.run_test(size=SIZE) as pilot:
        for keys, words in (((), "space go on"), (("space",), "space pause"), (("end",), "space again")):
            await pilot.press(*keys)
            await until(pilot, lambda words=words: words in shown(app))  # type: ignore[misc]  # of this turn


async def test_what_asked_then_cannot_be_answered_now(tmp_path: Path) -> None:
    clock = Clock()
    app = Theatre(ReplayScreen(a_run(tmp_path), paused=True, at=6, clock=clock))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "asks" in shown(app))
        await pilot.press("f3")
        clock.now += 1
        await pilot.press("e")
        await until(pilot, lambda: "This is a replay" in said(app))
        assert "event 6 of 12" in shown(app)
