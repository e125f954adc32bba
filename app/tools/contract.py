"""What a tool is: an argument model, a description, declared effects, and a coroutine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, runtime_checkable

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from app.execution.shell import Shell
    from app.execution.shell_state import ShellChange, ShellState
    from app.settings.schema import Mode
    from app.trajectory.effects import Effects
    from app.trajectory.review import Review
    from app.workspace.editor import Editor
    from app.workspace.paths import Workspace


class Arguments(BaseModel):
    """Arguments of a tool. Strict: a model that sends an unknown field or a wrong type is told so."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


ArgumentsT = TypeVar("ArgumentsT", bound=Arguments)
ArgumentsT_contra = TypeVar("ArgumentsT_contra", bound=Arguments, contravariant=True)


@dataclass(frozen=True, slots=True)
class ToolOutcome:
    """What a call came to.

    Args:
        content: What the model is told, already cut to what it may take.
        ok: False makes it an error result.
        exit_code: Of the command, if one ran; -N when signal N ended it.
        output: The file that keeps the whole output, if there is one.
        output_bytes: Size of the whole output.
        diff: A unified diff of what changed, for a person.
        ends_turn: The model says the task is done.
        timed_out: The call was stopped because its time was up.
        cpu_time: Seconds of processor time of the command, if one ran.
        peak_memory: Bytes of its largest process; 0 if that is not known.
        change: What a command leaves to those of the next turn.
        blocked: Why the sandbox seems to be what made the command fail; empty if it does not.
        mode: The approval mode that the session goes on in, where the call changes it.
    """

    content: str
    ok: bool = True
    exit_code: int | None = None
    output: Path | None = None
    output_bytes: int = 0
    diff: str = ""
    ends_turn: bool = False
    timed_out: bool = False
    cpu_time: float = 0.0
    peak_memory: int = 0
    change: ShellChange | None = None
    blocked: str = ""
    mode: Mode | None = None


@dataclass(frozen=True, slots=True)
class ToolContext:
    """What a running call may use.

    Args:
        call_id: The call.
        effects: What the call declared, and was judged by.
        workspace: Where paths are resolved.
        editor: Reads and edits files, one lock a file.
        shell: Runs commands.
        state: Where a command of this call starts.
        spool: A path outside the workspace, not yet existing, that may keep this call's whole output.
        model_limit: Most characters of output the model is given.
        timeout: Seconds a command may run unless the call asks for more.
        review: What the person decided about each hunk of the preview; None takes the call as it is.
        mode: The approval mode in which the call was decided about.
        scope: What the yes to it covers: once, turn, session or project.
        network: Its command may reach other machines from within the sandbox.
        confined: Its command runs in the sandbox; otherwise the person lets it run outside.
    """

    call_id: str
    effects: Effects
    workspace: Workspace
    editor: Editor
    shell: Shell
    state: ShellState
    spool: Path
    model_limit: int = 30_000
    timeout: float = 120.0
    review: Review | None = None
    mode: Mode = "ask"
    scope: str = "once"
    network: bool = False
    confined: bool = True


@dataclass(frozen=True, slots=True)
class Preview:
    """What a call would change.

    Args:
        diff: A unified diff; empty if nothing changes.
        base: Digest of what the diff was made from; a review of it names it.
        plan: What it proposes to do, in Markdown, where that is all it does.
    """

    diff: str = ""
    base: str = ""
    plan: str = ""


class Tool(Protocol, Generic[ArgumentsT]):
    """Something a model can call."""

    @property
    def name(self) -> str:
        """As the model calls it."""
        ...

    @property
    def description(self) -> str:
        """What the model is told."""
        ...

    @property
    def arguments(self) -> type[ArgumentsT]:
        """The argument model; its JSON Schema goes to the model."""
        ...

    def effects(self, arguments: ArgumentsT, workspace: Workspace) -> Effects:
        """What the call may do. Looks at the file system, changes nothing.

        Raises:
            ToolError: That cannot be said, for the arguments make no sense.
        """
        ...

    async def run(self, arguments: ArgumentsT, context: ToolContext) -> ToolOutcome:
        """Do it. Cancelling the task stops the work and whatever it started.

        Raises:
            ToolError: The call cannot be done; the message goes to the model.
        """
        ...


@runtime_checkable
class Previewing(Protocol, Generic[ArgumentsT_contra]):
    """A tool that can show what a call would change before it runs."""

    async def preview(self, arguments: ArgumentsT_contra, context: ToolContext) -> Preview:
        """What the person who decides is shown; changes nothing.

        Raises:
            ToolError: The call cannot be done.
        """
        ...


@runtime_checkable
class Asking(Protocol):
    """A tool whose calls are put to the person whatever rules and modes allow."""

    def asks(self, mode: Mode) -> str:
        """Why a call asks; empty if none does in this mode."""
        ...


class ToolError(Exception):
    """A call failed in a way the model can do something about. The message says what."""
