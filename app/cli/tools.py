"""`sawhorse tools`: what a model can call, and one call outside a session."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

import orjson

from app.cli.parser import UsageError
from app.cli.workspace import workspace_of
from app.execution.commands import CommandRunner
from app.execution.shell import Shell
from app.settings.load import load
from app.settings.schema import ToolSettings
from app.tools.contract import ToolContext, ToolError, ToolOutcome
from app.tools.registry import Registry
from app.workspace.editor import Editor
from app.workspace.files import Files
from app.workspace.paths import Workspace


def tools(chosen: Namespace, environ: Mapping[str, str]) -> int:
    """Run one action of `sawhorse tools`."""
    registry = Registry()
    if chosen.action == "list":
        for schema in registry.schemas():
            print(f"{schema.name:<28} {schema.description.partition('. ')[0].rstrip('.')}")
        return 0
    if chosen.name not in registry.names:
        raise UsageError(f"there is no tool {chosen.name}; the tools are: {', '.join(registry.names)}")
    if chosen.action == "show":
        schema = next(schema for schema in registry.schemas() if schema.name == chosen.name)
        _print({"name": schema.name, "description": schema.description, "parameters": schema.parameters})
        return 0
    try:
        arguments = orjson.loads(chosen.arguments)
    except orjson.JSONDecodeError as error:
        raise UsageError(f"the arguments are not JSON: {error}") from None
    if not isinstance(arguments, dict):
        raise UsageError('the arguments must be a JSON object, such as {"command": "ls"}')
    root = workspace_of(chosen.workspace, "give the folder to work in with --workspace")
    settings = load(environ, workspace=root).settings.tools
    folder = Path(tempfile.mkdtemp(prefix="sawhorse-"))
    kept: Path | None = None
    try:
        outcome = asyncio.run(_call(registry, chosen.name, arguments, root, folder / "output", settings))
        kept = outcome.output if outcome.output_bytes else None
    finally:
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)
    _print(
        {
            "ok": outcome.ok,
            "content": outcome.content.encode("utf-8", "backslashreplace").decode(),
            "exit_code": outcome.exit_code,
            "output": str(kept) if kept else None,
            "output_bytes": outcome.output_bytes,
            "diff": outcome.diff.encode("utf-8", "backslashreplace").decode(),
        }
    )
    return 0 if outcome.ok else 1


async def _call(
    registry: Registry,
    name: str,
    given: dict[str, object],
    root: Path,
    spool: Path,
    settings: ToolSettings,
) -> ToolOutcome:
    workspace = Workspace(root)
    commands = CommandRunner(quota=settings.spool_quota << 20)
    shell = Shell(commands, workspace.root, may_start_in=workspace.may_start_in, tell=lambda _: None)
    try:
        tool, arguments = registry.get(name), registry.parse(name, given)
        context = ToolContext(
            call_id="call",
            effects=await asyncio.to_thread(tool.effects, arguments, workspace),
            workspace=workspace,
            editor=Editor(workspace, Files()),
            shell=shell,
            state=shell.state,
            spool=spool,
            model_limit=settings.output_limit,
            timeout=settings.timeout,
        )
        outcome: ToolOutcome = await tool.run(arguments, context)
    except ToolError as error:
        outcome = ToolOutcome(str(error), ok=False)
    finally:
        await shell.jobs.close()
        await commands.close()
    return outcome


def _print(value: object) -> None:
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n")
