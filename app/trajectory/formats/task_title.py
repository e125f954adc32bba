"""The title of a task that stands inside of a prompt."""

from __future__ import annotations

import re

from app.trajectory.formats.parts import first_line

_BEFORE = re.compile(
    r"<(?:pr_description|issue_description|issue|task|problem)>"
    r"|(?:^|\b)(?:ISSUE|PR description|issue text|solve this issue|Problem statement\]|Task Description)"
    r"[^\S\n]*:",
)
_LONGEST_LEAD = 200  # characters from one sign that a task begins to the next
_FARTHEST = 20_000  # characters


def task_title(prompt: str) -> str:
    """The first line of the task; of the whole prompt where it does not say where the task begins.

    Args:
        prompt: What the program told the model first.
    """
    head = prompt[:_FARTHEST]
    found = _BEFORE.search(head)
    while found and (nearer := _BEFORE.search(head, found.end(), found.end() + _LONGEST_LEAD)):
        found = nearer
    return first_line(head[found.end() :] if found else head)
