"""What is known of each record of a run without a look at it: columns that grow, about 35 bytes a row."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.trajectory.codec import KINDS
from app.trajectory.events import Unmapped

KIND_NAMES: Sequence[str] = tuple(KINDS)
KIND_NUMBERS = {name.encode(): number for number, name in enumerate(KIND_NAMES)}
UNMAPPED = KIND_NUMBERS[Unmapped.kind.encode()]


class Names:
    """Texts, each with a number; the empty one has 0."""

    def __init__(self) -> None:
        self._numbers = {b"": 0}
        self._names = [b""]

    def __len__(self) -> int:
        return len(self._names)

    def number(self, name: bytes) -> int:
        """The number of a text, as it stands in a line of JSON."""
        found = self._numbers.get(name)
        if found is None:
            found = self._numbers[name] = len(self._names)
            self._names.append(name)
        return found

    def name(self, number: int) -> str:
        """The text of a number."""
        name = self._names[number]
        if b"\\" in name:
            import orjson

            try:
                return str(orjson.loads(b'"%b"' % name))
            except ValueError:  # of a damaged line
                pass
        return name.decode("utf-8", "replace")


@dataclass(slots=True)
class Columns:
    """Rows that are yet to be published; each list has a value for each of them.

    `ends` are offsets of the first byte after a row. Numbers are those of `KIND_NAMES` and of the names of
    `Rows`.
    """

    ends: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    tools: list[int] = field(default_factory=list)
    agents: list[int] = field(default_factory=list)
    turns: list[int] = field(default_factory=list)
    failed: list[bool] = field(default_factory=list)


class Rows:
    """The records of a run, by number. One thread adds to them, any thread reads them, and none waits.

    Attributes:
        call_names: Ids of calls by number.
        tool_names: Names of tools by number.
        agent_names: Names of sub-agents by number.
    """

    def __init__(self) -> None:
        self.call_names = Names()
        self.tool_names = Names()
        self.agent_names = Names()
        self._count = 0
        self._offsets = array("Q", [0])
        self._times = array("d")
        self._kinds = bytearray()
        self._failed = bytearray()
        self._calls = array("I")
        self._tools = array("I")
        self._agents = array("I")
        self._turns = array("I")

    def __len__(self) -> int:
        return self._count

    def extend(self, more: Columns) -> None:
        """Add rows. They are there for others once all their columns are."""
        self._offsets.extend(more.ends)
        self._times.extend(more.times)
        self._kinds.extend(more.kinds)
        self._failed.extend(more.failed)
        self._calls.extend(more.calls)
        self._tools.extend(more.tools)
        self._agents.extend(more.agents)
        self._turns.extend(more.turns)
        self._count += len(more.ends)

    def kind(self, row: int) -> str:
        """What kind of event it is."""
        return KIND_NAMES[self._kinds[row]]

    def ts(self, row: int) -> float:
        """When it happened, in seconds since the epoch; 0 if the file does not say."""
        return self._times[row]

    def call(self, row: int) -> str:
        """The id of the call that it is about; empty if it is about none."""
        return self.call_names.name(self._calls[row])

    def tool(self, row: int) -> str:
        """The tool of that call; empty if that is not known."""
        return self.tool_names.name(self._tools[row])

    def agent(self, row: int) -> str:
        """The sub-agent that it happened to; empty for the main one."""
        return self.agent_names.name(self._agents[row])

    def failed(self, row: int) -> bool:
        """Whether it tells of a failure: of a call, a request, a task, or to read the line."""
        return bool(self._failed[row])

    def turn(self, row: int) -> int:
        """The turn that it belongs to; 0 before the first."""
        return self._turns[row]

    def place(self, row: int) -> tuple[int, int]:
        """The offset of its line in the file of lines, and the length with the newline, in bytes."""
        start = self._offsets[row]
        return start, self._offsets[row + 1] - start

    def at(self, offset: int, first: int = 0) -> int:
        """The row of a byte, looked for from a row on."""
        return bisect_right(self._offsets, offset, first, self._count) - 1
