"""Call a tool as a session does: declared first, then run with what it declared."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any, cast  # Any: a tool of any arguments

from app.execution.shell import Shell
from app.execution.shell_state import ShellState
from app.tools.contract import Arguments, Tool, ToolContext, ToolOutcome
from app.trajectory.effects import Effects
from app.workspace.editor import Editor
from app.workspace.files import Files
from app.workspace.paths import Workspace


def context_for(root: Path) -> ToolContext:
    """What a call in this folder may use; no commands."""
    workspace = Workspace(root)
    return ToolContext(
        call_id="call",
        effects=Effects(title=""),
        workspace=workspace,
        editor=Editor(workspace, Files()),
        shell=cast(Shell, None),  # the tools on files run none
        state=ShellState(workspace.root),
        spool=root.parent / "spool",
    )


async def run(tool: Tool[Any], arguments: Arguments, context: ToolContext) -> ToolOutcome:
    """Declare, then run."""
    effects = await asyncio.to_thread(tool.effects, arguments, context.workspace)
    return await tool.run(arguments, replace(context, effects=effects))
