"""Choosing which events of a run are listed: by kind, tool, sub-agent, or only failures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from app.screens.left_cleanly import LeftCleanly
from app.trajectory import events
from app.trajectory.runs.rows import Names
from app.trajectory.runs.selection import Filter
from widgets.bars import Bar
from widgets.text_view import revealed

if TYPE_CHECKING:
    from app.trajectory.runs.run import Run

GROUPS = {
    "what is said": (
        events.UserMessage,
        events.SystemMessage,
        events.ModelResponse,
        events.ContextCompacted,
        events.ConversationRewound,
    ),
    "calls": (events.ToolRequested,),
    "results of calls": (events.ToolFinished,),
    "approvals": (events.ApprovalAsked, events.ApprovalDecided),
    "starts, input and jobs": (
        events.ToolStarted,
        events.InputAwaited,
        events.OutputCut,
        events.JobStarted,
        events.JobKept,
        events.JobEnded,
    ),
    "requests to the model": (events.ModelRequest, events.ModelRetry),
    "tasks, notes and the rest": (
        events.SessionStarted,
        events.SessionResumed,
        events.SessionImported,
        events.SessionEnded,
        events.TaskEnded,
        events.AgentStarted,
        events.CheckpointTaken,
        events.SettingsChanged,
        events.Note,
        events.Unmapped,
    ),
}
"""Kinds of events, by what a person calls them."""

MAIN = "the main agent"
_LONGEST = 60  # characters of a name
_MOST = 1_000  # names of tools, or of agents, that are offered

Part = Literal["failed", "group", "tool", "agent"]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that events can have."""

    part: Part
    name: str


class FilterScreen(LeftCleanly, ModalScreen[Filter | None]):
    """A list of what events can have. Of each part nothing chosen means everything.

    Args:
        run: The run.
        now: The filter that counts.
    """

    HELP = (
        "Which events are listed. space chooses; of kinds, tools and agents nothing chosen means all. "
        "enter lists what is chosen."
    )
    ON, OFF = "●", "○"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "step(1)", "Next line", show=False, id="filter.next"),
        Binding("k", "step(-1)", "Line before", show=False, id="filter.previous"),
        Binding("space", "choose", "Choose it, or not", id="filter.choose"),
        Binding("a", "all", "Let all through", id="filter.all"),
        Binding("escape,F,q", "cancel", "Back, as it was", id="filter.back"),
    ]

    def __init__(self, run: Run, now: Filter) -> None:
        super().__init__()
        tools = [Choice("tool", name) for name in _names(run.rows.tool_names)]
        agents = [Choice("agent", name) for name in _names(run.rows.agent_names)]
        self._choices: list[Choice | str] = [
            Choice("failed", "only errors"),
            "kinds",
            *(Choice("group", name) for name in GROUPS),
        ]
        if tools:
            self._choices += ["tools", *tools]
        if agents:
            self._choices += ["agents", Choice("agent", ""), *agents]
        self._chosen = {
            choice for choice in self._choices if isinstance(choice, Choice) and _is_in(choice, now)
        }
        self._list = OptionList(id="list")
        self._bar = Bar()

    def compose(self) -> ComposeResult:
        """The list, and its keys."""
        with Vertical(id="panel") as box:
            box.border_title = "list only"
            yield self._list
            yield self._bar

    def on_mount(self) -> None:
        """Take the keys."""
        keys = (("space", "choose"), ("a", "all"), ("enter", "list these"), ("esc", "back"))
        self._bar.show(Content("  ").join(Content.assemble((key, "bold"), f" {what}") for key, what in keys))
        self._list.add_options(
            Option(self._prompt(choice), disabled=isinstance(choice, str)) for choice in self._choices
        )
        self._list.highlighted = 0
        self._list.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """List what is chosen; where nothing is, what the person looks at."""
        event.stop()
        looked_at = self._choices[event.option_index]
        if not self._chosen and isinstance(looked_at, Choice):
            self._chosen.add(looked_at)
        self.dismiss(self._filter())

    def action_choose(self) -> None:
        """Choose what is looked at, or no longer."""
        index = self._list.highlighted
        if index is not None and isinstance(choice := self._choices[index], Choice):
            self._chosen ^= {choice}
            self._list.replace_option_prompt_at_index(index, self._prompt(choice))

    def action_all(self) -> None:
        """Let all through."""
        self.dismiss(Filter())

    def action_step(self, step: int) -> None:
        """Look at another line."""
        if step > 0:
            self._list.action_cursor_down()
        else:
            self._list.action_cursor_up()

    def action_cancel(self) -> None:
        """Leave it as it was."""
        self.dismiss(None)

    def _prompt(self, choice: Choice | str) -> Content:
        if isinstance(choice, str):
            return Content.styled(choice, "$text-accent bold")
        name = revealed(choice.name[:_LONGEST]) or MAIN
        is_on = choice in self._chosen
        return Content.assemble(
            (f"  {self.ON if is_on else self.OFF} ", "$text-accent"), (name, "bold" if is_on else "")
        )

    def _filter(self) -> Filter:
        names = {
            part: [choice.name for choice in self._chosen if choice.part == part]
            for part in ("group", "tool", "agent")
        }
        kinds = [kind.kind for group in names["group"] for kind in GROUPS[group]]
        return Filter(
            frozenset(kinds),
            frozenset(names["tool"]),
            frozenset(names["agent"]),
            any(choice.part == "failed" for choice in self._chosen),
        )


def in_words(wanted: Filter) -> str:
    """What a filter lets through, in a few words; empty if all."""
    groups = [name for name in GROUPS if _is_in(Choice("group", name), wanted)]
    agents = (revealed(name[:_LONGEST]) or MAIN for name in sorted(wanted.agents))
    tools = (revealed(name[:_LONGEST]) for name in sorted(wanted.tools))
    return ", ".join([*(["errors"] if wanted.failed else []), *groups, *tools, *agents])


def _is_in(choice: Choice, wanted: Filter) -> bool:
    match choice.part:
        case "failed":
            return wanted.failed
        case "group":
            return bool(wanted.kinds) and {kind.kind for kind in GROUPS[choice.name]} <= wanted.kinds
        case "tool":
            return choice.name in wanted.tools
        case "agent":
            return choice.name in wanted.agents


def _names(names: Names) -> Sequence[str]:
    return sorted(names.name(number) for number in range(1, min(len(names), _MOST)))
