"""The style of a part of a widget, as its style sheet has it."""

from __future__ import annotations

from rich.style import Style
from textual.widget import Widget


def own_style(widget: Widget, component: str) -> Style:
    """Only what the component sets: a colour mixed with the background, but no background of its parents.

    Args:
        widget: The widget.
        component: The name of the component class.
    """
    own = widget.get_component_rich_style(component, partial=True)
    mixed = widget.get_component_rich_style(component)
    color, background = own.color and mixed.color, own.bgcolor and mixed.bgcolor
    return own + Style(color=color, bgcolor=background)
