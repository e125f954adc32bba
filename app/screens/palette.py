"""The command palette: every action that can be done now, with its key."""

from __future__ import annotations

from textual.binding import ActiveBinding
from textual.command import DiscoveryHit, Hit, Hits, Provider


class ActionProvider(Provider):
    """Offers the active key bindings, so that no action is known by its key alone."""

    async def discover(self) -> Hits:
        """All of them."""
        for active in self._actions():
            yield DiscoveryHit(_text(active), self._run(active), help=_help(active))

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for active in self._actions():
            text = _text(active)
            if (score := matcher.match(text)) > 0:
                yield Hit(score, matcher.highlight(text), self._run(active), help=_help(active))

    def _actions(self) -> list[ActiveBinding]:
        seen: set[tuple[object, str]] = set()
        actions = []
        for active in self.screen.active_bindings.values():
            identity = (active.node, active.binding.action)
            if active.binding.description and active.enabled and identity not in seen:
                seen.add(identity)
                actions.append(active)
        return actions

    def _run(self, active: ActiveBinding):  # type: ignore[no-untyped-def]  # Textual's own callback type
        return lambda: self.app.run_action(active.binding.action, active.node)


def _text(active: ActiveBinding) -> str:
    return active.binding.description


def _help(active: ActiveBinding) -> str:
    key = active.binding.key
    return f"{key} · {active.tooltip or active.binding.tooltip}" if active.binding.tooltip else key
