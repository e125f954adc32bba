"""The least a Textual app can be: one Static that shows the keys. What start-up is held against."""

from __future__ import annotations

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static


class MinimalApp(App[None]):
    """Shows READY, and then what is typed."""

    def compose(self) -> ComposeResult:
        """One line."""
        yield Static("READY", markup=False)

    def on_key(self, event: events.Key) -> None:
        """Show the key."""
        self.query_one(Static).update(f"ECHO{event.character}")


if __name__ == "__main__":
    MinimalApp().run()
