"""`sawhorse trajectory convert` and `export`: a run written for other tools, and for people."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

from app.cli.named_run import named_run
from app.cli.parser import UsageError
from app.session.redaction import Redaction
from app.settings.load import load
from app.settings.places import expanded
from app.terminal.text import safe_line
from app.trajectory.export.output import whole_file
from app.trajectory.export.writing import convert, export
from app.trajectory.formats.contract import UnreadableError
from app.trajectory.formats.opening import Reading
from app.trajectory.lines import located

_STANDARD_OUTPUT = "-"


def convert_run(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """Write a run as another agent's tools read it, whole: what is secret stays in it."""
    path = named_run(chosen.file, environ)
    return _written(chosen, path, lambda stream: convert(path, chosen.to, stream))


def export_run(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """Write a run for people to read, without secrets."""
    path = named_run(chosen.file, environ)
    redact = Redaction(environ, load(environ).settings).redact
    return _written(chosen, path, lambda stream: export(path, chosen.to, stream, redact))


def _written(chosen: Namespace, source: Path, write: Callable[[BinaryIO], Reading]) -> int:
    try:
        if chosen.output in (None, _STANDARD_OUTPUT):
            sys.stdout.flush()
            reading = write(sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            reading = _into(expanded(chosen.output), chosen.force, source, write)
    except UnreadableError as error:
        raise UsageError(str(error)) from None
    for problem in reading.source.problems:
        print(f"sawhorse: {safe_line(problem)}", file=sys.stderr)
    return 0


def _into(path: Path, force: bool, source: Path, write: Callable[[BinaryIO], Reading]) -> Reading:
    if path.is_dir():
        raise UsageError(f"{path} is a folder; give the name of a file")
    if path.exists() and path.samefile(located(source)):
        raise UsageError(f"{path} is the run itself; give another name")
    try:
        with whole_file(path, force=force) as stream:
            return write(stream)
    except FileExistsError:
        raise UsageError(f"{path} is there already; --force writes over it") from None
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from None
