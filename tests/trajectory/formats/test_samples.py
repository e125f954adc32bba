"""Real files of each agent come to what is known of them, and to events that belong together.

They are reference data that is kept beside the project, or where SAWHORSE_SAMPLES says.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from app.trajectory.events import Record, SessionImported, ToolFinished, ToolRequested, ToolStarted
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.opening import Reading, opened
from app.trajectory.formats.table import FORMATS

BESIDE = Path(__file__).parents[4] / "shared" / "trajectories"
SAMPLES = Path(os.environ.get("SAWHORSE_SAMPLES", BESIDE))
OURS = {"sawhorse", "generic"}
LOOKED_AT = 20  # records at each end whose place is looked up


def truth() -> dict[str, dict[str, object]]:
    path = SAMPLES / "truth.json"
    if not path.is_file():
        pytest.skip(f"NOT CHECKED: the samples of other agents' trajectories are not in {SAMPLES}")
    known: dict[str, dict[str, object]] = json.loads(path.read_text())
    return known


def figures(reading: Reading) -> dict[str, object]:
    counts: Counts = reading.counts
    return {
        "format": reading.format,
        "variant": reading.variant or None,
        "records": counts.records,
        "bad_records": counts.bad_records,
        "assistant_messages": counts.assistant_messages,
        "user_messages": counts.user_messages,
        "tool_calls": counts.tool_calls,
        "tool_results": counts.tool_results,
        "tool_errors": counts.tool_errors,
        "tool_calls_by_name": dict(counts.calls_by_name),
        "input_tokens": counts.tokens.input_tokens,
        "output_tokens": counts.tokens.output_tokens,
        "cache_read_tokens": counts.tokens.cache_read_tokens,
        "cache_write_tokens": counts.tokens.cache_write_tokens,
        "reasoning_tokens": counts.tokens.reasoning_tokens,
        "cost_usd": None if counts.tokens.cost_usd is None else pytest.approx(counts.tokens.cost_usd),
        "models": sorted(counts.models),
        "first_ts": counts.first and counts.first[1],
        "last_ts": counts.last and counts.last[1],
    }


def check_that_events_belong_together(reading: Reading, records: list[Record]) -> None:
    assert isinstance(records[0].event, SessionImported)
    assert not any(isinstance(record.event, SessionImported) for record in records[1:])
    asked: set[str] = set()
    answered: set[str] = set()
    for record in records:
        match record.event:
            case ToolRequested(call=call):
                assert call not in asked
                asked.add(call)
            case ToolStarted(call=call):
                assert call in asked
            case ToolFinished(call=call):
                assert call in asked - answered
                answered.add(call)
            case _:
                pass
    for record in [*records[1:][:LOOKED_AT], *records[-LOOKED_AT:]]:
        assert not record.source or reading.source.raw(record.source)


@pytest.mark.parametrize("name", [known.name for known in FORMATS if known.name not in OURS])
def test_every_sample_comes_to_what_is_known_of_it(name: str) -> None:
    samples = {path: known for path, known in truth().items() if known["format"] == name}
    assert samples
    for path, known in samples.items():
        reading = opened(SAMPLES / path)
        records = list(reading.records())
        found = figures(reading)
        assert {"path": path, **found} == {"path": path, **{key: known[key] for key in found}}
        check_that_events_belong_together(reading, records)


def test_what_is_of_no_known_format_is_shown_as_far_as_it_can_be() -> None:
    samples = [path for path, known in truth().items() if known["format"] == "unknown"]
    assert samples
    for path in samples:
        reading = opened(SAMPLES / path)
        records = list(reading.records())
        assert reading.format == "generic"
        assert len(records) > 1
        check_that_events_belong_together(reading, records)
