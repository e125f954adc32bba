"""The history of chats that aider keeps: Markdown, where a person speaks in headings and aider in quotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from app.trajectory.content import Block, Text, Thinking, ToolCall, Usage
from app.trajectory.events import Event, Note, SessionImported, UserMessage
from app.trajectory.formats.aider_edits import edits
from app.trajectory.formats.answers import Answers
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.parts import first_line
from app.trajectory.formats.source import Source
from app.trajectory.formats.values import seconds

_BEGINS = re.compile(r"^# aider chat started at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)", re.MULTILINE)
_PROMPT = re.compile(r"^#### (.*)$(?:\n####.*)*", re.MULTILINE)
_MARKED = re.compile(r"^(?:####|>).*  \r?$", re.MULTILINE)
_VERSION = re.compile(r"^> Aider v(\S+)", re.MULTILINE)
_MODEL = re.compile(r"(?:Main model|Model): (\S+) with ")
_TOKENS = re.compile(r"([\d.,]{1,12})([kM]?) (sent|received|cache write|cache hit)")
_COST = re.compile(r"Cost: \$([\d.,]{1,12}) message")
_SCALE = {"": 1, "k": 1_000, "M": 1_000_000}
_APPLIED = "Applied edit to "
_THINKING, _ANSWER = "► **THINKING**", "► **ANSWER**"
_TAGGED = re.compile(r"<(thinking-content-[0-9a-f]{32})>(.*?)</\1>", re.DOTALL)

_Lines = list[tuple[str, str]]


class Aider:
    """One file has all chats of a folder, without the times of what was said."""

    name = "aider"

    def recognise(self, source: Source) -> str | None:
        """Whether a chat begins in it."""
        return "" if source.shape == "text" and _BEGINS.search(source.first_text) else None

    def read(self, source: Source, counts: Counts) -> Iterator[Entry]:
        """What was said, and which edits were made of it."""
        counts.assistant_messages = counts.tool_results = counts.tool_errors = None
        counts.records = 1  # what follows the end of the last line counts as one
        head = source.first_text
        begins, version = _BEGINS.search(head), _VERSION.search(head)
        prompts = _PROMPT.findall(head)
        asked = next((prompt for prompt in prompts if not prompt.startswith("/")), "")
        imported = SessionImported(
            "aider",
            program="aider",
            program_version=version[1] if version else "",
            model=found[1] if (found := _MODEL.search(head)) else "",
            title=first_line(asked or next(iter(prompts), "")),
        )
        yield Entry(imported, seconds(begins[1]) if begins else 0.0)
        reader = _Reader(counts)
        marked = _MARKED.search(head) is not None
        for kind, group in groupby(source.text(), lambda line: _kind(line[1], marked=marked)):
            yield from reader.entries(kind, list(group))
        yield from reader.answer([])


def _kind(line: str, *, marked: bool) -> str:
    """What a line is of.

    Args:
        line: Without its end.
        marked: Lines of aider end in two blanks, unlike headings and quotes in an answer: nobody took the
            blanks away.
    """
    is_speech = line.startswith(("#### ", "> ")) or line in ("####", ">")
    if is_speech and (line.endswith("  ") or not marked):
        return line[0]
    return "begins" if _BEGINS.match(line) else "answer"


class _Reader:
    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._answers = Answers()
        self._model = ""
        self._said: _Lines = []
        self._begun = False
        self._command = ""

    def entries(self, kind: str, lines: _Lines) -> Iterator[Entry]:
        """What lines of the same kind tell."""
        self._counts.records += len(lines)
        match kind:
            case "answer":
                self._said = lines if any(line.strip() for _, line in lines) else []
            case ">":
                yield from self.answer([line[1:].strip() for _, line in lines], lines)
            case "#":
                yield from self.answer([])
                self._counts.said()
                words = "\n".join(line.lstrip("#").strip() for _, line in lines)
                is_repeated = self._command.startswith("/") and words == self._command.partition(" ")[2]
                self._command = words
                yield _entry(UserMessage(words, synthetic=is_repeated), lines)
            case _:
                yield from self.answer([])
                yield from self._begins(lines)

    def answer(self, console: Iterable[str], lines: _Lines | None = None) -> Iterator[Entry]:
        """The answer that came before, and what aider itself said of it.

        Args:
            console: What it said, a line each.
            lines: The same with their places.
        """
        told = [line for line in console if line]
        for line in told:
            if found := _MODEL.match(line):
                self._model = found[1]
                self._counts.model(found[1])
        said, self._said = self._said, []
        applied = [line.removeprefix(_APPLIED) for line in told if line.startswith(_APPLIED)]
        if said or applied:
            yield from self._answered(said or lines or [], bool(said), told, applied)
        rest = [line for line in told if not line.startswith((_APPLIED, "Tokens: "))]
        if rest and lines:
            yield _entry(Note("\n".join(rest)), lines)

    def _answered(
        self, lines: _Lines, has_words: bool, told: Iterable[str], applied: Iterable[str]
    ) -> Iterator[Entry]:
        words = "\n".join(line for _, line in lines).strip("\n") if has_words else ""
        blocks: list[Block] = []
        thought = ""
        if _THINKING in words and _ANSWER in words:
            thought, _, words = words.partition(_ANSWER)
            thought = thought.partition(_THINKING)[2].rstrip("- \n")
        elif tagged := _TAGGED.match(words):
            thought, words = tagged[2], words[tagged.end() :]
        if thought.strip():
            blocks.append(Thinking(thought.strip()))
        if words.strip():
            blocks.append(Text(words.strip("\n")))
        proposed = edits(words)
        calls = [self._edit(path, proposed.get(path, [])) for path in applied]
        tokens = next((line for line in told if line.startswith("Tokens: ")), "")
        cost = _COST.search(tokens)
        response = self._answers.answer(
            [*blocks, *calls],
            model=self._model,
            usage=_usage(tokens),
            cost=_amount(cost[1]) if cost else None,
        )
        for event in response:
            yield _entry(event, lines)
        for call in calls:
            path = call.arguments["path"]
            yield _entry(self._answers.calls.finished(call.id, "done", f"{_APPLIED}{path}"), lines)

    def _edit(self, path: str, proposed: list[dict[str, str]]) -> ToolCall:
        self._counts.call("edit")
        arguments: dict[str, object] = {"path": path, "edits": proposed} if proposed else {"path": path}
        return self._answers.calls.call(None, "edit", arguments, f"edit-{len(self._answers.calls) + 1}")

    def _begins(self, lines: _Lines) -> Iterator[Entry]:
        for line in lines:
            if found := _BEGINS.match(line[1]):
                ts = seconds(found[1])
                self._counts.time(ts, found[1])
                if self._begun:
                    yield Entry(Note(f"a chat began at {found[1]}"), ts, line[0])
                self._begun = True


def _usage(line: str) -> Usage:
    """The tokens that a line tells of, such as `Tokens: 2.1k sent, 326 received.`"""
    found = {kind: int(_amount(count) * _SCALE[unit]) for count, unit, kind in _TOKENS.findall(line)}
    read, written = found.get("cache hit", 0), found.get("cache write", 0)
    return Usage(max(found.get("sent", 0) - read - written, 0), found.get("received", 0), read, written)


def _amount(figure: str) -> float:
    try:
        return float(figure.replace(",", "").rstrip("."))
    except ValueError:
        return 0.0


def _entry(event: Event, lines: _Lines) -> Entry:
    """An event that stands in all of the lines."""
    start, _, _ = lines[0][0][1:].partition("+")
    last, _, length = lines[-1][0][1:].partition("+")
    return Entry(event, source=f"@{start}+{int(last) + int(length) - int(start)}")
