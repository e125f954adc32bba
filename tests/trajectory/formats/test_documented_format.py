"""The format that the documentation shows works as it says."""

from __future__ import annotations

import json
import re
from pathlib import Path

from app.trajectory.events import Event, ToolFinished, ToolRequested
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.source import Source
from app.trajectory.formats.table import FORMATS

PAGE = (Path(__file__).parents[3] / "app" / "trajectory" / "formats" / "README.md").read_text(
    encoding="utf-8"
)


def test_the_example_reads_its_files(tmp_path: Path) -> None:
    example = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert example
    names: dict[str, object] = {}
    exec(example[1], names)  # noqa: S102 - it is our own page
    turns = [
        {"who": "person", "said": "list the files", "at": "2026-01-02T10:00:00Z"},
        {
            "who": "model",
            "said": "I do.",
            "calls": [{"id": "c", "name": "bash", "arguments": {"command": "ls"}}],
        },
        {"who": "tool", "call": "c", "said": "a.py"},
        {"who": "wind", "said": "whoo"},
    ]
    path = tmp_path / "run.json"
    path.write_text(json.dumps({"parrot_turns": turns}))
    source, counts = Source(path), Counts()
    parrot = names["Parrot"]
    assert isinstance(parrot, type)
    reader = parrot()
    assert reader.recognise(source) == ""
    entries = list(reader.read(source, counts))
    events: list[Event] = [entry.event for entry in entries]
    assert [event.kind for event in events] == [
        "session.imported",
        "user.message",
        "model.response",
        "tool.requested",
        "tool.finished",
        "unmapped",
    ]
    requested, finished = events[3], events[4]
    assert isinstance(requested, ToolRequested)
    assert isinstance(finished, ToolFinished)
    assert requested.call == finished.call == "c"
    assert entries[1].ts == 1767348000
    assert (counts.records, counts.user_messages, counts.assistant_messages, counts.tool_results) == (
        4,
        1,
        1,
        1,
    )


def test_every_format_is_listed() -> None:
    assert [known.name for known in FORMATS if f"`{known.name}`" not in PAGE] == []
