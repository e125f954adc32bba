"""The sub-agents of a run, to choose whose events are listed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from app.screens.left_cleanly import LeftCleanly
from app.screens.viewer.agents import Agent, Agents
from widgets.bars import Bar
from widgets.text_view import revealed

_LONGEST = 200  # characters of a title
_MOST = 2_000  # agents that are offered


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the person chose.

    Args:
        names: Of the agents that are listed; none for all.
        agent: The agent that was looked at; None for the main one.
        opens: Its own file is to be opened.
    """

    names: frozenset[str] = frozenset()
    agent: Agent | None = None
    opens: bool = False


class AgentTreeScreen(LeftCleanly, ModalScreen[Chosen | None]):
    """A tree: all, the main agent, and below it those that it began.

    Args:
        agents: The sub-agents.
    """

    HELP = (
        "The agents of the run. enter lists only the events of one; o opens its own file, where it has one."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "step(1)", "Next line", show=False, id="agents.next"),
        Binding("k", "step(-1)", "Line before", show=False, id="agents.previous"),
        Binding("o", "open", "Open the file of this agent", id="agents.open"),
        Binding("escape,a,q", "cancel", "Back, as it was", id="agents.back"),
    ]

    def __init__(self, agents: Agents) -> None:
        super().__init__()
        tree = [entry for entry, _ in zip(agents.tree(), range(_MOST), strict=False)]
        self._agents = [agent for _, agent in tree]
        self._depths = [depth for depth, _ in tree]
        self._list = OptionList(id="list")
        self._bar = Bar()

    def compose(self) -> ComposeResult:
        """The tree, and its keys."""
        with Vertical(id="panel") as box:
            box.border_title = "agents"
            yield self._list
            yield self._bar

    def on_mount(self) -> None:
        """Take the keys."""
        keys = (("enter", "list its events"), ("o", "open its file"), ("esc", "back"))
        self._bar.show(Content("  ").join(Content.assemble((key, "bold"), f" {what}") for key, what in keys))
        lines = [Content("all of them"), Content("the main agent")]
        lines += [_line(depth, agent) for depth, agent in zip(self._depths, self._agents, strict=True)]
        self._list.add_options(Option(line) for line in lines)
        self._list.highlighted = 0
        self._list.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """List its events."""
        event.stop()
        match event.option_index:
            case 0:
                self.dismiss(Chosen())
            case 1:
                self.dismiss(Chosen(frozenset({""})))
            case index:
                agent = self._agents[index - 2]
                self.dismiss(Chosen(frozenset({agent.name}), agent))

    def action_open(self) -> None:
        """Open its file."""
        index = self._list.highlighted or 0
        agent = self._agents[index - 2] if index > 1 else None
        if agent is not None and agent.trajectory:
            self.dismiss(Chosen(agent=agent, opens=True))
        else:
            self.notify("Its events are in this run: enter lists them.")

    def action_step(self, step: int) -> None:
        """Look at another line."""
        if step > 0:
            self._list.action_cursor_down()
        else:
            self._list.action_cursor_up()

    def action_cancel(self) -> None:
        """Leave it as it was."""
        self.dismiss(None)


def _line(depth: int, agent: Agent) -> Content:
    file = "  (in a file of its own)" if agent.trajectory else ""
    title = revealed(agent.title[:_LONGEST])
    return Content.assemble(
        "  " * depth, (revealed(agent.name[:_LONGEST]), "bold"), f"  {title}", (file, "dim")
    )
