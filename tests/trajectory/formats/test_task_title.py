"""The title of a task that stands inside of a prompt."""

from __future__ import annotations

import pytest

from app.trajectory.formats.task_title import task_title


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("Rename it\nplease", "Rename it …"),
        ("Here's the issue text:\nISSUE:\nThe sum is wrong\n", "The sum is wrong"),
        ("<pr_description>\nConsider the following PR description:\nKeep it\n</pr_description>", "Keep it …"),
        ("PR description:\n\n<pr_description>\nKeep it", "Keep it"),
        ("Please solve this issue: a colon is missing", "a colon is missing"),
        ("Rules.\n\nTask Description:\nSay hello", "Say hello"),
        ("", ""),
    ],
)
def test_it_is_the_first_line_of_the_task(prompt: str, title: str) -> None:
    assert task_title(prompt) == title
