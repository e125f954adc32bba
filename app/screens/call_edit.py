"""A call as a text that a person can change, and what they have made of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from app.screens.open_questions import OpenQuestion
from app.terminal.reveal import reveal

LONGEST = 200_000
"""Characters of a text that can be changed; to draw a longer one would hold up the screen."""


class EditError(ValueError):
    """The text is not what the call can run with; one line says why."""


@dataclass(frozen=True, slots=True)
class CallEdit:
    """What of a call is changed.

    Args:
        arguments: What it would run with otherwise.
        text: What is changed, safe to show.
        is_command: The text is the command; otherwise all arguments, as JSON.
    """

    arguments: Mapping[str, object]
    text: str
    is_command: bool

    @classmethod
    def of(cls, question: OpenQuestion) -> CallEdit:
        """The command of a call, or its arguments. What cannot be seen stands there as an escape of JSON."""
        command = question.arguments.get("command")
        if question.command and isinstance(command, str) and reveal(command) == command:
            return cls(question.arguments, command, is_command=True)
        text = json.dumps(dict(question.arguments), indent=2, ensure_ascii=False)
        if reveal(text) != text:
            text = json.dumps(dict(question.arguments), indent=2)
        return cls(question.arguments, text, is_command=False)

    def read(self, text: str) -> Mapping[str, object] | None:
        """The arguments that a text says; None if they are as before.

        Raises:
            EditError: It says none.
        """
        if self.is_command:
            if not text.strip():
                raise EditError("there is no command; escape goes back, n says no")
            arguments = {**self.arguments, "command": text}
        else:
            try:
                arguments = json.loads(text)
            except json.JSONDecodeError as error:
                raise EditError(f"line {error.lineno}, column {error.colno}: {error.msg}") from None
            except RecursionError:
                raise EditError("it is nested too deep") from None
            if not isinstance(arguments, dict):
                raise EditError("the arguments are an object: begin with { and end with }")
        return None if arguments == self.arguments else arguments
