"""Places that no command touches unasked, whatever allows the command."""

from __future__ import annotations

import os

from app.approval.parts import Part, parts
from app.approval.places import Here
from app.approval.programs import CHANGES, SYSTEM_FOLDERS, without_message
from app.approval.shell.parser import parse


def critical_target(command: str, here: Here) -> str:
    """Why a plain command that is allowed must be asked about all the same; empty if nothing was found.

    It names a place outside of the workspace or a protected file; or all of the workspace, to a program that
    changes files.

    Args:
        command: The exact shell command.
        here: Where it runs.
    """
    return next(filter(None, map(_reaches, parts(parse(command), here))), "")


def _reaches(part: Part) -> str:
    if not part.words:
        return ""
    program, arguments = part.words[0], list(part.words[1:])
    name = os.path.basename(program.text)
    if os.path.dirname(program.text) not in SYSTEM_FOLDERS and (why := part.leads_out(program)):
        return f"runs a program: {why}"
    if name == "git":
        arguments = without_message(arguments)
    changes = any(os.path.basename(word.text) in CHANGES for word in part.words)
    reasons = map(part.may_destroy if changes else part.leads_out, arguments)
    why = next(filter(None, reasons), "")
    return f"{name}: {why}" if why else ""
