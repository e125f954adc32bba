"""The keys of the viewer."""

from __future__ import annotations

from textual.binding import Binding
from textual.content import Content

from widgets.verbs import Verb, verb_line

BINDINGS = (
    Binding("enter", "read", "Read the event that is looked at", id="viewer.read"),
    Binding("e", "jump('error', 1)", "Next error", id="viewer.next_error"),
    Binding("E", "jump('error', -1)", "Error before", id="viewer.previous_error"),
    Binding("t", "jump('call', 1)", "Next tool call", id="viewer.next_call"),
    Binding("T", "jump('call', -1)", "Tool call before", id="viewer.previous_call"),
    Binding("u", "jump('user', 1)", "Next message of a person", id="viewer.next_user"),
    Binding("U", "jump('user', -1)", "Message of a person before", id="viewer.previous_user"),
    Binding("]", "jump('turn', 1)", "Next turn", id="viewer.next_turn"),
    Binding("[", "jump('turn', -1)", "Turn before", id="viewer.previous_turn"),
    Binding("/", "search", "Search all that the run holds", id="viewer.search"),
    Binding("n", "match(1)", "Next match", id="viewer.next_match"),
    Binding("N", "match(-1)", "Match before", id="viewer.previous_match"),
    Binding("F", "filter", "List only some kinds, tools, agents, or errors", id="viewer.filter"),
    Binding("a", "agents", "The sub-agents: list one of them", id="viewer.agents"),
    Binding("g", "place", "Go to a number or a time", id="viewer.place"),
    Binding("w", "follow", "Follow the end, or not", id="viewer.follow"),
    Binding("m", "mark", "Mark the event, or not", id="viewer.mark"),
    Binding("'", "marked", "Next mark", id="viewer.marked"),
    Binding("z", "unfold", "Unfold long texts, or fold them", id="viewer.unfold"),
    Binding("+", "zoom(0.5)", "Timeline: closer", id="viewer.closer"),
    Binding("-", "zoom(2)", "Timeline: farther", id="viewer.farther"),
    Binding("0", "zoom(0)", "Timeline: all of it", id="viewer.whole"),
    Binding("o", "raw", "The record as it was written", id="viewer.raw"),
    Binding("p", "pager", "Open the event in $PAGER", id="viewer.pager"),
    Binding("y", "copy", "Copy the event", id="viewer.copy"),
    Binding("s", "statistics", "Figures: time, tokens, cost, tools", id="viewer.statistics"),
    Binding("=", "compare", "Compare with another run", id="viewer.compare"),
    Binding("x", "export", "Write it to a file: HTML, Markdown, ATIF, …", id="viewer.export"),
    Binding("r", "replay", "Replay it", id="viewer.replay"),
    Binding("R", "fork", "Go on from here: resume or fork", id="viewer.fork"),
    Binding("f5", "reopen", "Open the file again", id="viewer.reopen"),
    Binding("escape", "back", "End what is going on; then back", id="viewer.back"),
    Binding("q", "dismiss", "Back", id="viewer.leave"),
)
_KEYS = (
    Verb("j k", "move", 0), Verb("enter", "read", 4), Verb("/", "search", 1), Verb("e", "error", 3),
    Verb("t", "call", 6), Verb("u", "user", 7), Verb("]", "turn", 8), Verb("F", "filter", 2),
    Verb("g", "go to", 9), Verb("w", "follow", 5), Verb("s", "figures", 10), Verb("=", "compare", 11),
    Verb("x", "export", 12), Verb("esc", "back", 1),
)  # fmt: skip
_ALL_KEYS = Verb("f1", "all keys", 0)


def key_line(width: int) -> Content:
    """The keys that there is room for."""
    return verb_line(_KEYS, width, _ALL_KEYS)
