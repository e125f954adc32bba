"""A recorded run, shown as it went: at its own pace, faster, or step by step."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input

from app.screens.left_cleanly import LeftCleanly
from app.screens.replayed import ReplayedRun
from app.screens.viewer.places import HINT, PlaceError, place_of
from app.screens.work_area import WorkArea
from app.terminal.text import safe_line
from app.trajectory.events import ModelRequest, UserMessage
from app.trajectory.runs.playback import Playback
from app.trajectory.runs.run import Run
from widgets.bars import Bar
from widgets.line_field import LineField
from widgets.status import whole_seconds
from widgets.verbs import Verb, verb_line

_KEYS = (
    Verb(". ,", "step", 2), Verb("[ ]", "turn", 3), Verb("+ -", "speed", 2),
    Verb("g", "go to", 3), Verb("esc", "back", 0),
)  # fmt: skip
_ALL_KEYS = Verb("f1", "all keys", 0)
_TURNS = (ModelRequest.kind, UserMessage.kind)


class ReplayScreen(LeftCleanly, Screen[None]):
    """Shows a run as the session screen showed it, or would have.

    Args:
        run: The run; it is closed with the screen.
        speed: By how much faster than it was.
        paused: It begins standing still, to be stepped through.
        at: The record it begins with.
        clock: Seconds.
    """

    CSS_PATH = Path(__file__).parents[2] / "styles" / "replay.tcss"
    HELP = (
        "A recorded run, as it went. space stops it and lets it go on; . and , go one event on and back, "
        "] and [ one turn; + and - change the speed. Nothing here reaches a model, a file or a process."
    )
    AUTO_FOCUS = ""
    NARROW = 110  # columns below which there is one column
    FRAMES = 30  # a second
    BARS = 3  # frames, after which the bars are drawn anew
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "pause", "Stop it, or let it go on", id="replay.pause", priority=True),
        Binding("full_stop,right", "step(1)", "The next event, at once", id="replay.next"),
        Binding("comma,left", "step(-1)", "The event before", id="replay.previous"),
        Binding("right_square_bracket", "turn(1)", "The next turn", id="replay.next_turn"),
        Binding("left_square_bracket", "turn(-1)", "The turn before", id="replay.previous_turn"),
        Binding("plus,equals_sign", "speed(1)", "Faster", id="replay.faster"),
        Binding("minus", "speed(-1)", "Slower", id="replay.slower"),
        Binding("g", "go", "Go to an event by its number", id="replay.go"),
        Binding("home", "first", "The beginning", id="replay.first"),
        Binding("end", "last", "The end", id="replay.last"),
        Binding("f3", "panes", "Go to the panes, and back", id="replay.panes"),
        Binding("f5", "conversation", "Go to the conversation, and back", id="replay.conversation"),
        Binding("escape,q", "back", "Back", id="replay.back"),
    ]

    def __init__(
        self,
        run: Run,
        *,
        speed: float = 1.0,
        paused: bool = False,
        at: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._run = run
        self._clock = clock
        self._begin = at
        self._is_elsewhere = True  # than what is drawn
        self._playback = Playback(run.rows.ts, run.__len__, clock, speed=speed, paused=paused)
        self._work: WorkArea | None = None
        self._ticks = 0
        self._title = ""
        self._problems = 0  # that were told

    def compose(self) -> ComposeResult:
        """What it is and how fast; the run; where it is, and the keys."""
        yield Bar(id="top")
        yield LineField(placeholder=f"go to {HINT}", compact=True)
        yield Bar(id="bottom")

    async def on_mount(self) -> None:
        """Begin where it is to begin, as soon as the run is read that far."""
        self.query_one(LineField).display = False
        self.set_interval(1 / self.FRAMES, self._tick)
        self._draw_bars()

    def on_unmount(self) -> None:
        """The run is not read any further."""
        self._run.close()

    def _tick(self) -> None:
        self._tell_problems()
        if self._is_elsewhere:
            if self._work is not None or len(self._run) > self._begin or self._run.complete:
                self._is_elsewhere = False
                self.call_later(self._move)  # the timer would be ended in the middle of it by who leaves
        elif self._work is not None:
            self._playback.advance()
            self._work.tick()
            self.set_class(not self._work.has_calls, "-no-calls")
            self._ticks += 1
            if self._ticks % self.BARS == 0:
                self._draw_bars()

    async def _move(self) -> None:
        """Draw the run as it was where it is now."""
        self._title = self._title or _title(self._run)
        before, self._work = self._work, None  # what is not there yet takes no keys
        if before is None:
            self._playback.seek(max(self._begin, self._playback.position))
        else:
            await before.remove()
        if self.is_attached:  # and the program does not end
            work = WorkArea(ReplayedRun(self._run, self._playback, self._refuse), self._clock)
            await self.mount(work, after=self.query_one("#top"))
            self._work = work
            self._draw_bars()

    def _tell_problems(self) -> None:
        """Say what is wrong with the file, once it is read, and once more if it is cut or taken away."""
        problems = self._run.problems
        if self._run.complete and len(problems) > self._problems:
            self._problems = len(problems)
            more = f" (and {len(problems) - 1:,} more: sawhorse view)" if len(problems) > 1 else ""
            self.notify(f"{safe_line(problems[-1])}{more}", severity="warning", markup=False)

    def _refuse(self) -> None:
        self.notify("This is a replay: what was answered then comes by itself.")

    def _draw_bars(self) -> None:
        play, count = self._playback, len(self._run)
        name = safe_line(self._title or str(self._run.path))
        left = Content.assemble(("replay", "bold $text-accent"), "  ", name)
        self.query_one("#top", Bar).show(left, Content(self._run.format))
        glyph = "■" if play.is_over else "‖" if play.paused else "▶"
        more = "" if self._run.complete else "+"
        where = f"{glyph} {play.speed:g}x · event {play.position:,} of {count:,}{more}"
        if play.elapsed:
            where += f" · {whole_seconds(play.elapsed)}"
        if not play.is_over and play.until_next >= 5 * play.speed:
            where += f" · next in {whole_seconds(play.until_next / play.speed)}"
        room = self.size.width - len(where) - 4
        ended = play.is_over and self._run.complete
        space = Verb("space", "again" if ended else "go on" if play.paused else "pause", 1)
        self.query_one("#bottom", Bar).show(Content(where), verb_line((space, *_KEYS), room, _ALL_KEYS))

    def on_resize(self, event: events.Resize) -> None:
        """One column where there is no room for two."""
        self.set_class(event.size.width < self.NARROW, "-narrow")

    def on_descendant_focus(self) -> None:
        """In one column the panes take the place of the conversation while they have the focus."""
        if self._work is not None:
            self.set_class(self._work.is_in_panes, "-panes")

    def action_pause(self) -> None:
        """Stop, or go on; at the end, from the beginning."""
        if self._playback.is_over and self._run.complete:
            self._playback.paused = False
            self._go(0)
        else:
            self._playback.paused = not self._playback.paused
        self._draw_bars()

    def action_step(self, by: int) -> None:
        """One event on, without waiting for it; or one back."""
        self._playback.paused = True
        if by > 0:
            self._playback.step()
            self._draw_bars()
        else:
            self._go(self._playback.position - 1)

    def action_turn(self, by: int) -> None:
        """To where a turn begins."""
        rows, at = self._run.rows, self._playback.position
        places = range(at, len(self._run)) if by > 0 else range(at - 2, -1, -1)
        found = next((row for row in places if rows.kind(row) in _TURNS), None)
        self._go(len(self._run) if found is None and by > 0 else (found or 0) + 1)

    def action_speed(self, by: int) -> None:
        """Faster or slower."""
        self._playback.faster(by=by)
        self._draw_bars()

    def action_first(self) -> None:
        """The beginning."""
        self._go(0)

    def action_last(self) -> None:
        """The end of what there is."""
        self._go(len(self._run))

    def action_go(self) -> None:
        """Ask for a place."""
        field = self.query_one(LineField)
        field.display = True
        field.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go there."""
        event.stop()
        rows = self._run.rows
        try:
            place = place_of(event.value, self._playback.began)
        except PlaceError as error:
            self.notify(str(error), severity="warning")
            return
        if isinstance(place, float):
            place = next((row for row in range(len(rows)) if rows.ts(row) >= place), len(rows))
        self._leave_field()
        self._go(place)

    def _leave_field(self) -> None:
        field = self.query_one(LineField)
        field.clear()
        field.display = False
        self.set_focus(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual calls it so
        """A space is a space where something is written."""
        return action != "pause" or not isinstance(self.focused, LineField)

    def _go(self, position: int) -> None:
        if self._work is None:
            self._begin = position
        self._playback.seek(position)
        self._is_elsewhere = True

    def action_panes(self) -> None:
        """Between the panes and nothing."""
        if self._work is not None and not self._work.focus_panes():
            self.set_focus(None)

    def action_conversation(self) -> None:
        """Between the conversation and nothing."""
        if self._work is not None and not self._work.focus_conversation():
            self.set_focus(None)

    def action_back(self) -> None:
        """From the panes or the conversation back to the run; from there, leave."""
        if isinstance(self.focused, LineField):
            self._leave_field()
        elif self.focused is not None:
            self.set_focus(None)
        else:
            self.dismiss()


def _title(run: Run) -> str:
    """What the person asked for first."""
    for row in range(min(len(run), 50)):
        if run.rows.kind(row) == UserMessage.kind:
            event = run.record(row).event
            if isinstance(event, UserMessage) and not event.synthetic:
                return event.text.strip().partition("\n")[0]
    return ""
