"""`sawhorse trajectory list` and `search`: the runs there are, and those in which words were said."""

from __future__ import annotations

import json
import shutil
import sys
import time
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime

from app.cli.parser import UsageError
from app.cli.rules_output import say, short
from app.terminal.text import safe_line
from app.trajectory.library.database import LibraryError
from app.trajectory.library.folders import add, offered, remove
from app.trajectory.library.known_run import Hit, KnownRun
from app.trajectory.library.library import Library
from app.trajectory.library.refreshing import Progress, Refreshed

_NOTHING_FOUND = 1
_NOT_LISTED = "no run has all these words; `sawhorse trajectory search` looks through what was said"
_NOT_SAID = "in no run were all these words said"
_MOST_PROBLEMS = 5
_SHORTEST_TITLE = 20  # cells
_PIPED = 200  # columns where there is no terminal


def list_runs(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """List the runs that have words in their title, model, folder or state.

    Returns:
        The exit code: 1 if there is none.
    """
    with _up_to_date(chosen, environ) as library:
        runs = library.recent(_phrases(chosen.words))
        has_any = bool(runs or library.recent(limit=1))
    if chosen.json:
        print(json.dumps([_as_json(run) for run in runs], indent=1))
    else:
        for run in runs:
            say(_row(run))
        if not runs:
            _tell(_NOT_LISTED if has_any else _no_run(environ))
    return 0 if runs else _NOTHING_FOUND


def search_runs(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """Look for words in what was said in all runs.

    Returns:
        The exit code: 1 if they were said in none.
    """
    if chosen.most < 1:
        raise UsageError("--most takes a number from 1 on")
    with _up_to_date(chosen, environ) as library:
        found = library.search(_phrases(chosen.words) + " ", chosen.most)  # the last word is whole
        has_any = bool(found.total or library.recent(limit=1))
    if chosen.json:
        print(json.dumps({"total": found.total, "hits": [_hit(hit) for hit in found.hits]}, indent=1))
    else:
        for hit in found.hits:
            say(_row(hit.run))
            say(f"    {hit.number}: {hit.snippet}")
        if found.total > len(found.hits):
            say(f"… and {found.total - len(found.hits):,} more; --most N shows more")
        if not found.total:
            _tell(_NOT_SAID if has_any else _no_run(environ))
    return 0 if found.total else _NOTHING_FOUND


@contextmanager
def _up_to_date(chosen: Namespace, environ: Mapping[str, str]) -> Iterator[Library]:
    """The library, with the folders that the command line wants."""
    for folder in chosen.add:
        _tell(f"looks through {short(str(add(folder, environ)))} from now on")
    for folder in chosen.remove:
        _tell(f"no longer looks through {short(str(remove(folder, environ)))}")
    try:
        with closing(Library.open(environ)) as library:
            _tell_problems([*_refresh(library).problems, *library.problems()])
            yield library
    except LibraryError as error:
        raise UsageError(str(error)) from None


def _refresh(library: Library) -> Refreshed:
    """Read what is new. On a terminal it says how far it is, on a line that goes when it is done."""
    if not sys.stderr.isatty():
        return library.refresh()
    try:
        return library.refresh(tell=_tell_progress)
    finally:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _phrases(words: list[str]) -> str:
    """Words of a command line, each as it was given: what has a blank in it stands together."""
    return " ".join('"{}"'.format(word.replace('"', " ")) if " " in word else word for word in words)


def _row(run: KnownRun) -> str:
    began = time.strftime("%Y-%m-%d %H:%M", time.localtime(run.when))
    calls = f"{run.calls} call{'' if run.calls == 1 else 's'}" if run.calls else ""
    counts = [calls, f"{run.errors} failed" if run.errors else ""]
    end = f"  {', '.join(filter(None, counts)) or '-'}  {short(str(run.path))}"
    room = max(shutil.get_terminal_size((_PIPED, 0)).columns - len(end) - 35, _SHORTEST_TITLE)
    return f"{began}  {run.state:<10} {run.format:<9} {_cut(run.title or '-', room)}{end}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _as_json(run: KnownRun) -> dict[str, object]:
    return {
        "path": str(run.path),
        "format": run.format,
        "variant": run.variant or None,
        "title": run.title,
        "models": list(run.models),
        "workspace": run.workspace or None,
        "state": run.state,
        "started": _moment(run.started),
        "ended": _moment(run.ended),
        "duration": run.duration,
        "turns": run.turns,
        "calls": run.calls,
        "errors": run.errors,
        "tokens": run.tokens,
        "cost_usd": run.cost,
        "bytes": run.size,
    }


def _hit(hit: Hit) -> dict[str, object]:
    return {**_as_json(hit.run), "event": hit.number, "snippet": hit.snippet}


def _moment(seconds: float) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).isoformat() if seconds else None


def _no_run(environ: Mapping[str, str]) -> str:
    there = " or ".join(f"--add {short(str(folder))}" for folder in offered(environ))
    return f"no run is known yet; {there or '--add FOLDER'} looks through the runs of another agent"


def _tell(line: str) -> None:
    print(f"sawhorse: {safe_line(line)}", file=sys.stderr)


def _tell_problems(problems: Sequence[str]) -> None:
    for problem in problems[:_MOST_PROBLEMS]:
        _tell(problem)
    if len(problems) > _MOST_PROBLEMS:
        _tell(f"… and {len(problems) - _MOST_PROBLEMS:,} more that could not be read")


def _tell_progress(progress: Progress) -> None:
    print(f"\rreading {progress.done:,} of {progress.total:,}", end="", file=sys.stderr, flush=True)
