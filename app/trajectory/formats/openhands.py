"""Sessions of OpenHands, of both its kinds of events, in any of the files and folders that hold them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from app.trajectory.events import AgentStarted, Note, UserMessage
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.openhands_header import imported
from app.trajectory.formats.openhands_run import OpenHandsRun, is_event
from app.trajectory.formats.parts import as_json, flat_text
from app.trajectory.formats.source import Pause, Source
from app.trajectory.formats.task_title import task_title
from app.trajectory.formats.values import first_text, items, mapping, seconds, text

_MEMBER = re.compile(r"(?:events/)?(event-)?(\d{1,9})(?:-[^/]*)?\.json")
_STATE = "base_state.json"
_OF_INSTANCE = ("instance_id", "test_result", "git_patch", "issue", "instruction")
_HISTORIES = ("history", "trajectory")
_SAMPLE = 20  # records that are looked at to tell the format

Placed = tuple[Mapping[str, object], str]
"""A record, and where it stands."""


class OpenHands:
    """A list of events, a folder of them, lines of them, or a line for each of several runs."""

    name = "openhands"

    def recognise(self, source: Source) -> str | None:
        """Whether its first records are events, or runs that have some."""
        if source.shape == "folder":
            return _folder(source)
        if isinstance(source.document, list):
            return "list" if _has_events(source.document) else None
        for record in map(mapping, source.sample):
            if is_event(record):
                return "events.jsonl"
            history = _history(record)
            if "history" in record and any(name in record for name in _OF_INSTANCE):
                return "output.jsonl" if not history or _has_events(history) else None
            if _has_events(history):
                return "list"
        return None

    def read(self, source: Source, counts: Counts) -> Iterator[Entry]:
        """Its events; of several runs in a file, one after the other, each as an agent of its own."""
        variant = self.recognise(source) or ""
        run = OpenHandsRun(counts)
        if variant == "events.jsonl":
            yield imported(variant, list(map(mapping, source.sample)))
            yield from _lines(source, counts, run)
        elif variant == "output.jsonl":
            yield imported(variant, list(map(mapping, source.sample)))
            yield from _instances(source, counts, run)
        else:
            placed = list(_members(source) if source.shape == "folder" else _listed(source.document))
            yield imported(variant, [record for record, _ in placed], _state(source))
            for record, place in placed:
                yield from run.events(record, place)
        yield from run.ended()


def _lines(source: Source, counts: Counts, run: OpenHandsRun) -> Iterator[Entry]:
    for line in source.lines():
        if isinstance(line, Pause):
            yield from run.given_out()
        elif record := mapping(line.value):
            yield from run.events(record, line.place)
        else:
            counts.bad_records += 1


def _instances(source: Source, counts: Counts, run: OpenHandsRun) -> Iterator[Entry]:
    """Each run, with a heading before it, and what it came to after it."""
    if isinstance(source.document, dict) and not source.is_one_line:
        yield from _instance(source.document, "", run)
        return
    for line in source.lines():
        if isinstance(line, Pause):
            continue
        if record := mapping(line.value):
            yield from _instance(record, f"{line.place}#", run)
        else:
            counts.bad_records += 1


def _instance(record: Mapping[str, object], place: str, run: OpenHandsRun) -> Iterator[Entry]:
    name = text(record.get("instance_id")) or f"run {run.number + 1}"
    run.begin(name)
    events = list(_listed(record, place))
    began = next(filter(None, (seconds(event.get("timestamp")) for event, _ in events)), 0.0)
    told = "instruction" if record.get("instruction") else "issue"
    task = flat_text(record.get(told))
    yield Entry(AgentStarted(name, title=task_title(task)), began, place.removesuffix("#"), name)
    if task and not any(event.get("source") == "user" for event, _ in events):
        yield Entry(UserMessage(task), began, f"{place}/{told}", name)
    for event, where in events:
        yield from run.events(event, where)
    yield from run.given_out()
    ended = max((seconds(event.get("timestamp")) for event, _ in events), default=0.0)
    if error := record.get("error"):
        yield Entry(Note(flat_text(error), "error"), ended, f"{place}/error", name)
    result = mapping(record.get("test_result"))
    patch = first_text(result, ("git_patch",)) or text(record.get("git_patch"))
    if result or patch:
        yield Entry(Note(f"Result:\n{patch or as_json(result)}"), ended, place.removesuffix("#"), name)


def _listed(value: object, place: str = "") -> Iterator[Placed]:
    """The events of a list, or of the history of an object; those of a list of pairs one by one."""
    if isinstance(value, dict):
        name = next((name for name in _HISTORIES if isinstance(value.get(name), list)), "history")
        value, place = value.get(name), f"{place}/{name}"
    for number, record in enumerate(items(value)):
        if isinstance(record, list):
            for inner, part in enumerate(record):
                yield mapping(part), f"{place}/{number}/{inner}"
        else:
            yield mapping(record), f"{place}/{number}"


def _members(source: Source) -> Iterator[Placed]:
    """The events of a folder, in the order of their numbers."""
    found = [(int(match[2]), name) for name in source.archive.members if (match := _MEMBER.fullmatch(name))]
    for _, name in sorted(found):
        if record := mapping(source.archive.json(name)):
            yield record, f"{name}#"


def _folder(source: Source) -> str | None:
    names = [match for name in source.archive.members if (match := _MEMBER.fullmatch(name))]
    for match in names[:_SAMPLE]:
        if is_event(mapping(source.archive.json(match[0]))):
            return "v1-dir" if match[1] else "v0-dir"
    return None


def _state(source: Source) -> Mapping[str, object]:
    """The settings and figures of a conversation that has a folder."""
    has_one = source.shape == "folder" and _STATE in source.archive.members
    return mapping(source.archive.json(_STATE)) if has_one else {}


def _history(record: Mapping[str, object]) -> list[object]:
    return next((found for name in _HISTORIES if isinstance(found := record.get(name), list)), [])


def _has_events(values: list[object]) -> bool:
    return any(is_event(record) for record, _ in _listed(values[:_SAMPLE]))
