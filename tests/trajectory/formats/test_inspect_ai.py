"""Logs of Inspect AI, as JSON and as archives."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from app.trajectory.content import Text, Thinking, Usage
from app.trajectory.events import (
    AgentStarted,
    ModelResponse,
    Note,
    SessionImported,
    SystemMessage,
    Unmapped,
    UserMessage,
)
from tests.trajectory.formats.reading import DATA
from tests.trajectory.formats.records import finished, of, read

LOG = DATA / "inspect" / "log.json"


def archive(path: Path, header: str = "header.json") -> Path:
    """The same log as an archive."""
    log = json.loads(LOG.read_text())
    samples = log.pop("samples")
    with zipfile.ZipFile(path, "w") as target:
        for number in (10, 2):
            target.writestr(f"samples/{number}_epoch_1.json", json.dumps(samples[number == 10]))
        target.writestr(header, json.dumps(log))
        target.writestr("summaries.json", "[]")
    return path


def test_a_log_says_what_was_evaluated() -> None:
    reading, records = read(LOG)
    assert (reading.format, reading.variant) == ("inspect", "json")
    event = records[0].event
    assert isinstance(event, SessionImported)
    assert (event.title, event.model, event.program_version) == ("browser", "openai/gpt", "0.3.95")
    assert event.facts["scores"] == {"includes accuracy": 0.5}


def test_each_sample_begins_with_a_heading_and_is_an_agent_of_its_own() -> None:
    records = read(LOG)[1]
    assert [(event.name, event.title) for event in of(AgentStarted, records)] == [
        ("sample 1", "Find the page"),
        ("page-2 (epoch 2)", "Say yes"),
    ]
    assert {record.agent for record in records[1:]} == {"sample 1", "page-2 (epoch 2)"}


def test_an_archive_has_the_same_samples_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    reading, records = read(archive(tmp_path / "log.eval"))
    assert reading.variant == "eval-zip"
    assert [record.event for record in records][1:] == [record.event for record in read(LOG)[1]][1:]
    assert records[1].source == "samples/2_epoch_1.json#"
    assert '"role": "system"' in reading.source.raw(records[2].source)


def test_an_archive_that_is_still_written_is_known_by_how_it_began(tmp_path: Path) -> None:
    reading, records = read(archive(tmp_path / "log.eval", "_journal/start.json"))
    assert reading.format == "inspect"
    assert len(of(AgentStarted, records)) == 2


def test_a_single_sample_is_the_main_agent(tmp_path: Path) -> None:
    log = json.loads(LOG.read_text())
    log["samples"] = log["samples"][:1]
    (tmp_path / "log.json").write_text(json.dumps(log))
    records = read(tmp_path / "log.json")[1]
    assert {record.agent for record in records} == {""}
    assert not of(AgentStarted, records)


def test_what_was_kept_apart_is_put_back_and_images_have_a_label() -> None:
    records = read(LOG)[1]
    assert of(SystemMessage, records) == [SystemMessage("Use the browser.")]
    assert [(event.text, event.synthetic) for event in of(UserMessage, records)] == [
        ("Find the page\n[image: png, 72 B]", False),
        ("Please go on.", True),
        ("Say yes", False),
    ]


def test_an_answer_has_its_thoughts_its_tokens_and_how_long_it_took() -> None:
    first, second, third = of(ModelResponse, read(LOG)[1])
    assert first.blocks[:2] == (Thinking("Both.", "s"), Text("I go."))
    assert (first.usage, first.duration, first.stop) == (Usage(400, 20, 100), 1.5, "tools")
    assert (second.usage.input_tokens, second.duration, second.stop) == (600, 2.0, "end")
    assert (third.usage, third.stop) == (Usage(5, 1), "length")


def test_calls_have_the_times_of_the_events_of_their_tools() -> None:
    results = finished(read(LOG)[1])
    assert [(one.call, one.status, one.duration) for one in results.values()] == [
        ("g1", "done", 2.4),
        ("g2", "timeout", 1.35),
    ]
    assert results["g2"].content == "It took too long."


def test_errors_limits_scores_and_results_of_no_call_are_told() -> None:
    records = read(LOG)[1]
    assert [note.text for note in of(Note, records)] == [
        'limit: {"type": "message", "limit": 5}',
        "score includes: C\nIt says 7.",
        "error: It broke.",
    ]
    assert [(event.type, event.text) for event in of(Unmapped, records)] == [
        ("sandbox", "ls -l"),
        ("logger", "logger, warning, slow"),
        ("tool result", "lost …"),
    ]


def test_a_log_is_counted_by_its_header_and_its_messages() -> None:
    counts = read(LOG)[0].counts
    assert (counts.records, counts.assistant_messages, counts.user_messages) == (2, 3, None)
    assert (counts.tool_calls, counts.tool_results, counts.tool_errors) == (2, 3, 2)
    assert (counts.tokens.input_tokens, counts.tokens.cache_read_tokens) == (1105, 100)
    assert counts.models == {"openai/gpt"}


@pytest.mark.parametrize("times", [3, 100_000])
def test_a_long_text_that_is_named_again_and_again_is_put_back_only_so_often(
    tmp_path: Path, times: int
) -> None:
    log = json.loads(LOG.read_text())
    sample = log["samples"][0]
    name = next(iter(sample["attachments"]))
    sample["attachments"][name] = "x" * 100_000
    sample["messages"] = [{"role": "user", "content": f"attachment://{name} " * times}]
    log["samples"] = [sample]
    (tmp_path / "log.json").write_text(json.dumps(log))
    [message] = of(UserMessage, read(tmp_path / "log.json")[1])
    assert len(message.text) < 2**27
