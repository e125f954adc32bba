"""What a run comes to: where its time went, tokens and cost, its tools, its slowest calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from app.screens import statistics_figures as figures
from app.screens.left_cleanly import LeftCleanly
from app.screens.measuring import Measuring
from app.screens.viewer import doors
from app.terminal.text import safe_line
from app.trajectory.measuring.measures import Measured, Turns
from app.trajectory.runs.run import Run
from widgets.bar_chart import BarChart, BarRow
from widgets.bars import Bar, joined
from widgets.facts import Facts
from widgets.sparkline_view import SparklineView
from widgets.verbs import Verb, verb_line

_KEYS = (
    Verb("↑ ↓", "scroll", 1), Verb("tab", "slow calls, dear turns", 2), Verb("enter", "go there", 1),
    Verb("esc", "back", 0),
)  # fmt: skip
_ALL_KEYS = Verb("f1", "all keys", 0)


class StatisticsScreen(LeftCleanly, Screen[int | None]):
    """Shows the figures of a run, and keeps up with one that grows. Its result is a row to go to.

    Args:
        run: The run; it is not closed with the screen.
    """

    CSS_PATH = Path(__file__).parents[2] / "styles" / "statistics.tcss"
    AUTO_FOCUS = ""
    HELP = (
        "What a run comes to. Each moment counts once: for the model if it answered, else for tools if any "
        "ran, else for a person if one was waited for. What the file does not record is said, and not "
        "guessed. enter on a slow call or a dear turn goes to it."
    )
    EACH = 0.2  # seconds between two looks
    NARROW = 130  # columns below which there is but one column
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll(1)", "Scroll down", id="statistics.down"),
        Binding("k", "scroll(-1)", "Scroll up", id="statistics.up"),
        Binding("escape,q", "leave", "Back", id="statistics.back"),
    ]

    def __init__(self, run: Run) -> None:
        super().__init__()
        self._run = run
        self._measuring = Measuring(run)
        self._shown: Measured | None = None
        self._lines: dict[str, Mapping[int, str]] = {"slow": {}, "dear": {}}  # what is listed, by row

    def compose(self) -> ComposeResult:
        """A line, two columns of figures, the keys."""
        yield Bar(id="top")
        with VerticalScroll(id="page"):
            yield Static(id="wait", markup=False)
            with Container(id="columns"):
                with Vertical(classes="column"):
                    yield Facts(id="sums")
                    yield _section("time", BarChart(id="phases"))
                    yield _section("calls at once", BarChart(id="levels"), Static(id="saved", markup=False))
                    yield _section("tools", BarChart(id="tools"))
                    yield _section("agents", BarChart(id="agents"))
                with Vertical(classes="column"):
                    yield _section(
                        "turns",
                        SparklineView("tokens the model saw", id="context"),
                        SparklineView("tokens it wrote", gathers="sum", role="primary", id="produced"),
                        SparklineView("cost", gathers="sum", role="warning", id="costs"),
                        SparklineView("seconds it took", gathers="sum", role="success", id="took"),
                    )
                    yield _section("slowest calls", OptionList(id="slow", markup=False))
                    yield _section("dearest turns", OptionList(id="dear", markup=False))
        yield Bar(id="bottom")

    def on_mount(self) -> None:
        """Take the keys, and look for news from time to time."""
        self.set_focus(self.query_one("#page"))
        self.query_one("#columns").display = False
        self.set_interval(self.EACH, self._look)
        self._look()

    def on_unmount(self) -> None:
        """Measure no further."""
        self._measuring.close()

    def on_resize(self, event: events.Resize) -> None:
        """One column where there is no room for two."""
        self.set_class(event.size.width < self.NARROW, "-narrow")
        self._draw_bars()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go to what was chosen."""
        event.stop()
        self.dismiss(list(self._lines[event.option_list.id or ""])[event.option_index])

    def action_scroll(self, step: int) -> None:
        """Scroll, or choose in a list that has the keys."""
        focused = self.focused
        if isinstance(focused, OptionList):
            focused.action_cursor_down() if step > 0 else focused.action_cursor_up()
        else:
            self.query_one("#page").scroll_relative(y=step, animate=False)

    def action_leave(self) -> None:
        """Go nowhere."""
        self.dismiss(None)

    def _look(self) -> None:
        """Show what is new."""
        measured = self._measuring.latest
        if measured is not self._shown and measured is not None:
            self._shown = measured
            self._show(measured)
        self._draw_bars()

    def _draw_bars(self) -> None:
        measuring = self._measuring
        wait = self.query_one("#wait", Static)
        wait.display = self._shown is None or bool(measuring.problem)
        if wait.display:
            progress = f"measuring … {measuring.read:,} of {len(self._run):,} events"
            wait.update(safe_line(measuring.problem) or progress)
        name = " ".join(filter(None, (self._run.format, self._run.variant)))
        title = Content.assemble(("figures", "bold $text-accent"), "  ", doors.name_of(self._run.path))
        self.query_one("#top", Bar).show(title, joined(name, f"{measuring.read:,} events"))
        self.query_one("#bottom", Bar).show(verb_line(_KEYS, self.size.width - 2, _ALL_KEYS))

    def _show(self, measured: Measured) -> None:
        self.query_one("#columns").display = True
        self.query_one("#sums", Facts).show(list(figures.sums(measured)))
        phases, parallelism = measured.phases, measured.parallelism
        self._chart("phases", figures.phase_rows(phases) if phases is not None else ())
        self._chart("levels", figures.level_rows(parallelism) if parallelism is not None else ())
        if parallelism is not None:
            self.query_one("#saved", Static).update(figures.parallelism_words(parallelism))
        self._chart("tools", figures.tool_rows(measured), figures.TOOL_HEAD)
        self._chart("agents", figures.agent_rows(measured), figures.AGENT_HEAD)
        self._show_turns(measured.turns)
        self._list("slow", {call.row: figures.call_line(call) for call in measured.slowest})
        self._list("dear", figures.turn_lines(measured.turns, measured.dearest))

    def _show_turns(self, turns: Turns) -> None:
        for name, values, unit in (
            ("context", figures.context(turns), ""),
            ("produced", turns.produced, ""),
            ("costs", figures.costs(turns), "$"),
            ("took", turns.took, "s"),
        ):
            view = self.query_one(f"#{name}", SparklineView)
            view.display = any(values)
            view.show(values, figures.most_of(values, unit))
        self._section_of("context").display = any(view.display for view in self.query(SparklineView))

    def _chart(self, name: str, rows: Sequence[BarRow], head: tuple[str, str] = ("", "")) -> None:
        self._section_of(name).display = len(rows) > 0
        self.query_one(f"#{name}", BarChart).show(rows, head)

    def _list(self, name: str, lines: Mapping[int, str]) -> None:
        """List rows of the run; what is chosen stays, if it is still there."""
        self._section_of(name).display = len(lines) > 0
        if lines == self._lines[name]:
            return
        view, before = self.query_one(f"#{name}", OptionList), list(self._lines[name])
        chosen = before[view.highlighted] if view.highlighted is not None else None
        self._lines[name] = lines
        view.set_options(Option(Content(line)) for line in lines.values())
        rows = list(lines)
        if rows:
            view.highlighted = rows.index(chosen) if chosen is not None and chosen in lines else 0

    def _section_of(self, name: str) -> Widget:
        section = self.query_one(f"#{name}").parent
        assert isinstance(section, Widget)
        return section


def _section(title: str, *widgets: Widget) -> Vertical:
    return Vertical(Static(title, classes="heading", markup=False), *widgets, classes="section")
