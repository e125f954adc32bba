"""Every setting, once: its name, default, bounds and meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, get_args

from app.settings.meaning import Anything, Never, OnlyStricter, later_in, lower, setting, turned_off

Mode = Literal["plan", "ask", "edits", "auto", "yolo"]
MODE_SUMMARIES: Mapping[Mode, str] = MappingProxyType(
    {
        "plan": "only what reads, or a rule allows, runs",
        "ask": "what only reads runs, the rest asks",
        "edits": "edits of files in the workspace run too",
        "auto": "commands in the sandbox run too, unless they are critical",
        "yolo": "everything runs but what a rule denies",
    }
)
MODES: tuple[Mode, ...] = tuple(MODE_SUMMARIES)
Notify = Literal["off", "bell", "desktop"]
SandboxKind = Literal["auto", "bwrap", "landlock", "off"]
Durability = Literal["fsync", "batch", "write"]

_SENT = Never("it decides where your files are sent")
_LOWER = OnlyStricter(lower)
_OFF = OnlyStricter(turned_off)


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which model, and how it is asked."""

    name: str = setting(
        "", "Model as provider/model, such as anthropic/claude-sonnet-5 or ollama/qwen3.", form="model",
        project=_SENT, later=True,
    )  # fmt: skip
    max_tokens: int = setting(
        16_000, "Most tokens of one answer.", minimum=1, maximum=1_000_000, project=_LOWER
    )
    thinking_tokens: int = setting(
        0, "Tokens an Anthropic model may think; 0 turns thinking off. Other models ignore it.", minimum=0,
        maximum=500_000, project=_LOWER,
    )  # fmt: skip
    max_turns: int = setting(
        100, "Turns after which a task is stopped.", minimum=1, maximum=100_000, project=_LOWER
    )
    attempts: int = setting(
        6, "How often a request is tried when the server is busy or breaks off.", minimum=1, maximum=50,
        project=_LOWER,
    )  # fmt: skip
    idle_timeout: float = setting(
        120.0, "Seconds without data after which an answer is asked for again.", minimum=1, maximum=3600,
        project=Never("it decides how often an answer is paid for"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ToolSettings:
    """How tool calls run."""

    parallel: bool = setting(True, "Run the calls of one turn at the same time.", project=_OFF)
    max_concurrency: int = setting(16, "Most calls that run at once.", minimum=1, maximum=256, project=_LOWER)
    timeout: float = setting(
        120.0, "Seconds a command may run unless the call asks for more.", minimum=1, maximum=600,
        project=Anything(),
    )  # fmt: skip
    output_limit: int = setting(
        30_000, "Most characters of one output that the model is given.", minimum=1_000, maximum=1_000_000,
        project=_LOWER,
    )  # fmt: skip
    spool_quota: int = setting(
        256, "Most megabytes kept of the output of one command.", minimum=1, maximum=100_000, project=_LOWER,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ApprovalSettings:
    """What runs without asking."""

    mode: Mode = setting(
        "ask", " ".join(f"{mode}: {summary}." for mode, summary in MODE_SUMMARIES.items()), choices=MODES,
        project=OnlyStricter(later_in(MODES[::-1])),
    )  # fmt: skip
    repeats: int = setting(
        5, "The same call this often in one task asks, in every mode; 0 for never.", minimum=0, maximum=1_000,
        project=OnlyStricter(lambda times: -times if times else float("-inf")),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """What commands are confined by."""

    # Which of the others is stricter depends on the machine: one that does not work there confines nothing.
    kind: SandboxKind = setting(
        "auto", "The sandbox of commands: auto for the best there is, off to run them without.",
        choices=get_args(SandboxKind), project=OnlyStricter(lambda kind: kind != "off"), later=True,
    )  # fmt: skip
    network: bool = setting(False, "Commands in the sandbox have the network.", project=_OFF, later=True)
    write: str = setting(
        "", "Further folders that they write in: whole paths, with a colon between.",
        project=Never("it decides what commands can change"), later=True,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class CheckpointSettings:
    """What is kept of the workspace, so that a turn can be undone."""

    enabled: bool = setting(
        True, "Keep the workspace as it was before and after each turn. Needs git.", later=True
    )
    largest_file: int = setting(
        10, "Largest file, in megabytes, that checkpoints keep.", minimum=1, maximum=64, later=True
    )


@dataclass(frozen=True, slots=True)
class RecorderSettings:
    """How the trajectory is written."""

    batch_size: int = setting(
        5, "Events gathered before they are written.", minimum=1, maximum=10_000, project=_LOWER
    )
    flush_interval: float = setting(
        0.25, "Seconds after which gathered events are written in any case.", minimum=0.01, maximum=60,
        project=_LOWER,
    )  # fmt: skip
    durability: Durability = setting(
        "fsync",
        "fsync: a side effect waits until what led to it is on the disk. batch: until the system has it, and "
        "each batch goes to the disk. write: until the system has it.",
        choices=get_args(Durability), project=OnlyStricter(later_in(("write", "batch", "fsync"))),
    )  # fmt: skip
    memory_cap: int = setting(
        64, "Most megabytes of events kept in memory; the rest is read from the file.", minimum=1,
        maximum=100_000,
    )  # fmt: skip
    memory_events: int = setting(
        50_000, "Most events kept in memory; the rest is read from the file.", minimum=100,
        maximum=10_000_000,
    )  # fmt: skip
    compress: bool = setting(False, "Compress the trajectory of a session that has ended.")
    redact: tuple[str, ...] = setting(
        (), "Further texts that are never recorded: regular expressions, beside keys, tokens and passwords.",
        form="pattern", project=Never("it decides what is left out of your recordings"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class LibrarySettings:
    """Which runs can be looked through."""

    folders: tuple[str, ...] = setting(
        (), "Folders with runs of any agent that the library looks through, beside your own sessions.",
        project=Never("it decides which files are read"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class InterfaceSettings:
    """How the workbench looks."""

    theme: str = setting("sawhorse-dark", "Theme of the workbench.", form="theme")
    notify: Notify = setting(
        "bell",
        "How you are called while the terminal has not the focus and something waits for you. "
        "desktop: a notification, where the terminal can show one.",
        choices=get_args(Notify), later=True,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """Where one provider is reached. A provider of any name may be added."""

    base_url: str = setting(
        "", "Address of the server, such as http://127.0.0.1:8080/v1.", form="address", project=_SENT,
        later=True,
    )  # fmt: skip
    api_key: str = setting(
        "", "Key; better kept in the environment.", secret=True,
        project=Never("a key is yours, and has no place in a project"), later=True,
    )  # fmt: skip
    protocol: Literal["", "anthropic", "openai"] = setting(
        "", "Wire protocol of a provider that Sawhorse does not know.", choices=("", "anthropic", "openai"),
        project=_SENT, later=True,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a run."""

    model: ModelSettings = field(default_factory=ModelSettings)
    tools: ToolSettings = field(default_factory=ToolSettings)
    approval: ApprovalSettings = field(default_factory=ApprovalSettings)
    sandbox: SandboxSettings = field(default_factory=SandboxSettings)
    checkpoints: CheckpointSettings = field(default_factory=CheckpointSettings)
    recorder: RecorderSettings = field(default_factory=RecorderSettings)
    library: LibrarySettings = field(default_factory=LibrarySettings)
    interface: InterfaceSettings = field(default_factory=InterfaceSettings)
    providers: Mapping[str, ProviderSettings] = field(default_factory=lambda: MappingProxyType({}))
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


SECTIONS: Mapping[str, type] = MappingProxyType(
    {
        "model": ModelSettings,
        "tools": ToolSettings,
        "approval": ApprovalSettings,
        "sandbox": SandboxSettings,
        "checkpoints": CheckpointSettings,
        "recorder": RecorderSettings,
        "library": LibrarySettings,
        "interface": InterfaceSettings,
    }
)
