"""Logs of Inspect AI: an archive with a member for each sample, or one document of JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from app.trajectory.events import SessionImported
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.inspect_samples import InspectSamples
from app.trajectory.formats.source import Source
from app.trajectory.formats.values import items, mapping, seconds, text

_HEADERS = ("header.json", "_journal/start.json")
_SAMPLE = re.compile(r"samples/.+\.json")
_NUMBERS = re.compile(r"(\d{1,18})")
_FACTS = ("dataset", "config", "task_args", "sandbox", "tags", "created")
_USAGE = (
    "input_tokens",
    "output_tokens",
    "input_tokens_cache_read",
    "input_tokens_cache_write",
    "reasoning_tokens",
    "total_cost",
)


class InspectAI:
    """An evaluation, each sample of which is a run of its own."""

    name = "inspect"

    def recognise(self, source: Source) -> str | None:
        """Whether there is the header of an evaluation."""
        if source.shape == "archive":
            names = source.archive.members
            return "eval-zip" if any(name in names for name in _HEADERS) and _header(source) else None
        document = mapping(source.document)
        is_log = mapping(document.get("eval")) and "version" in document
        return "json" if is_log and ("samples" in document or "stats" in document) else None

    def read(self, source: Source, counts: Counts) -> Iterator[Entry]:
        """Its samples, one after the other, each as an agent of its own if there are several."""
        header = _header(source)
        stats = mapping(header.get("stats"))
        yield _imported(header, "eval-zip" if source.shape == "archive" else "json")
        _count(header, stats, counts)
        samples = InspectSamples(counts)
        found = items(header.get("samples"))
        if source.shape == "archive":
            names = sorted(filter(_SAMPLE.fullmatch, source.archive.members), key=_in_order)
            for name in names:
                if sample := mapping(source.archive.json(name)):
                    yield from samples.entries(sample, f"{name}#", alone=len(names) == 1)
        for number, value in enumerate(found):
            yield from samples.entries(mapping(value), f"/samples/{number}", alone=len(found) == 1)


def _header(source: Source) -> Mapping[str, object]:
    """What is said about the evaluation; in an archive that is still written, what was known at its start."""
    if source.shape != "archive":
        return mapping(source.document)
    for name in _HEADERS:
        if name in source.archive.members and (header := mapping(source.archive.json(name))):
            return header
    return {}


def _imported(header: Mapping[str, object], variant: str) -> Entry:
    evaluation = mapping(header.get("eval"))
    facts = {name: evaluation[name] for name in _FACTS if name in evaluation}
    results = mapping(header.get("results"))
    scores = {
        f"{text(mapping(score).get('name'))} {name}": mapping(metric).get("value")
        for score in items(results.get("scores"))
        for name, metric in mapping(mapping(score).get("metrics")).items()
    }
    event = SessionImported(
        "inspect",
        variant,
        program="Inspect AI",
        program_version=text(mapping(evaluation.get("packages")).get("inspect_ai")),
        session=text(evaluation.get("eval_id")) or text(evaluation.get("run_id")),
        model=text(evaluation.get("model")),
        title=text(evaluation.get("task")),
        facts={"status": header.get("status"), **facts, **({"scores": scores} if scores else {})},
    )
    started = mapping(header.get("stats")).get("started_at") or evaluation.get("created")
    return Entry(event, seconds(started))


def _count(header: Mapping[str, object], stats: Mapping[str, object], counts: Counts) -> None:
    counts.user_messages = None
    counts.model(mapping(header.get("eval")).get("model"))
    for model, usage in mapping(stats.get("model_usage")).items():
        counts.model(model)
        counts.tokens.add(*(mapping(usage).get(name) for name in _USAGE))
    for stamp in (stats.get("started_at"), stats.get("completed_at")):
        counts.time(seconds(stamp), text(stamp))


def _in_order(name: str) -> list[tuple[int, str]]:
    """Sorts what has numbers in its name by them."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in _NUMBERS.split(name)]
