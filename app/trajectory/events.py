"""Everything that can happen in a session. Each class is one kind of event; nothing else is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from app.trajectory.content import Block, Usage
from app.trajectory.effects import Effects
from app.trajectory.review import HunkDecision


@dataclass(frozen=True, slots=True)
class SessionStarted:
    """The first event of a trajectory."""

    kind: ClassVar = "session.started"
    session: str
    workspace: str
    model: str
    mode: str
    version: str


@dataclass(frozen=True, slots=True)
class SessionResumed:
    """The session goes on after it had ended, or was cut off; the events before are those of earlier runs."""

    kind: ClassVar = "session.resumed"
    session: str
    workspace: str
    model: str
    mode: str
    version: str


@dataclass(frozen=True, slots=True)
class SessionImported:
    """The first event of a trajectory that was made from the file of another agent.

    `format` and `variant` say how that file is written; `program` wrote it. `session` is its own name for
    the run, `parent` for the run that began it; empty where it does not say.
    """

    kind: ClassVar = "session.imported"
    format: str
    variant: str = ""
    program: str = ""
    program_version: str = ""
    session: str = ""
    parent: str = ""
    workspace: str = ""
    model: str = ""
    title: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SystemMessage:
    """What the model was told to be and to do."""

    kind: ClassVar = "system.message"
    text: str


@dataclass(frozen=True, slots=True)
class UserMessage:
    """A person gave a task, or steered one that runs (`steer`).

    A program wrote it in the person's place if it is `synthetic`: instructions of a project, an environment.
    """

    kind: ClassVar = "user.message"
    text: str
    steer: bool = False
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """A request goes to the model. Its messages are the events before it."""

    kind: ClassVar = "model.request"
    turn: int
    model: str
    messages: int
    tools: int


@dataclass(frozen=True, slots=True)
class ModelRetry:
    """An attempt failed and is made again after `delay` seconds; what it had streamed is set aside."""

    kind: ClassVar = "model.retry"
    turn: int
    attempt: int
    attempts: int
    delay: float
    reason: str


@dataclass(frozen=True, slots=True)
class ModelResponse:
    """The model's answer, whole.

    `stop` is end, tools, length, refusal, or interrupted (then `blocks` holds what had arrived).
    `cost` is in US dollars, None where the price is not known. Times are in seconds.
    """

    kind: ClassVar = "model.response"
    turn: int
    model: str
    blocks: tuple[Block, ...]
    stop: str
    usage: Usage
    cost: float | None
    first_token: float | None
    duration: float
    attempts: int


@dataclass(frozen=True, slots=True)
class ToolRequested:
    """The model asks for a call. `waits_for` are earlier calls of the turn whose effects conflict."""

    kind: ClassVar = "tool.requested"
    call: str
    turn: int
    name: str
    arguments: Mapping[str, object]
    effects: Effects
    waits_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ApprovalAsked:
    """A call waits for a person. One that asks again has another of these, and the earlier one is void.

    `diff` is what it would change, `plan` what it proposes, in Markdown. A yes for longer would allow what
    `rules` say, each a line that a person can change, or else `grant`: this very command, which no rule can
    say. `rule` is the one that made it ask. `arguments` are those of the call as the person changed it so
    far. Where the sandbox stopped the command, `blocked` says why, and a yes runs it again without.
    """

    kind: ClassVar = "approval.asked"
    call: str
    reason: str
    diff: str = ""
    grant: str = ""
    rules: tuple[str, ...] = ()
    rule: str = ""
    arguments: Mapping[str, object] | None = None
    blocked: str = ""
    plan: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalDecided:
    """Whether a call may run, by whom (mode, rule, grant, person, headless) and why.

    Where a person decided about each hunk of a diff, `hunks` has what became of each. `rules` are those that
    the person saved or granted with the answer; `rule` is the one that decided. Where the person changed the
    call, `arguments` and `effects` are those it runs with. With `network` its command may reach other
    machines.
    """

    kind: ClassVar = "approval.decided"
    call: str
    allowed: bool
    by: str
    reason: str
    scope: str = "once"
    feedback: str = ""
    hunks: tuple[HunkDecision, ...] = ()
    rules: tuple[str, ...] = ()
    rule: str = ""
    arguments: Mapping[str, object] | None = None
    effects: Effects | None = None
    network: bool = False


@dataclass(frozen=True, slots=True)
class ToolStarted:
    """A call begins; on the disk before its side effect. `output` is the file its output grows in.

    A command that the person had begun again, on a terminal (`terminal`) or without the sandbox that had
    stopped it (`unconfined`), has a second one.
    """

    kind: ClassVar = "tool.started"
    call: str
    output: str = ""
    terminal: bool = False
    unconfined: bool = False


@dataclass(frozen=True, slots=True)
class InputAwaited:
    """A call's command waits for somebody to type, or no longer does."""

    kind: ClassVar = "tool.input"
    call: str
    waits: bool


Status = Literal["done", "failed", "denied", "interrupted", "timeout"]


@dataclass(frozen=True, slots=True)
class OutputCut:
    """The output of a call's command is no longer kept: the quota is reached, or the disk takes no more."""

    kind: ClassVar = "tool.cut"
    call: str
    reason: str


@dataclass(frozen=True, slots=True)
class ToolFinished:
    """The one answer to a call. `content` is what the model is told.

    Times are in seconds; `peak_memory` is in bytes, of the largest process of a command, 0 if not known.
    """

    kind: ClassVar = "tool.finished"
    call: str
    status: Status
    content: str
    duration: float = 0.0
    exit_code: int | None = None
    output: str = ""
    output_bytes: int = 0
    diff: str = ""
    cpu_time: float = 0.0
    peak_memory: int = 0


@dataclass(frozen=True, slots=True)
class JobStarted:
    """A call's command goes on in the background after the call is answered."""

    kind: ClassVar = "job.started"
    job: str
    call: str
    command: str
    output: str


@dataclass(frozen=True, slots=True)
class JobKept:
    """The person wants a job to outlive the session. `process` is its process group."""

    kind: ClassVar = "job.kept"
    job: str
    process: int


@dataclass(frozen=True, slots=True)
class JobEnded:
    """A background command has ended. Times are in seconds, from the start of the command."""

    kind: ClassVar = "job.ended"
    job: str
    exit_code: int
    duration: float
    output_bytes: int
    cpu_time: float = 0.0
    peak_memory: int = 0


@dataclass(frozen=True, slots=True)
class CheckpointTaken:
    """The workspace is kept as it was before a turn's first side effect, or after the turn.

    `checkpoint` names the state; it is that of an earlier event if nothing has changed since. `files` differ
    from the state before, by `added` and `removed` lines. `left_out` says which paths are not kept, and why:
    at most 100, and `more_left_out` counts the others; it is null if it is as in the event before.
    """

    kind: ClassVar = "checkpoint.taken"
    turn: int
    checkpoint: str
    when: Literal["before", "after"]
    files: int
    added: int
    removed: int
    left_out: Mapping[str, str] | None = None
    more_left_out: int = 0


@dataclass(frozen=True, slots=True)
class ConversationRewound:
    """The conversation went back to before a turn: the model sees neither that turn nor what came after it.

    `text` is what the person had said right before, taken back with it; empty if calls came right before.
    The turns that follow are numbered on.
    """

    kind: ClassVar = "conversation.rewound"
    turn: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class ContextCompacted:
    """The model sees a summary in the place of what came before: so many `tokens`, 0 if that is not known."""

    kind: ClassVar = "context.compacted"
    summary: str
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class AgentStarted:
    """A call gave a task to a sub-agent. The records of that agent bear its name.

    `name` is its name, `call` the call that began it. Where its records are in a file of their own,
    `trajectory` is that file.
    """

    kind: ClassVar = "agent.started"
    name: str
    call: str = ""
    title: str = ""
    trajectory: str = ""


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A record of another agent's file for which there is no other event: its type, and some of its text."""

    kind: ClassVar = "unmapped"
    type: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """A setting took another value while the session runs."""

    kind: ClassVar = "settings.changed"
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Note:
    """A remark of the workbench."""

    kind: ClassVar = "note"
    text: str
    level: Literal["info", "warning", "error"] = "info"


Outcome = Literal["done", "failed", "interrupted", "max_turns"]


@dataclass(frozen=True, slots=True)
class TaskEnded:
    """The model stopped asking for tools, or was stopped. The session waits for the next task."""

    kind: ClassVar = "task.ended"
    outcome: Outcome
    turns: int
    error: str = ""


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The last event of a trajectory, unless it is resumed."""

    kind: ClassVar = "session.ended"
    usage: Usage = field(default_factory=Usage)
    cost: float | None = None


Event = (
    SessionStarted
    | SessionResumed
    | SessionImported
    | SystemMessage
    | UserMessage
    | ModelRequest
    | ModelRetry
    | ModelResponse
    | ToolRequested
    | ApprovalAsked
    | ApprovalDecided
    | ToolStarted
    | InputAwaited
    | OutputCut
    | ToolFinished
    | JobStarted
    | JobKept
    | JobEnded
    | CheckpointTaken
    | ConversationRewound
    | ContextCompacted
    | AgentStarted
    | Unmapped
    | SettingsChanged
    | Note
    | TaskEnded
    | SessionEnded
)


@dataclass(frozen=True, slots=True)
class Record:
    """An event in its place.

    Args:
        seq: Counts from 0 without a gap.
        ts: Seconds since the epoch (UTC); 0 where the file of another agent does not say.
        event: What happened.
        agent: The sub-agent that it happened to; empty for the agent that the person talks to.
        source: Where it stands in the file it was imported from.
    """

    seq: int
    ts: float
    event: Event
    agent: str = ""
    source: str = ""
