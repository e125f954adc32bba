"""The command palette: every action of the screen, by name, with its key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any  # a screen of any result

from textual.actions import parse
from textual.binding import Binding
from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.dom import DOMNode
from textual.screen import Screen


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done now, and the part that does it."""

    node: DOMNode
    binding: Binding
    key: str


def actions(screen: Screen[Any]) -> Iterator[Action]:
    """What every part of a screen can do now: of parts alike, the one with the focus, or else the last."""
    app = screen.app
    focused = screen.focused.ancestors_with_self if screen.focused is not None else []
    parts: dict[type[DOMNode], DOMNode] = {}
    for node in (screen, app, *screen.query("*"), *focused):
        parts[type(node)] = node
    for node in parts.values():
        for binding in type(node).BINDINGS:
            if not isinstance(binding, Binding) or not binding.id or not binding.description:
                continue
            _, name, parameters = parse(binding.action)
            if node.check_action(name, parameters):
                yield Action(node, binding, app.get_key_display(binding))


class Palette(CommandPalette):
    """Offers every action that can be done now."""

    def __init__(self) -> None:
        super().__init__(providers=[ActionProvider], placeholder="What to do?")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Move in the list once it has room: Textual's ends the program with an error before that."""
        if action == "command_list" and not self.query_one(CommandList).size.height:
            return False
        return super().check_action(action, parameters)


class ActionProvider(Provider):
    """Offers the actions, so that none is known by its key alone."""

    async def discover(self) -> Hits:
        """All of them."""
        for action in actions(self.screen):
            yield DiscoveryHit(action.binding.description, self._doing(action), help=action.key)

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for action in actions(self.screen):
            text = action.binding.description
            if (score := matcher.match(text)) > 0:
                yield Hit(score, matcher.highlight(text), self._doing(action), help=action.key)

    def _doing(self, action: Action) -> Callable[[], Awaitable[bool]]:
        return lambda: self.app.run_action(action.binding.action, action.node)
