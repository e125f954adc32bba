"""What a file of OpenHands says about itself, as the first event of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.trajectory.events import SessionImported
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.parts import flat_text
from app.trajectory.formats.task_title import task_title
from app.trajectory.formats.values import mapping, seconds, text

_FACTS = (
    "dataset",
    "agent_class",
    "data_split",
    "dataset_split",
    "max_iterations",
    "start_time",
    "git_commit",
)


def imported(
    variant: str, records: Sequence[Mapping[str, object]], state: Mapping[str, object] | None = None
) -> Entry:
    """The event that a run was imported.

    Args:
        variant: How it is written.
        records: Its first events, or its runs.
        state: What the folder of a conversation says about it.
    """
    held = state or {}
    metadata = mapping(records[0].get("metadata")) if records else {}
    facts = {name: metadata[name] for name in _FACTS if name in metadata}
    events = records if variant != "output.jsonl" else []
    event = SessionImported(
        "openhands",
        variant,
        program="OpenHands",
        session=text(held.get("id")),
        workspace=text(mapping(held.get("workspace")).get("working_dir")) or _first(_folders(events)),
        model=text(mapping(mapping(held.get("agent")).get("llm")).get("model")) or _first(_models(records)),
        title=task_title(_first(_tasks(records))),
        facts=facts,
    )
    stamps = (*(record.get("timestamp") for record in records), metadata.get("start_time"))
    return Entry(event, next(filter(None, map(seconds, stamps)), 0.0))


def _tasks(records: Sequence[Mapping[str, object]]) -> Iterator[str]:
    for record in records:
        if record.get("source") == "user" and record.get("action") == "message":
            yield flat_text(mapping(record.get("args")).get("content"))
        elif record.get("source") == "user" and record.get("kind") == "MessageEvent":
            yield flat_text(mapping(record.get("llm_message")).get("content"))
        yield flat_text(record.get("instruction") or record.get("issue"))


def _models(records: Sequence[Mapping[str, object]]) -> Iterator[str]:
    for record in records:
        yield text(mapping(mapping(record.get("tool_call_metadata")).get("model_response")).get("model"))
        metadata, value = mapping(record.get("metadata")), mapping(record.get("value"))
        for holder in (metadata.get("llm_config"), metadata.get("llm"), value):
            yield text(mapping(holder).get("model"))


def _folders(records: Sequence[Mapping[str, object]]) -> Iterator[str]:
    for record in records:
        for holder in (record.get("extras"), record.get("observation")):
            yield text(mapping(mapping(holder).get("metadata")).get("working_dir"))


def _first(texts: Iterator[str]) -> str:
    return next(filter(None, texts), "")
