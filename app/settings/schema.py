"""Every setting, once: its name, default, bounds and meaning."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeVar, get_args

from app.settings.forms import Form

T = TypeVar("T")

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


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a setting does and which values it takes; where there are `choices`, only those."""

    summary: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    secret: bool = False
    form: Form = "any"


def setting(
    default: T,
    summary: str,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    choices: tuple[str, ...] = (),
    secret: bool = False,
    form: Form = "any",
) -> T:
    """A dataclass field that carries its `Meaning`."""
    meaning = Meaning(summary, minimum, maximum, choices, secret, form)
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which model, and how it is asked."""

    name: str = setting(
        "", "Model as provider/model, such as anthropic/claude-sonnet-5 or ollama/qwen3.", form="model"
    )
    max_tokens: int = setting(16_000, "Most tokens of one answer.", minimum=1, maximum=1_000_000)
    thinking_tokens: int = setting(
        0,
        "Tokens an Anthropic model may think; 0 turns thinking off. Other models ignore it.",
        minimum=0,
        maximum=500_000,
    )
    max_turns: int = setting(100, "Turns after which a task is stopped.", minimum=1, maximum=100_000)
    attempts: int = setting(
        6, "How often a request is tried when the server is busy or breaks off.", minimum=1, maximum=50
    )
    idle_timeout: float = setting(
        120.0, "Seconds without data after which an answer is asked for again.", minimum=1, maximum=3600
    )


@dataclass(frozen=True, slots=True)
class ToolSettings:
    """How tool calls run."""

    parallel: bool = setting(True, "Run the calls of one turn at the same time.")
    max_concurrency: int = setting(16, "Most calls that run at once.", minimum=1, maximum=256)
    timeout: float = setting(
        120.0, "Seconds a command may run unless the call asks for more.", minimum=1, maximum=600
    )
    output_limit: int = setting(
        30_000, "Most characters of one output that the model is given.", minimum=1_000, maximum=1_000_000
    )
    spool_quota: int = setting(
        256, "Most megabytes kept of the output of one command.", minimum=1, maximum=100_000
    )


@dataclass(frozen=True, slots=True)
class ApprovalSettings:
    """What runs without asking."""

    mode: Mode = setting(
        "ask",
        " ".join(f"{mode}: {summary}." for mode, summary in MODE_SUMMARIES.items()),
        choices=MODES,
    )
    repeats: int = setting(
        5, "The same call this often in one task asks, in every mode; 0 for never.", minimum=0, maximum=1_000
    )


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """What commands are confined by."""

    kind: Literal["auto", "bwrap", "landlock", "off"] = setting(
        "auto", "The sandbox of commands: auto for the best there is, off to run them without.",
        choices=("auto", "bwrap", "landlock", "off"),
    )  # fmt: skip
    network: bool = setting(False, "Commands in the sandbox have the network.")
    write: str = setting("", "Further folders that they write in: whole paths, with a colon between.")


@dataclass(frozen=True, slots=True)
class CheckpointSettings:
    """What is kept of the workspace, so that a turn can be undone."""

    enabled: bool = setting(True, "Keep the workspace as it was before and after each turn. Needs git.")
    largest_file: int = setting(
        10, "Largest file, in megabytes, that checkpoints keep.", minimum=1, maximum=64
    )


@dataclass(frozen=True, slots=True)
class RecorderSettings:
    """How the trajectory is written."""

    batch_size: int = setting(5, "Events gathered before they are written.", minimum=1, maximum=10_000)
    flush_interval: float = setting(
        0.25, "Seconds after which gathered events are written in any case.", minimum=0.01, maximum=60
    )
    durability: Literal["fsync", "batch", "write"] = setting(
        "fsync",
        "fsync: a side effect waits until what led to it is on the disk. batch: until the system has it, and "
        "each batch goes to the disk. write: until the system has it.",
        choices=("fsync", "batch", "write"),
    )
    memory_cap: int = setting(
        64, "Most megabytes of events kept in memory; the rest is read from the file.", minimum=1,
        maximum=100_000,
    )  # fmt: skip
    memory_events: int = setting(
        50_000, "Most events kept in memory; the rest is read from the file.", minimum=100,
        maximum=10_000_000,
    )  # fmt: skip
    compress: bool = setting(False, "Compress the trajectory of a session that has ended.")


@dataclass(frozen=True, slots=True)
class InterfaceSettings:
    """How the workbench looks."""

    theme: str = setting("sawhorse-dark", "Theme of the workbench.")
    notify: Notify = setting(
        "bell",
        "How you are called while the terminal has not the focus and something waits for you. "
        "desktop: a notification, where the terminal can show one.",
        choices=get_args(Notify),
    )


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """Where one provider is reached. A provider of any name may be added."""

    base_url: str = setting("", "Address of the server, such as http://127.0.0.1:8080/v1.", form="address")
    api_key: str = setting("", "Key; better kept in the environment.", secret=True)
    protocol: Literal["", "anthropic", "openai"] = setting(
        "", "Wire protocol of a provider that Sawhorse does not know.", choices=("", "anthropic", "openai")
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a run."""

    model: ModelSettings = field(default_factory=ModelSettings)
    tools: ToolSettings = field(default_factory=ToolSettings)
    approval: ApprovalSettings = field(default_factory=ApprovalSettings)
    sandbox: SandboxSettings = field(default_factory=SandboxSettings)
    checkpoints: CheckpointSettings = field(default_factory=CheckpointSettings)
    recorder: RecorderSettings = field(default_factory=RecorderSettings)
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
        "interface": InterfaceSettings,
    }
)


def fields_of(section: type) -> dict[str, tuple[dataclasses.Field[object], Meaning]]:
    """The settings of a section by name, each with its meaning."""
    return {f.name: (f, f.metadata["meaning"]) for f in dataclasses.fields(section)}
