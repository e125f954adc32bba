"""`sawhorse trajectory show` and `stats`: a run as text, and what it comes to."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any  # values of JSON

from app.cli.named_run import named_run
from app.cli.parser import UsageError
from app.cli.rules_output import say
from app.terminal.text import safe_line, safe_text
from app.trajectory.events import Record
from app.trajectory.export.amounts import dollars
from app.trajectory.formats.contract import UnreadableError
from app.trajectory.formats.file_bytes import SourceError
from app.trajectory.formats.opening import Reading, opened
from app.trajectory.summary import summary

_WIDEST = 50  # cells for what is counted


def show(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """Print a run, or a part of it, as text, as our events or as it stands in its file."""
    if chosen.start < 0 or (chosen.stop is not None and chosen.stop < chosen.start):
        raise UsageError("--from N must not be below 0, and --to N not below --from")
    if chosen.raw and chosen.json:
        raise UsageError("--raw prints the records of the file, --json our events: give one of them")
    try:
        reading = opened(named_run(chosen.file, environ))
        stop = None if chosen.stop is None else chosen.stop + 1
        records: Iterator[Record] = islice(reading.records(), chosen.start, stop)
        first = next(records, None)
        if first is None and chosen.start:
            raise UsageError(f"the run ends before its event number {chosen.start}")
        records = chain([] if first is None else [first], records)
        if chosen.json:
            _print_events(records)
        else:
            for piece in _raw(reading, records) if chosen.raw else _text(records):
                sys.stdout.write(piece)
    except UnreadableError as error:
        raise UsageError(str(error)) from None
    _tell(reading)
    return 0


def stats(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """Print what a run comes to."""
    try:
        found = summary(opened(named_run(chosen.file, environ)))
    except UnreadableError as error:
        raise UsageError(str(error)) from None
    if chosen.json:
        print(json.dumps(found, indent=1))
        return 0
    rows = list(_rows(found))
    width = min(max(len(label) for label, _ in rows), _WIDEST)
    for label, value in rows:
        say(f"{label[:width]:<{width}}  {value}")
    return 0


def _print_events(records: Iterator[Record]) -> None:
    from app.trajectory.export.sawhorse import sawhorse

    sys.stdout.flush()
    for line in sawhorse(records):
        sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


def _text(records: Iterator[Record]) -> Iterator[str]:
    from app.trajectory.export.plain_text import plain_text

    return plain_text(records)


def _raw(reading: Reading, records: Iterator[Record]) -> Iterator[str]:
    """The records as they stand in the file, each once; several events may come from one."""
    last = ""
    for record in records:
        if record.source and record.source != last:
            last = record.source
            try:
                yield f"{safe_text(reading.source.raw(last))}\n"
            except SourceError as error:
                reading.source.problem(f"the record at {last} cannot be shown: {error}")


def _tell(reading: Reading) -> None:
    for problem in reading.source.problems:
        print(f"sawhorse: {safe_line(problem)}", file=sys.stderr)


def _rows(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a run comes to, a line each; what its format does not record is left out."""
    variant = f" ({found['variant']})" if found["variant"] else ""
    yield "format", f"{found['format']}{variant}"
    yield "records", _amount(found["records"])
    if found["bad_records"]:
        yield "damaged records", _amount(found["bad_records"])
    for name in ("assistant_messages", "user_messages", "tool_calls", "tool_results", "tool_errors"):
        if found[name] is not None:
            yield name.replace("_", " "), _amount(found[name])
    for tool, count in found["tool_calls_by_name"].items():
        yield f"  {safe_line(tool)}", _amount(count)
    for name, count in found["tokens"].items():
        if count is not None:
            yield name.replace("_", " "), _amount(count)
    if found["cost_usd"] is not None:
        yield "cost", f"{dollars(found['cost_usd']):>13}"
    for model in found["models"]:
        yield "model", model
    for name, label in (("first_ts", "first time"), ("last_ts", "last time")):
        if found[name] is not None:
            yield label, str(found[name])
    for problem in found["problems"]:
        yield "problem", problem


def _amount(count: int) -> str:
    return f"{count:>13,}"
