"""Keys act in the order they are typed, and where the focus is by then."""

from __future__ import annotations

from textual import events
from textual.widget import Widget


async def act_in_order(widget: Widget, event: events.Key, *, is_text: bool = False) -> None:
    """Act on a key at once, or give it to the widget that has the focus by now.

    Textual would act on it later, after keys that come with it: on a slow line these are many.

    Args:
        widget: What it was sent to.
        event: The key.
        is_text: Printable keys are text for the widget.
    """
    focused = widget.screen.focused
    if focused is not None and focused is not widget:
        event.stop()
        event.prevent_default()
        focused.post_message(events.Key(event.key, event.character))
        return
    active = None if is_text and event.is_printable else widget.screen.active_bindings.get(event.key)
    if active is not None and active.enabled:
        event.stop()
        event.prevent_default()
        await widget.app.run_action(active.binding.action, active.node)
