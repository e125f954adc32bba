"""`sawhorse trajectory`: whether a recording is whole, and making it one that can be gone on with."""

from __future__ import annotations

import shlex
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from app.cli.parser import UsageError
from app.settings.places import expanded
from app.terminal.text import safe_line
from app.trajectory.health import Health, scan
from app.trajectory.interrupted import interrupted_calls
from app.trajectory.mending import NoTrajectoryError
from app.trajectory.reader import read
from app.trajectory.repair import repair

_NOT_WHOLE = 1
_MOST_SHOWN = 200


def trajectory(chosen: Namespace, _environ: Mapping[str, str]) -> int:
    """Check or repair a file."""
    path = expanded(chosen.file)
    path = path / "trajectory.jsonl" if path.is_dir() else path
    try:
        return _repair(path) if chosen.action == "repair" else _check(path)
    except NoTrajectoryError:
        raise UsageError(f"{path} has no event in it; nothing was changed") from None
    except OSError as error:
        doing = "repair" if chosen.action == "repair" else "read"
        raise UsageError(f"cannot {doing} {path}: {error.strerror or error}") from None


def _check(path: Path) -> int:
    health = scan(path)
    if health.size and not health.records:
        raise NoTrajectoryError
    _show(path, health)
    calls = interrupted_calls(read(path))
    if calls:
        _say(f"  calls without a result: {', '.join(call.call for call in calls[:_MOST_SHOWN])}")
    if health.is_whole:
        _say("it is whole")
    elif health.can_be_appended_to:
        _say("what is damaged is passed over by whatever reads the file; the rest is as it was recorded")
    else:
        _say(f"`sawhorse trajectory repair {shlex.quote(str(path))}` makes it one that can be gone on with")
    return 0 if health.is_whole else _NOT_WHOLE


def _repair(path: Path) -> int:
    repaired = repair(path)
    _show(path, repaired.before)
    if repaired.end.set_aside is not None:
        _say(f"the torn end was moved to {repaired.end.set_aside}")
    elif repaired.before.can_be_appended_to:
        _say("nothing to repair: a session can go on with it")
    else:
        _say("the last line was ended")
    return 0


def _show(path: Path, health: Health) -> None:
    _say(f"{path}: {_counted(health.records, 'event')} in {health.size:,} bytes")
    for finding in health.findings[:_MOST_SHOWN]:
        _say(f"  line {finding.line:,} at byte {finding.offset:,}: {finding.what}: {finding.detail}")
    if more := health.more + max(len(health.findings) - _MOST_SHOWN, 0):
        _say(f"  … and {more:,} more")
    if health.torn:
        _say(f"  the end is torn: the last {_counted(health.torn, 'byte')} are no event")
    elif not health.ends:
        _say("  the last line has no newline")


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _say(line: str) -> None:
    print(safe_line(line))
