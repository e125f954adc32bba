"""Searches a folder where the machine has no ripgrep, and says what it finds in ripgrep's JSON lines.

A program of its own, `python -m app.workspace.scan REQUEST` in the folder to search: Python cannot leave a
regular expression once it matches, so whoever waits must be able to kill it.
"""

from __future__ import annotations

import base64
import codecs
import io
import json
import os
import re
import resource
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from app.workspace.globs import Glob
from app.workspace.ignore import Ignore, walk
from app.workspace.request import ScanRequest

_MOST_SECONDS = 120
_HEAD = 2**16
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def main() -> int:
    """Read the request from the command line; write to standard output."""
    # Whoever started this may have died without a chance to kill it.
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
        pattern = re.compile(request.pattern, re.IGNORECASE if request.ignore_case else 0)
    except (re.error, OverflowError, RecursionError) as error:
        print(f"regex parse error: {error}", file=sys.stderr)
        return 2
    for path in _files(request):
        for record in _search(path, pattern, request.context):
            sys.stdout.write(json.dumps(record, separators=(",", ":")) + "\n")
        sys.stdout.flush()
    return 0


def _files(request: ScanRequest) -> Iterator[str]:
    if request.file is not None:
        yield f"./{request.file}"
        return
    here = os.getcwd()
    include = Glob(request.include) if request.include else None
    for path in walk(here, Ignore.at(Path(here), inherit=request.inherit)):
        relative = os.path.relpath(path, here)
        if include is None or include.fits(relative):
            yield f"./{relative}"


def _search(path: str, pattern: re.Pattern[str], context: int) -> Iterator[dict[str, object]]:
    """Records of one file; the last one says whether it holds a NUL, as only binary files do."""
    before: deque[dict[str, object]] = deque(maxlen=context)
    after = found = 0
    binary = False
    try:
        with open(path, "rb") as opened:
            content = _readable(opened)
            for number, raw in enumerate(content, start=1):
                if b"\0" in raw:
                    binary = True
                    break
                text = raw.rstrip(b"\n").removesuffix(b"\r").decode("utf-8", "surrogateescape")
                match = pattern.search(text)
                if match is None and not context:
                    continue
                record = _record(path, number, raw, text, match)
                if match is not None:
                    found += 1
                    yield from before
                    before.clear()
                    yield record
                    after = context
                elif after:
                    after -= 1
                    yield record
                else:
                    before.append(record)
    except OSError:
        return
    if found:
        data = {"path": _text(os.fsencode(path)), "binary_offset": 0 if binary else None}
        yield {"type": "end", "data": {**data, "stats": {"matched_lines": found}}}


def _readable(file: BinaryIO) -> BinaryIO:
    """The lines of a file as UTF-8; none if a NUL near its beginning says that it is binary."""
    head = file.read(_HEAD)
    if head.startswith(_UTF_16):
        return io.BytesIO((head + file.read()).decode("utf-16", "replace").encode())
    if b"\0" in head:
        return io.BytesIO()
    file.seek(len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0)
    return file


def _record(path: str, number: int, raw: bytes, text: str, match: re.Match[str] | None) -> dict[str, object]:
    places = []
    if match is not None:
        places = [{"start": len(text[: match.start()].encode("utf-8", "surrogateescape"))}]
    return {
        "type": "context" if match is None else "match",
        "data": {
            "path": _text(os.fsencode(path)),
            "lines": _text(raw),
            "line_number": number,
            "submatches": places,
        },
    }


def _text(raw: bytes) -> dict[str, str]:
    try:
        return {"text": raw.decode()}
    except UnicodeDecodeError:
        return {"bytes": base64.b64encode(raw).decode()}


if __name__ == "__main__":
    sys.exit(main())
