"""Searches a folder where the machine has no ripgrep, and says what it finds in ripgrep's JSON lines.

A program of its own, `python -m app.workspace.scan REQUEST` in the folder to search: Python cannot leave a
regular expression once it matches, so whoever waits must be able to kill it.
"""

from __future__ import annotations

import base64
import codecs
import json
import os
import re
import resource
import signal
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from types import FrameType
from typing import TextIO

from app.workspace.globs import Glob
from app.workspace.ignore import Ignore, walk
from app.workspace.request import ScanRequest

_MOST_SECONDS = 120  # of work in all, should nobody be left to kill it
_MOST_SECONDS_AT_ONCE = 2
_BLOCK = 2**16
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def main() -> int:
    """Read the request from the command line; write to standard output."""
    with suppress(ValueError):  # a stricter limit is in force already
        resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
    request = ScanRequest(**json.loads(sys.argv[1]))
    try:
        return run(request)
    except BrokenPipeError:
        return 0
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 3


def run(request: ScanRequest) -> int:
    """Carry out a request; returns the exit code, as ripgrep's."""
    if request.pattern is None:
        for path in _files(request):
            sys.stdout.buffer.write(os.fsencode(path) + b"\0")
        return 0
    try:
        pattern = re.compile(request.pattern, re.MULTILINE | (re.IGNORECASE if request.ignore_case else 0))
    except (re.error, OverflowError, RecursionError) as error:
        print(f"regex parse error: {error}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGVTALRM, _time_is_up)
    for path in _files(request):
        for record in _around(_search(path, pattern, request), request.context):
            line = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
            sys.stdout.buffer.write(line.encode() + b"\n")
        sys.stdout.buffer.flush()
    return 0


def _files(request: ScanRequest) -> Iterator[str]:
    if request.file is not None:
        yield f"./{request.file}"
        return
    here = os.getcwd()
    include = Glob(request.include) if request.include else None
    for path in walk(here, Ignore.at(Path(here), inherit=request.inherit)):
        relative = path.removeprefix(here).lstrip("/")
        if include is None or include.fits(relative):
            yield f"./{relative}"


def _search(path: str, pattern: re.Pattern[str], request: ScanRequest) -> Iterator[dict[str, object]]:
    """Records of one file: its matching lines, or all if those around them are wanted, and one at the end.

    That one says whether the file holds a NUL, as only binary files do, and whether the rest of it was given
    up: a pattern may take for ever on a line.
    """
    found, number = 0, 1
    binary = given_up = False
    with suppress(OSError), _opened(path) as file:
        while block := file.read(_BLOCK) + file.readline():
            if "\0" in block:
                binary = True
                if request.file is None:
                    break
                block = block.replace("\0", "\n")
            text = block.removesuffix("\n")
            try:
                starts = _starts(pattern, text)
            except TimeoutError:
                given_up = True
                break
            found += len(starts)
            if request.lines and (starts or request.context):
                for index, line in enumerate(text.split("\n")):
                    if request.context or index in starts:
                        yield _record(path, number + index, line, starts.get(index))
            number += text.count("\n") + 1
    if found or given_up:
        data = {"path": _text(path), "binary_offset": 0 if binary else None, "given_up": given_up}
        yield {"type": "end", "data": {**data, "stats": {"matched_lines": found}}}


def _around(records: Iterator[dict[str, object]], context: int) -> Iterator[dict[str, object]]:
    """Of the lines that do not match, only those around one that does."""
    before: deque[dict[str, object]] = deque(maxlen=context)
    after = 0
    for record in records:
        if record["type"] == "match":
            yield from before
            before.clear()
            after = context
            yield record
        elif record["type"] == "end":
            yield record
        elif after:
            after -= 1
            yield record
        else:
            before.append(record)


def _opened(path: str) -> TextIO:
    file = open(path, "rb")  # noqa: SIM115 - closed by what it is wrapped in
    head = file.peek(3)
    if head.startswith(_UTF_16):
        return TextIOWrapper(file, "utf-16", "replace", newline="\n")
    encoding = "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
    return TextIOWrapper(file, encoding, "surrogateescape", newline="\n")


def _starts(pattern: re.Pattern[str], text: str) -> dict[int, int]:
    """The lines that match, counted from 0, each with the place in it where its first match begins.

    Raises:
        TimeoutError: It takes too long.
    """
    starts = {}
    place = line = 0
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, _MOST_SECONDS_AT_ONCE)
        while match := pattern.search(text, place):
            start = match.start()
            line += text.count("\n", place, start)
            starts[line] = start - (text.rfind("\n", 0, start) + 1)
            end = text.find("\n", match.end())
            if end < 0:
                break
            place = end + 1
            line += 1
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return starts


def _time_is_up(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - a signal's handler
    raise TimeoutError


def _record(path: str, number: int, line: str, start: int | None) -> dict[str, object]:
    places = []
    if start is not None:
        before = line[:start].encode("utf-8", "surrogateescape")
        places = [{"match": _text(line[start:]), "start": len(before)}]
    return {
        "type": "context" if start is None else "match",
        "data": {"path": _text(path), "lines": _text(line), "line_number": number, "submatches": places},
    }


def _text(text: str) -> dict[str, str]:
    try:
        text.encode()
    except UnicodeEncodeError:
        return {"bytes": base64.b64encode(text.encode("utf-8", "surrogateescape")).decode()}
    return {"text": text}


if __name__ == "__main__":
    sys.exit(main())
