"""`sawhorse trajectory check` and `repair`: whether a file is whole, and making ours one to go on with."""

from __future__ import annotations

import json
import shlex
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from app.cli.named_run import named_run
from app.cli.parser import UsageError
from app.cli.rules_output import say
from app.trajectory.formats.contract import UnreadableError
from app.trajectory.formats.generic import Generic
from app.trajectory.formats.opening import Reading, opened
from app.trajectory.formats.sawhorse import Sawhorse
from app.trajectory.health import Health, scan
from app.trajectory.interrupted import interrupted_calls
from app.trajectory.lines import located
from app.trajectory.reader import read
from app.trajectory.recording.mending import NoTrajectoryError
from app.trajectory.recording.repair import repair
from app.trajectory.summary import figures

_NOT_WHOLE = 1
_MOST_SHOWN = 200


def check(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """Look at every line of a file, and change nothing."""
    path = named_run(chosen.file, environ)
    reading = _of_others(path)
    try:
        return _check_ours(path, chosen.json) if reading is None else _check_theirs(reading, chosen.json)
    except UnreadableError as error:
        raise UsageError(str(error)) from None
    except NoTrajectoryError:
        raise _nothing_in(path) from None
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from None


def mend(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """Set aside what was cut off at the end of a recording of ours."""
    path = named_run(chosen.file, environ)
    if (reading := _of_others(path)) is not None:
        raise UsageError(f"{path} is a recording of another agent ({reading.format}); nothing was changed")
    try:
        repaired = repair(path)
    except NoTrajectoryError:
        raise _nothing_in(path) from None
    except OSError as error:
        raise UsageError(f"cannot repair {path}: {error.strerror or error}") from None
    _show(path, repaired.before)
    if repaired.end.set_aside is not None:
        say(f"the torn end was moved to {repaired.end.set_aside}")
    elif repaired.before.can_be_appended_to:
        say("nothing to repair: a session can go on with it")
    else:
        say("the last line was ended")
    return 0


def _nothing_in(path: Path) -> UsageError:
    return UsageError(f"{path} has no event in it; nothing was changed")


def _of_others(path: Path) -> Reading | None:
    """A recording of another agent; None if it is ours, perhaps with a damaged beginning, or none at all.

    Raises:
        UsageError: It is no file, and no folder that is a run.
    """
    try:
        reading = opened(path)
    except UnreadableError as error:
        if not located(path).is_file():
            raise UsageError(str(error)) from None
        return None
    ours = reading.format == Sawhorse.name
    if reading.format == Generic.name:
        ours = reading.source.shape == "text" or (path.is_file() and scan(path).records > 0)
    return None if ours else reading


def _check_theirs(reading: Reading, as_json: bool) -> int:
    for _ in reading.entries():
        pass
    found = figures(reading)
    problems = reading.source.problems
    if as_json:
        named = {name: found[name] for name in ("format", "variant", "records", "bad_records", "problems")}
        print(json.dumps({"file": str(reading.source.path), "whole": not problems, **named}, indent=1))
    else:
        written = f"{reading.format}, {reading.variant}" if reading.variant else reading.format
        say(f"{reading.source.path}: {_counted(reading.counts.records, 'record')} ({written})")
        for problem in problems:
            say(f"  {problem}")
        say("the rest can be read" if problems else "it is whole")
    return _NOT_WHOLE if problems else 0


def _check_ours(path: Path, as_json: bool) -> int:
    health = scan(path)
    if health.size and not health.records:
        raise NoTrajectoryError
    calls = [call.call for call in interrupted_calls(read(path))]
    if as_json:
        print(json.dumps(_as_json(path, health, calls), indent=1))
        return 0 if health.is_whole else _NOT_WHOLE
    _show(path, health)
    if calls:
        say(f"  calls without a result: {', '.join(calls[:_MOST_SHOWN])}")
    if health.is_whole:
        say("it is whole")
    elif health.can_be_appended_to:
        say("what is damaged is passed over by whatever reads the file; the rest is as it was recorded")
    else:
        say(f"`sawhorse trajectory repair {shlex.quote(str(path))}` makes it one that can be gone on with")
    return 0 if health.is_whole else _NOT_WHOLE


def _as_json(path: Path, health: Health, calls: list[str]) -> dict[str, object]:
    findings = [
        {"line": finding.line, "offset": finding.offset, "what": finding.what, "detail": finding.detail}
        for finding in health.findings
    ]
    return {
        "file": str(path),
        "whole": health.is_whole,
        "format": Sawhorse.name,
        "records": health.records,
        "bytes": health.size,
        "findings": findings,
        "more_findings": health.more,
        "torn_bytes": health.torn,
        "ends_in_newline": health.ends,
        "calls_without_result": calls,
    }


def _show(path: Path, health: Health) -> None:
    say(f"{path}: {_counted(health.records, 'event')} in {health.size:,} bytes")
    for finding in health.findings[:_MOST_SHOWN]:
        say(f"  line {finding.line:,} at byte {finding.offset:,}: {finding.what}: {finding.detail}")
    if more := health.more + max(len(health.findings) - _MOST_SHOWN, 0):
        say(f"  … and {more:,} more")
    if health.torn:
        say(f"  the end is torn: the last {_counted(health.torn, 'byte')} are no event")
    elif not health.ends:
        say("  the last line has no newline")


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
