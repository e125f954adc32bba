"""Which keys a person may bind to what: a wrong line is said and left out, the rest counts."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import KEY_ALIASES, Keys

from app.screens.checkpoints import CheckpointsScreen
from app.screens.help import HelpScreen
from app.screens.hunk_review import HunkReviewScreen
from app.screens.inbox import InboxScreen
from app.screens.jobs import JobsScreen
from app.screens.output import OutputScreen
from app.screens.review import ReviewScreen
from app.screens.session import SessionScreen
from app.screens.welcome import WelcomeScreen
from app.screens.yolo import YoloScreen
from widgets.call_body import CallBody
from widgets.call_editor import CallEditor
from widgets.call_pane import CallPane
from widgets.composer import Composer
from widgets.conversation import Conversation
from widgets.diff.editor import HunkEditor, ReasonField
from widgets.diff.review import HunkReview
from widgets.diff.view import DiffView
from widgets.output_pane import OutputPane
from widgets.pane_area import PaneArea
from widgets.terminal_pane import TerminalPane

# They take keys one inside the other: the key of one would hide that of another.
_NESTED: tuple[tuple[type[DOMNode], ...], ...] = (
    (CallPane, CallBody, OutputPane, TerminalPane, PaneArea),
    (HunkReview, DiffView),
)
_SCREENS: tuple[tuple[type[DOMNode], ...], ...] = (
    (SessionScreen, Composer, CallPane, CallBody, OutputPane, TerminalPane, PaneArea, Conversation),
    (WelcomeScreen,),
    (OutputScreen, OutputPane, DiffView),
    (InboxScreen, CallEditor),
    (YoloScreen,),
    (JobsScreen,),
    (HunkReviewScreen, HunkReview, DiffView, HunkEditor, ReasonField),
    (ReviewScreen, HunkReview, DiffView),
    (CheckpointsScreen, DiffView),
    (HelpScreen,),
)
PARTS = tuple(dict.fromkeys(part for parts in _SCREENS for part in parts))
_MODIFIERS = {"ctrl", "shift", "alt", "super", "hyper", "meta"}
_NAMES = {key.value for key in Keys} | set(KEY_ALIASES)


def parts_of(screen: DOMNode) -> tuple[type[DOMNode], ...]:
    """A screen's class and those of its parts, whether or not they are there now."""
    return next((parts for parts in _SCREENS if isinstance(screen, parts[0])), ())


def bindings(*parts: type[DOMNode]) -> Iterator[Binding]:
    """Every binding of these parts that has an id."""
    for part in parts:
        for binding in part.BINDINGS:
            if isinstance(binding, Binding) and binding.id:
                yield binding


def checked(keys: Mapping[str, str], *more: type[DOMNode]) -> tuple[dict[str, str], list[str]]:
    """The lines of a person's keymap that can count, and what is wrong with the others.

    Args:
        keys: Keys by id of binding, such as `session.mode` to `f7`.
        more: The app, whose own bindings count too.
    """
    known = {binding.id or "": binding for binding in bindings(*PARTS, *more)}
    good: dict[str, str] = {}
    problems = []
    for name, chosen in keys.items():
        if problem := _problem(name, chosen, known):
            problems.append(f"keys.{name} = {chosen!r} is left out: {problem}")
        else:
            good[name] = chosen
    return good, problems


def _problem(name: str, chosen: str, known: Mapping[str, Binding]) -> str:
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
        return f"there is no such action; the nearest is {near[0]}"
    for key in chosen.split(","):
        if not _is_key(key.strip()):
            return f"{key!r} is no key; write it as f7, ctrl+k or alt+up"
        takes_letters = known[name].priority or name == "terminal.detach"
        if takes_letters and len(key.strip()) == 1:
            return "it would be taken from what you type; choose a function key, or one with ctrl or alt"
    for other, binding in known.items():
        shared = {key.strip() for key in chosen.split(",")} & set(binding.key.split(","))
        if other != name and shared and (binding.priority or _meet(name, other)):
            return f"{min(shared)} is taken by {other}"
    return ""


def _meet(name: str, other: str) -> bool:
    """Whether two actions can be asked for where one key would do only one of them."""
    one, two = _parts_with(name), _parts_with(other)
    return bool(one & two) or any(one & set(nest) and two & set(nest) for nest in _NESTED)


def _parts_with(name: str) -> set[type[DOMNode]]:
    return {part for part in PARTS if any(binding.id == name for binding in bindings(part))}


def _is_key(key: str) -> bool:
    *modifiers, name = key.split("+") if key != "+" else ["+"]
    return bool(name) and set(modifiers) <= _MODIFIERS and (len(name) == 1 or name in _NAMES)
