"""The styles that blocks are drawn with, by role. They come from the theme, through component classes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from rich.style import Style

from widgets.status import CallStatus

if TYPE_CHECKING:
    from textual.widget import Widget

_NONE = Style.null()


@dataclass(frozen=True, slots=True)
class Palette:
    """One style a role. `text` holds the colours of the widget, the others are laid over it."""

    text: Style = _NONE
    strong: Style = Style(bold=True)
    emphasis: Style = Style(italic=True)
    struck: Style = Style(strike=True)
    code: Style = _NONE
    link: Style = Style(underline=True)
    heading: Style = Style(bold=True)
    quote: Style = _NONE
    marker: Style = _NONE
    dim: Style = _NONE
    panel: Style = _NONE
    cursor: Style = Style(reverse=True)
    hint: Style = Style(reverse=True)
    user: Style = _NONE
    running: Style = _NONE
    asks: Style = _NONE
    input: Style = _NONE
    waits: Style = _NONE
    done: Style = _NONE
    failed: Style = _NONE
    denied: Style = _NONE
    added: Style = _NONE
    removed: Style = _NONE
    keyword: Style = _NONE
    string: Style = _NONE
    comment: Style = _NONE
    number: Style = _NONE
    name: Style = _NONE
    builtin: Style = _NONE

    def style(self, role: str) -> Style:
        """The style of a role over the text; an unknown role is plain text."""
        return self.text + getattr(self, role, _NONE)

    @classmethod
    def of(cls, widget: Widget) -> Palette:
        """Read the component classes of a widget."""
        roles = {role: _component(widget, class_name) for role, class_name in _CLASSES.items()}
        return cls(text=widget.rich_style, **roles)


_CLASSES = {field.name: f"conversation--{field.name}" for field in fields(Palette) if field.name != "text"}
COMPONENT_CLASSES = set(_CLASSES.values())

COMPONENT_CSS = """
    & > .conversation--strong { text-style: bold; }
    & > .conversation--emphasis { text-style: italic; }
    & > .conversation--struck { text-style: strike; }
    & > .conversation--code { color: $text-warning; }
    & > .conversation--link { color: $text-primary; text-style: underline; }
    & > .conversation--heading { color: $text-accent; text-style: bold; }
    & > .conversation--quote { color: $text-secondary; }
    & > .conversation--marker { color: $text-accent; }
    & > .conversation--dim { color: $text-muted; }
    & > .conversation--asks { text-style: bold; }
    & > .conversation--failed { text-style: bold; }
    &:ansi > .conversation--dim { text-style: dim; }
    &:ansi > .conversation--waits { text-style: dim; }
    &:ansi > .conversation--comment { text-style: dim italic; }
    & > .conversation--panel { background: $surface; }
    & > .conversation--cursor { text-style: reverse; }
    & > .conversation--hint { text-style: reverse; }
    & > .conversation--user { color: $text-primary; text-style: bold; }
    & > .conversation--added { color: $text-success; }
    & > .conversation--removed { color: $text-error; }
    & > .conversation--keyword { color: $text-accent; }
    & > .conversation--string { color: $text-success; }
    & > .conversation--comment { color: $text-muted; text-style: italic; }
    & > .conversation--number { color: $text-warning; }
    & > .conversation--name { color: $text-primary; }
    & > .conversation--builtin { color: $text-secondary; }
""" + "\n".join(f"    & > .conversation--{status} {{ color: {status.colour}; }}" for status in CallStatus)


def _component(widget: Widget, class_name: str) -> Style:
    """Only what the component sets: a colour mixed with the background, but no background of its parents."""
    own = widget.get_component_rich_style(class_name, partial=True)
    mixed = widget.get_component_rich_style(class_name)
    color, background = own.color and mixed.color, own.bgcolor and mixed.bgcolor
    return own + Style(color=color, bgcolor=background)
