"""A call between its request and its answer: parsed, with what it may do declared."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any  # a tool's argument model is its own affair

import orjson

from app.execution.shell import Shell
from app.execution.shell_state import ShellChange, ShellState
from app.settings.schema import ToolSettings
from app.tools.contract import Arguments, Preview, Previewing, Tool, ToolContext, ToolError, ToolOutcome
from app.tools.registry import Registry
from app.trajectory.content import ToolCall
from app.trajectory.effects import Effects
from app.trajectory.events import Status
from app.workspace.editor import Editor
from app.workspace.paths import Workspace

_MOST_TOLD = 4_000  # characters


@dataclass(slots=True)
class PreparedCall:
    """A call on its way.

    Args:
        request: As the model made it.
        tool: What it calls.
        arguments: What it is called with.
        effects: What it may do.
        context: What it may use.
        edited: The arguments, if the person changed them.
        blocked: What its command came to when the sandbox stopped it.
        started: When it began, by the monotonic clock; 0 before.
        ended: When it was over.
        status: How it ended.
        change: What its command leaves to others.
    """

    request: ToolCall
    tool: Tool[Any]
    arguments: Arguments
    effects: Effects
    context: ToolContext
    edited: Mapping[str, object] | None = None
    blocked: ToolOutcome | None = None
    started: float = 0.0
    ended: float = 0.0
    status: Status | None = None
    change: ShellChange = field(default_factory=ShellChange)

    @property
    def acts(self) -> bool:
        """Whether it may change something."""
        return bool(self.effects.command or self.effects.writes or self.effects.unknown)

    @property
    def key(self) -> Hashable:
        """The same for calls that ask for the same."""
        return self.request.name, repr(self.arguments)

    async def preview(self) -> Preview:
        """What it would change, as far as that can be said before.

        Raises:
            ToolError: It cannot be done.
        """
        if isinstance(self.tool, Previewing):
            return await self.tool.preview(self.arguments, self.context)
        return Preview()

    @property
    def told_of_edit(self) -> str:
        """What the model is told of what the person made of the call; empty if they left it as it was."""
        if self.edited is None:
            return ""
        request = self.request.arguments
        changed = {
            name: value
            for name, value in self.edited.items()
            if name not in request or request[name] != value
        }
        text = orjson.dumps(changed, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
        if len(text) > _MOST_TOLD:
            text = f"{text[:_MOST_TOLD]}… (cut)"
        left_out = ", ".join(str(name) for name in request if name not in self.edited)
        without = f", without {left_out}" if left_out else ""
        return f"[the person changed this call before it ran: {text}{without}]\n"


class Preparer:
    """Makes calls ready to be decided about.

    Args:
        registry: The tools.
        workspace, editor, shell: What the tools work with.
        outputs: A folder for whole outputs.
        settings: Limits; others may take their place.
    """

    def __init__(
        self,
        registry: Registry,
        *,
        workspace: Workspace,
        editor: Editor,
        shell: Shell,
        outputs: Path,
        settings: ToolSettings,
    ) -> None:
        self._registry = registry
        self._workspace = workspace
        self._editor = editor
        self._shell = shell
        self._outputs = outputs
        self.settings = settings

    async def prepare(self, turn: int, number: int, request: ToolCall, state: ShellState) -> PreparedCall:
        """Check a request.

        Args:
            turn, number: Its turn, and its place in it.
            request: The request.
            state: Where commands of the turn start.

        Raises:
            ToolError: It cannot be carried out; the message is for the model.
        """
        if request.invalid:
            raise ToolError(f"the arguments are not a JSON object: {request.invalid[:500]}")
        arguments, effects = await self._declared(request.name, request.arguments, state)
        context = ToolContext(
            call_id=request.id,
            effects=effects,
            workspace=self._workspace,
            editor=self._editor,
            shell=self._shell,
            state=state,
            spool=self._outputs / f"{turn:04d}-{number:02d}.out",
            model_limit=self.settings.output_limit,
            timeout=self.settings.timeout,
        )
        return PreparedCall(request, self._registry.get(request.name), arguments, effects, context)

    async def edit(self, call: PreparedCall, arguments: Mapping[str, object]) -> None:
        """Make a call one with other arguments.

        Raises:
            ToolError: It cannot be carried out with them; it is as it was.
        """
        # Who waits for whom stays as it was: found anew, two calls could wait for each other. Where this one
        # now meets another on a file, the editor locks it, and each edit starts from what it then holds.
        call.arguments, call.effects = await self._declared(call.request.name, arguments, call.context.state)
        call.context = replace(call.context, effects=call.effects)
        call.edited = None if arguments == call.request.arguments else arguments

    async def _declared(
        self, name: str, given: Mapping[str, object], state: ShellState
    ) -> tuple[Arguments, Effects]:
        """The arguments of a call, and what it may do with them."""
        try:
            tool = self._registry.get(name)
            arguments = self._registry.parse(name, given)
            effects: Effects = await asyncio.to_thread(tool.effects, arguments, self._workspace)
        except ToolError:
            raise
        except Exception as error:  # an error in a tool answers its call; the task goes on
            raise ToolError(told(error)) from error
        if effects.command:
            effects = replace(effects, cwd=str(state.cwd), variables=state.names, environment=state.digest)
        return arguments, effects


def told(error: Exception) -> str:
    """An error that nobody foresaw, for the model."""
    return f"{type(error).__name__}: {error}"
