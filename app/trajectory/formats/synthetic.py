"""What programs say to a model in the place of a person, known by how it begins."""

from __future__ import annotations

_OF_CLAUDE_CODE = (
    "[Request interrupted by user",
    "Caveat: The messages below",
    "<local-command-",
    "<bash-stdout>",
    "<bash-stderr>",
    "<system-reminder>",
    "<task-notification>",
    "<user-prompt-submit-hook>",
)
_OF_CODEX = (
    "# AGENTS.md instructions",
    "<environment_context>",
    "<user_instructions>",
    "<permissions instructions>",
    "<turn_aborted>",
    "<subagent_notification>",
    "<user_shell_command>",
    "<skill>",
    "<INSTRUCTIONS>",
)


def is_synthetic(said: str) -> bool:
    """Whether a program said it in the place of the person."""
    return said.lstrip().startswith(_OF_CLAUDE_CODE + _OF_CODEX)
