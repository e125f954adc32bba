"""The styles that a diff is drawn with. They come from the theme, through component classes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from rich.style import Style

if TYPE_CHECKING:
    from textual.app import App
    from textual.widget import Widget

_NONE = Style.null()


@dataclass(frozen=True, slots=True)
class Palette:
    """One style a role. `text` holds the colours of the widget; the others are laid over it."""

    text: Style = _NONE
    file: Style = _NONE
    hunk: Style = _NONE
    note: Style = _NONE
    number: Style = _NONE
    added: Style = _NONE
    removed: Style = _NONE
    added_sign: Style = _NONE
    removed_sign: Style = _NONE
    added_words: Style = _NONE
    removed_words: Style = _NONE
    missing: Style = _NONE
    rejected: Style = _NONE
    accepted_mark: Style = _NONE
    rejected_mark: Style = _NONE
    edited_mark: Style = _NONE
    current: Style = _NONE
    current_unfocused: Style = _NONE
    rule: Style = _NONE
    escape: Style = _NONE
    more: Style = _NONE
    match: Style = _NONE
    match_current: Style = _NONE
    keyword: Style = _NONE
    string: Style = _NONE
    comment: Style = _NONE
    literal: Style = _NONE
    name: Style = _NONE
    builtin: Style = _NONE

    def code(self, role: str) -> Style:
        """The style of a role of the highlighter; an unknown one is plain."""
        return getattr(self, "literal" if role == "number" else role, _NONE) if role in _CODE else _NONE

    @classmethod
    def of(cls, widget: Widget) -> Palette:
        """Read the component classes of a widget."""
        # Few colours only say what becomes of a line: code in green would look like a line that is new.
        few = widget.app.native_ansi_color or widget.has_class(_SIXTEEN)
        roles = {
            role: _component(widget, class_name)
            for role, class_name in _CLASSES.items()
            if not (few and role in _STYLES_OF_CODE)
        }
        return cls(text=widget.rich_style, **roles)


def classes_for(app: App[object]) -> tuple[str, ...]:
    """The classes of a widget that draws a diff on the terminal of an app; none where it has all colours.

    The nearest of few colours to two of ours is often the same one.
    """
    few = {"standard": (_SIXTEEN,), "256": ("-256-colors",)}
    return () if app.is_headless or app.no_color else few.get(app.console.color_system or "", ())


_SIXTEEN = "-16-colors"
_CODE = {"keyword", "string", "comment", "number", "name", "builtin"}
_STYLES_OF_CODE = {"keyword", "string", "comment", "literal", "name", "builtin"}
_CLASSES = {
    field.name: f"diff-view--{field.name.replace('_', '-')}"
    for field in fields(Palette)
    if field.name != "text"
}
COMPONENT_CLASSES = set(_CLASSES.values())

COMPONENT_CSS = """
    & > .diff-view--file { background: $panel; text-style: bold; }
    & > .diff-view--hunk { background: $surface; color: $text-muted; }
    & > .diff-view--note { color: $text-muted; }
    & > .diff-view--number { color: $text-muted; }
    & > .diff-view--added { background: $success 12%; }
    & > .diff-view--removed { background: $error 12%; }
    & > .diff-view--added-sign { color: $text-success; text-style: bold; }
    & > .diff-view--removed-sign { color: $text-error; text-style: bold; }
    & > .diff-view--added-words { background: $success 32%; }
    & > .diff-view--removed-words { background: $error 32%; }
    & > .diff-view--missing { background: $surface; }
    & > .diff-view--rejected { color: $text-muted; }
    & > .diff-view--accepted-mark { color: $text-success; text-style: bold; }
    & > .diff-view--rejected-mark { color: $text-error; text-style: bold; }
    & > .diff-view--edited-mark { color: $text-warning; text-style: bold; }
    & > .diff-view--current { color: $accent; }
    & > .diff-view--current-unfocused { color: $border-blurred; }
    & > .diff-view--rule { color: $border-blurred; }
    & > .diff-view--escape { color: $text-warning; text-style: bold; }
    & > .diff-view--more { color: $text-warning; text-style: bold; }
    & > .diff-view--match { text-style: underline; background: $warning-muted; }
    & > .diff-view--match-current {
        text-style: bold reverse; color: $text-warning; background: $warning-muted;
    }
    & > .diff-view--keyword { color: $text-accent; }
    & > .diff-view--string { color: $text-secondary; }
    & > .diff-view--comment { color: $text-muted; text-style: italic; }
    & > .diff-view--literal { color: $text-warning; }
    & > .diff-view--name { color: $text-primary; }
    & > .diff-view--builtin { color: $text-primary; }
    &:ansi > .diff-view--note { text-style: dim; }
    &:ansi > .diff-view--number { text-style: dim; }
    &:ansi > .diff-view--rejected { text-style: dim; }
    &:ansi > .diff-view--added { color: ansi_green; background: ansi_default; }
    &:ansi > .diff-view--removed { color: ansi_red; background: ansi_default; }
    &:ansi > .diff-view--added-words { text-style: underline; background: ansi_default; }
    &:ansi > .diff-view--removed-words { text-style: underline; background: ansi_default; }
    &:ansi > .diff-view--match { color: ansi_black; background: ansi_yellow; }
    &:nocolor > .diff-view--added-words { text-style: underline; }
    &:nocolor > .diff-view--removed-words { text-style: underline; }
    &.-16-colors > .diff-view--file { background: $background; }
    &.-16-colors > .diff-view--hunk { background: $background; }
    &.-16-colors > .diff-view--match { color: #000000; background: #ffff55; }
    &.-16-colors > .diff-view--match-current { text-style: bold; color: #000000; background: #aaaaaa; }
    &.-16-colors:dark > .diff-view--added { color: #55ff55; background: #000000; }
    &.-16-colors:dark > .diff-view--added-sign { color: #55ff55; }
    &.-16-colors:dark > .diff-view--removed { color: #ff5555; background: #000000; }
    &.-16-colors:dark > .diff-view--removed-sign { color: #ff5555; }
    &.-16-colors:dark > .diff-view--added-words { text-style: underline; background: #000000; }
    &.-16-colors:dark > .diff-view--removed-words { text-style: underline; background: #000000; }
    &.-16-colors:light > .diff-view--added { color: #00aa00; background: #ffffff; }
    &.-16-colors:light > .diff-view--added-sign { color: #00aa00; }
    &.-16-colors:light > .diff-view--removed { color: #aa0000; background: #ffffff; }
    &.-16-colors:light > .diff-view--removed-sign { color: #aa0000; }
    &.-16-colors:light > .diff-view--added-words { text-style: underline; background: #ffffff; }
    &.-16-colors:light > .diff-view--removed-words { text-style: underline; background: #ffffff; }
    &.-256-colors:dark > .diff-view--added { background: #005f00; }
    &.-256-colors:dark > .diff-view--removed { background: #5f0000; }
    &.-256-colors:dark > .diff-view--added-words { text-style: underline; background: #005f00; }
    &.-256-colors:dark > .diff-view--removed-words { text-style: underline; background: #5f0000; }
    &.-256-colors:dark > .diff-view--comment { color: #bcbcbc; }
    &.-256-colors:light > .diff-view--added { background: #d7ffd7; }
    &.-256-colors:light > .diff-view--removed { background: #ffd7d7; }
    &.-256-colors:light > .diff-view--added-words { background: #afffaf; }
    &.-256-colors:light > .diff-view--removed-words { background: #ffafaf; }
"""


def _component(widget: Widget, class_name: str) -> Style:
    """Only what the component sets: a colour mixed with the background, but no background of its parents."""
    own = widget.get_component_rich_style(class_name, partial=True)
    mixed = widget.get_component_rich_style(class_name)
    color, background = own.color and mixed.color, own.bgcolor and mixed.bgcolor
    return own + Style(color=color, bgcolor=background)
