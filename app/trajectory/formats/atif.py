"""Trajectories in the Agent Trajectory Interchange Format of Harbor, written strictly or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.trajectory.events import Note, SessionImported
from app.trajectory.formats.atif_steps import Steps, model_of
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.parts import first_line, flat_text
from app.trajectory.formats.source import Pause, Source
from app.trajectory.formats.synthetic import is_synthetic
from app.trajectory.formats.task_title import task_title
from app.trajectory.formats.unmapped import damaged
from app.trajectory.formats.values import first_text, items, mapping, seconds, text

_VERSION = "ATIF-v"


class Atif:
    """A document with steps; or a header, and a step on each line."""

    name = "atif"

    def recognise(self, source: Source) -> str | None:
        """Whether a document, or the first of its lines, names the version of the format."""
        first = mapping(source.sample[0] if source.sample else None)
        if not text(first.get("schema_version")).startswith(_VERSION):
            return None
        if isinstance(first.get("steps"), list):
            return "json" if source.shape == "document" else None
        return "jsonl" if first.get("__header__") is True else None

    def read(self, source: Source, counts: Counts) -> Iterator[Entry]:
        """The events of each step."""
        counts.tool_errors = None
        document = mapping(source.sample[0] if source.sample else None)
        counts.model(mapping(document.get("agent")).get("model_name"))
        steps = Steps(counts, document)
        if isinstance(document.get("steps"), list):
            listed = items(document.get("steps"))
            yield _imported(document, "json", listed)
            for index, step in enumerate(listed):
                yield from steps.entries(step, f"/steps/{index}")
            yield from steps.others()
            if continued := text(document.get("continued_trajectory_ref")):
                note = Note(f"the run goes on in {continued}")
                yield Entry(note, source="/continued_trajectory_ref")
        else:
            yield _imported(document, "jsonl", source.sample)
            yield from _lines(source, counts, steps)


def _lines(source: Source, counts: Counts, steps: Steps) -> Iterator[Entry]:
    for line in source.lines():
        if isinstance(line, Pause) or mapping(line.value).get("__header__") is True:
            continue
        if line.value is not None:
            yield from steps.entries(line.value, f"{line.place}#")
        else:
            counts.bad_records += 1
            yield Entry(damaged(line.data), source=line.place)


def _imported(document: Mapping[str, object], variant: str, steps: Sequence[object]) -> Entry:
    agent = mapping(document.get("agent"))
    extra, whole_run = mapping(agent.get("extra")), mapping(document.get("extra"))
    told = [mapping(step) for step in steps]
    prompts = [flat_text(step.get("message")) for step in told if step.get("source") == "user"]
    task = next((prompt for prompt in prompts if not is_synthetic(prompt)), "")
    facts: dict[str, object] = {"schema_version": document.get("schema_version")}
    if notes := text(document.get("notes")):
        facts["notes"] = first_line(notes)
    facts |= {
        name: value for name, value in mapping(document.get("final_metrics")).items() if name != "extra"
    }
    folders = items(extra.get("cwds"))
    event = SessionImported(
        "atif",
        variant,
        program=text(agent.get("name")),
        program_version=text(agent.get("version")),
        session=first_text(document, ("session_id", "trajectory_id")),
        workspace=text(extra.get("cwd") or (folders[0] if folders else whole_run.get("workspace"))),
        model=model_of(document),
        title=first_line(text(whole_run.get("title"))) or task_title(task),
        facts=facts,
    )
    created = seconds(document.get("created_at"))
    return Entry(event, created or next((ts for step in told if (ts := seconds(step.get("timestamp")))), 0.0))
