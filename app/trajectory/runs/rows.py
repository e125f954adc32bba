"""What is known of each record of a run without a look at it: columns that grow, 30 bytes a row."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from app.trajectory.codec import KINDS
from app.trajectory.events import Unmapped

KIND_NAMES: Sequence[str] = tuple(KINDS)
KIND_NUMBERS = {name: number for number, name in enumerate(KIND_NAMES)}
UNMAPPED = KIND_NUMBERS[Unmapped.kind]
_MOST_NAMES = 2**16  # a column has two bytes for each


class Names(dict[bytes, int]):
    """The number of each text, as it stands in a line of JSON: 0 of the empty one, the next of a new one.

    There are only so many; all others count as empty.
    """

    def __init__(self) -> None:
        super().__init__({b"": 0})
        self._texts = [b""]

    def __missing__(self, text: bytes) -> int:
        if len(self._texts) == _MOST_NAMES:
            return 0
        number = self[text] = len(self._texts)
        self._texts.append(text)
        return number

    def name(self, number: int) -> str:
        """The text of a number, as it was before it was written as JSON."""
        text = self._texts[number]
        try:
            return str(orjson.loads(b'"%b"' % text))
        except ValueError:  # of a damaged line
            return text.decode("utf-8", "replace")

    def names(self) -> list[str]:
        """All texts by number."""
        return [self.name(number) for number in range(len(self._texts))]


@dataclass(frozen=True, slots=True)
class Columns:
    """A part of the rows, a value in each column for each of them.

    Args:
        ends: Offset of the first byte after the line.
        times: Seconds since the epoch, or 0.
        kinds: Numbers in `KIND_NAMES`.
        calls: The same number for all rows about the same call, and 0 for those about none.
        tools: Numbers in `Rows.tool_names`.
        agents: Numbers in `Rows.agent_names`.
        failed: 1 or 0.
    """

    ends: Sequence[int]
    times: Sequence[float]
    kinds: bytes
    calls: Sequence[int]
    tools: Sequence[int]
    agents: Sequence[int]
    turns: Sequence[int]
    failed: bytes


class Rows:
    """The records of a run, by number. One thread adds to them, any thread reads them, and none waits.

    Attributes:
        times, kinds, calls, tools, agents, turns, failures: The columns, for who looks at many rows. They may
            be longer than there are rows, and are never shorter; a slice of one is a copy of it.
        tool_names: Numbers of the names of tools.
        agent_names: Numbers of the names of sub-agents.
    """

    def __init__(self) -> None:
        self.tool_names = Names()
        self.agent_names = Names()
        self._count = 0
        self._offsets = array("Q", [0])
        self.times = array("d")
        self.kinds = bytearray()
        self.failures = bytearray()
        self.calls = array("I")
        self.tools = array("H")
        self.agents = array("H")
        self.turns = array("I")

    def __len__(self) -> int:
        return self._count

    def extend(self, more: Columns) -> None:
        """Add rows. They are there for others once all their columns are."""
        self._offsets.extend(more.ends)
        self.times.extend(more.times)
        self.kinds.extend(more.kinds)
        self.failures.extend(more.failed)
        self.calls.extend(more.calls)
        self.tools.extend(more.tools)
        self.agents.extend(more.agents)
        self.turns.extend(more.turns)
        self._count += len(more.ends)

    def kind(self, row: int) -> str:
        """What kind of event it is."""
        return KIND_NAMES[self.kinds[row]]

    def ts(self, row: int) -> float:
        """When it happened, in seconds since the epoch; 0 if the file does not say."""
        return self.times[row]

    def tool(self, row: int) -> str:
        """The tool of the call that it is about; empty if that is not known."""
        return self.tool_names.name(self.tools[row])

    def agent(self, row: int) -> str:
        """The sub-agent that it happened to; empty for the main one."""
        return self.agent_names.name(self.agents[row])

    def failed(self, row: int) -> bool:
        """Whether it tells of a failure: of a call, a request, a task, or to read the line."""
        return bool(self.failures[row])

    def turn(self, row: int) -> int:
        """The turn that it belongs to; 0 before the first."""
        return self.turns[row]

    def place(self, row: int) -> tuple[int, int]:
        """The offset of its line in the file of lines, and the length with the newline, in bytes."""
        start = self._offsets[row]
        return start, self._offsets[row + 1] - start

    @property
    def end(self) -> int:
        """Bytes of all lines together."""
        return self._offsets[self._count]

    def at(self, offset: int, first: int = 0) -> int:
        """The row of a byte, looked for from a row on."""
        return bisect_right(self._offsets, offset, first, self._count) - 1

    def damaged(self, row: int) -> None:
        """A look at its line found that it is no record. Any thread may say so."""
        self.kinds[row] = UNMAPPED
        self.failures[row] = True
