"""Which keys a person may bind to what: a wrong line is said and left out, the rest counts."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterator, Mapping

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import KEY_ALIASES, Keys, _character_to_key

from app.screens.checkpoints import CheckpointsScreen
from app.screens.comparison import ComparisonScreen
from app.screens.help import HelpScreen
from app.screens.hunk_review import HunkReviewScreen
from app.screens.inbox import InboxScreen
from app.screens.jobs import JobsScreen
from app.screens.library import LibraryScreen
from app.screens.library_folders import LibraryFoldersScreen
from app.screens.output import OutputScreen
from app.screens.replay import ReplayScreen
from app.screens.review import ReviewScreen
from app.screens.run_export import ExportScreen
from app.screens.session import SessionScreen
from app.screens.settings import SettingsScreen
from app.screens.settings_rows import BoundAction
from app.screens.statistics import StatisticsScreen
from app.screens.viewer.agent_tree import AgentTreeScreen
from app.screens.viewer.filter import FilterScreen
from app.screens.viewer.screen import ViewerScreen
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
from widgets.event_list import EventList
from widgets.output_pane import OutputPane
from widgets.pane_area import PaneArea
from widgets.prompt_line import PromptLine
from widgets.run_detail import RunDetail
from widgets.run_list import RunList
from widgets.setting_field import ListEditor, SettingField
from widgets.setting_list import SettingList
from widgets.terminal_pane import TerminalPane

# They take keys one inside the other: the key of one would hide that of another.
_NESTED: tuple[tuple[type[DOMNode], ...], ...] = (
    (CallPane, CallBody, OutputPane, TerminalPane, PaneArea),
    (HunkReview, DiffView),
    (ViewerScreen, EventList),
    (ComparisonScreen, EventList),
    (LibraryScreen, RunList),
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
    (SettingsScreen, SettingList, SettingField, ListEditor),
    (ViewerScreen, EventList, RunDetail, DiffView, PromptLine),
    (FilterScreen,),
    (AgentTreeScreen,),
    (ExportScreen,),
    (ReplayScreen, CallPane, CallBody, OutputPane, TerminalPane, PaneArea, Conversation),
    (LibraryScreen, RunList),
    (LibraryFoldersScreen,),
    (ComparisonScreen, EventList, DiffView),
    (StatisticsScreen,),
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


def actions(*more: type[DOMNode]) -> list[BoundAction]:
    """Every action that a key can be bound to.

    Args:
        more: The app, whose own bindings count too.
    """
    return [
        BoundAction(binding.id or "", binding.key, binding.description) for binding in _known(*more).values()
    ]


def checked(keys: Mapping[str, str], *more: type[DOMNode]) -> tuple[dict[str, str], list[str]]:
    """The lines of a person's keymap that can count, and what is wrong with the others.

    Args:
        keys: Keys by id of binding, such as `session.mode` to `f7`.
        more: The app, whose own bindings count too.
    """
    known = _known(*more)
    good = dict(keys)
    problems: dict[str, str] = {}
    # What is left out has its own keys again, which another line may have counted on.
    while wrong := _last_problem(good, known):
        name, problem = wrong
        problems[name] = f"keys.{name} = {good.pop(name)!r} is left out: {problem}"
    return good, [problems[name] for name in keys if name in problems]


def problem(name: str, chosen: str, keys: Mapping[str, str], *more: type[DOMNode]) -> str:
    """What is wrong with keys for an action; empty if nothing is.

    Args:
        name: Its id.
        chosen: The keys, with a comma between.
        keys: What the person has bound otherwise.
        more: The app, whose own bindings count too.
    """
    return _problem(name, chosen, _known(*more), checked(keys, *more)[0])


def _known(*more: type[DOMNode]) -> dict[str, Binding]:
    return {binding.id or "": binding for binding in bindings(*PARTS, *more)}


def _last_problem(keys: Mapping[str, str], known: Mapping[str, Binding]) -> tuple[str, str] | None:
    """The last line that cannot count, and why: of two that want one key, the first has it."""
    for name, chosen in reversed(list(keys.items())):
        if problem := _problem(name, chosen, known, keys):
            return name, problem
    return None


def _problem(name: str, chosen: str, known: Mapping[str, Binding], keys: Mapping[str, str]) -> str:
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
        shared = _keys(chosen) & _keys(keys.get(other, binding.key))
        if other != name and shared and _clash(known[name], binding):
            return f"{min(shared)} is taken by {other}: {binding.description}"
    return ""


def _keys(chosen: str) -> set[str]:
    """Keys by the names that Textual gives them."""
    keys = {key.strip() for key in chosen.split(",")}
    return {_character_to_key(key) if len(key) == 1 else key for key in keys}


def _clash(one: Binding, two: Binding) -> bool:
    """Whether there is a place where one key would do only one of two actions."""
    if one.priority or two.priority:  # it takes the key from whatever is on the same screen
        screens = [
            {i for i, parts in enumerate(_SCREENS) if _parts_with(binding) & set(parts)}
            for binding in (one, two)
        ]
        return not all(screens) or bool(screens[0] & screens[1])
    parts, others = _parts_with(one), _parts_with(two)
    return bool(parts & others) or any(parts & set(nest) and others & set(nest) for nest in _NESTED)


def _parts_with(binding: Binding) -> set[type[DOMNode]]:
    """The parts that have a binding; none if it is the app's."""
    return {part for part in PARTS if any(other.id == binding.id for other in bindings(part))}


def _is_key(key: str) -> bool:
    *modifiers, name = key.split("+") if key != "+" else ["+"]
    return bool(name) and set(modifiers) <= _MODIFIERS and (len(name) == 1 or _is_name(name))


def _is_name(name: str) -> bool:
    """Whether it is how Textual calls a key, such as `page_up` or `right_square_bracket`."""
    if name in _NAMES:
        return True
    try:
        return bool(unicodedata.lookup(name.replace("_", " ")))
    except KeyError:
        return False
