"""A conversation of which only a part is in memory: nothing is missing to whoever scrolls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from app.screens.pages import Pages
from app.screens.past import draw
from app.trajectory.content import Text, Thinking, ToolCall, Usage
from app.trajectory.effects import Effects
from app.trajectory.events import (
    Event,
    ModelRequest,
    ModelResponse,
    Note,
    Record,
    SessionStarted,
    TaskEnded,
    ToolFinished,
    ToolRequested,
    ToolStarted,
    UserMessage,
)
from tests.widgets.conversation.host import Host
from tests.widgets.terminal import press, settle, until
from widgets.conversation import Absent, Block, Conversation


def task(number: int) -> Iterator[Event]:
    """A task of one turn with two calls."""
    yield UserMessage(f"task {number}")
    yield ModelRequest(number, "m", 1, 1)
    blocks = Thinking(f"thought {number}"), Text(f"answer {number}"), ToolCall(f"{number}a", "bash", {})
    yield ModelResponse(number, "m", blocks, "tools", Usage(), 0.0, 0.1, 0.2, 1)
    for call in ("a", "b"):
        yield ToolRequested(f"{number}{call}", number, "view", {}, Effects(f"file {number}{call}"))
    yield ToolStarted(f"{number}a")
    yield ToolStarted(f"{number}b")
    yield ToolFinished(f"{number}b", "done", f"content {number}b", 1.0)
    yield ToolFinished(f"{number}a", "failed", f"content {number}a", 2.0)
    yield TaskEnded("done", 1)


def events(count: int) -> list[Event]:
    start = SessionStarted("s", "/w", "m", "ask", "1")
    return [start, *(event for number in range(count) for event in task(number))]


class Kept:
    """Records, the oldest of them not in memory."""

    def __init__(self, happened: Sequence[Event]) -> None:
        self.all = [Record(number, 0.0, event) for number, event in enumerate(happened)]
        self.oldest = 0
        self.reads: list[tuple[int, int]] = []
        self.error: OSError | None = None

    def records(self, start: int, stop: int) -> Sequence[Record]:
        assert stop - start <= 4 * Pages.SIZE, "a part is read, not all"
        self.reads.append((start, stop))
        if self.error is not None:
            raise self.error
        return self.all[start:stop]


class Shown(Host):
    """A conversation over records."""

    def __init__(self, kept: Kept) -> None:
        super().__init__()
        self.kept = kept
        self.outputs: dict[Block, ToolFinished] = {}
        self.pages = Pages(self.conversation, kept, self.outputs)

    def play(self, start: int, stop: int) -> None:
        """Draw records one after the other, as a session does."""
        for record in self.kept.all[start:stop]:
            self.pages.note(record)
            self.conversation.extend(draw([record]).blocks)

    def on_conversation_wanted(self, event: Conversation.Wanted) -> None:
        self.pages.show(event.absent, self.pages.read(event.absent, event.at))

    @property
    def absent(self) -> list[tuple[int, int]]:
        blocks = self.conversation.column.blocks
        return [(block.start, block.stop) for block in blocks if isinstance(block, Absent)]

    def in_memory(self) -> int:
        return sum(not isinstance(block, Absent) for block in self.conversation.column.blocks)


def texts(app: Shown) -> str:
    return "\n".join(app.rows())


async def test_what_the_recorder_lets_go_leaves_the_conversation_too_and_nothing_moves() -> None:
    app = Shown(Kept(events(100)))
    async with app.run_test(size=(60, 20)) as pilot:
        app.play(0, 800)
        await settle(pilot)
        rows, total = app.rows(), app.conversation.column.total
        blocks = app.in_memory()
        app.kept.oldest = 700
        app.play(800, 802)
        await settle(pilot)
        assert app.in_memory() < blocks / 3
        assert app.absent == [(0, app.absent[0][1])]
        assert 600 < app.absent[0][1] <= 700
        assert app.conversation.column.total == pytest.approx(total, rel=0.2)
        assert app.rows()[-5:] != rows[-5:]
        assert app.kept.reads == []


async def test_old_blocks_leave_though_memory_has_their_events() -> None:
    app = Shown(Kept(events(400)))
    async with app.run_test(size=(60, 20)) as pilot:
        app.play(0, 3000)
        await settle(pilot)
        app.play(3000, len(app.kept.all))
        await settle(pilot)
        ((start, stop),) = app.absent
        assert start == 0
        assert stop == pytest.approx(len(app.kept.all) - Pages.KEPT, abs=400)


async def test_who_pages_up_finds_all_of_it_and_memory_stays_small() -> None:
    kept = Kept(events(120))
    app = Shown(kept)
    async with app.run_test(size=(60, 20)) as pilot:
        app.pages.begin_after(len(kept.all))
        await settle(pilot)
        await until(pilot, lambda: "answer 119" in texts(app))
        app.conversation.focus()
        seen: list[str] = []
        for _ in range(600):
            rows = app.rows()
            seen.append("\n".join(rows))
            assert app.in_memory() < 900
            if app.conversation.scroll_y == 0 and not (app.absent and app.absent[0][0] == 0):
                break
            await press(pilot, "pageup")
        said = "\n".join(seen)
        for number in range(120):
            for text in (f"> task {number}\n", f"answer {number}\n", f"file {number}a", f"file {number}b"):
                assert text in said, text
        assert len(app.absent) == 1, "what was left behind is one piece"
        assert app.absent[0][1] == len(kept.all)
        await press(pilot, "end")
        await until(pilot, lambda: "answer 119" in texts(app))


async def test_home_shows_the_beginning_and_the_bar_any_place_between() -> None:
    kept = Kept(events(300))
    app = Shown(kept)
    async with app.run_test(size=(60, 20)) as pilot:
        app.pages.begin_after(len(kept.all))
        await settle(pilot)
        app.conversation.focus()
        await press(pilot, "home")
        await until(pilot, lambda: "> task 0" in app.rows())
        assert app.conversation.scroll_y == 0
        app.conversation.scroll_to(y=app.conversation.max_scroll_y // 2, animate=False, immediate=True)
        await until(pilot, lambda: "answer 1" in texts(app) and "being read" not in texts(app))
        shown = [row for row in app.rows() if row.startswith("> task ")]
        assert shown, "it begins where a person said something"
        assert 60 < int(shown[0].split()[-1]) < 240
        starts = [start for start, _ in app.absent]
        assert starts == sorted(starts)
        assert len(app.absent) == 2


async def test_what_calls_came_to_is_there_again() -> None:
    kept = Kept(events(100))
    app = Shown(kept)
    async with app.run_test(size=(60, 20)) as pilot:
        app.pages.begin_after(len(kept.all))
        await until(pilot, lambda: "answer 99" in texts(app))
        results = {finished.call: finished.content for finished in app.outputs.values()}
        assert results["99b"] == "content 99b"
        assert results["99a"] == "content 99a"
        assert "✗" in texts(app)


async def test_a_session_goes_on_below_what_was_there() -> None:
    kept = Kept(events(200))
    app = Shown(kept)
    async with app.run_test(size=(60, 20)) as pilot:
        app.pages.begin_after(1000)
        await settle(pilot)
        app.play(1000, len(kept.all))
        await settle(pilot)
        kept.oldest = 1900
        app.play(len(kept.all) - 9, len(kept.all))
        await settle(pilot)
        assert "answer 199" in texts(app)
        assert app.absent[0][0] == 0
        assert app.absent[0][1] > 1500
        assert len(app.absent) == 1


async def test_what_cannot_be_read_is_said_in_its_place() -> None:
    kept = Kept(events(100))
    kept.error = OSError(5, "Input/output error")
    app = Shown(kept)
    async with app.run_test(size=(60, 20)) as pilot:
        app.pages.begin_after(len(kept.all))
        await until(pilot, lambda: "cannot be read" in texts(app))
        assert "Input/output error" in texts(app)


async def test_records_that_say_nothing_take_a_row() -> None:
    kept = Kept([SessionStarted("s", "/w", "m", "ask", "1")])
    app = Shown(kept)
    async with app.run_test(size=(60, 20)) as pilot:
        app.pages.begin_after(1)
        await until(pilot, lambda: "nothing was said here" in texts(app))


async def test_a_turn_longer_than_what_is_read_at_once_is_read_whole() -> None:
    long: list[Event] = [UserMessage("begin"), *(Note(f"note {number}") for number in range(Pages.SIZE * 2))]
    kept = Kept([*events(50), *long])
    app = Shown(kept)
    async with app.run_test(size=(60, 20)) as pilot:
        app.pages.begin_after(len(kept.all))
        await until(pilot, lambda: f"note {Pages.SIZE * 2 - 1}" in texts(app))
        assert max(stop - start for start, stop in kept.reads) == Pages.SIZE * 4
        assert any("note 0" in block.copy() for block in app.conversation.column.blocks)
