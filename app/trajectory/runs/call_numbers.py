"""A number for each call while its events come: those that are open are remembered, and the last others."""

from __future__ import annotations

from array import array
from itertools import islice

_KEPT = 4_096  # answered calls that may still be spoken of: a job that one began, an answer that comes again


class CallNumbers(dict[bytes, int]):
    """The number of each call by its id, as it stands in a line of JSON: 0 of none, the next of a new one.

    A call has its number until it is answered, and many others after it.

    Attributes:
        tools: The number of the tool of each call, by the number of the call; 0 if that is not known.
    """

    def __init__(self) -> None:
        super().__init__({b"": 0})
        self.tools = array("H", [0])
        self._answered: dict[bytes, None] = {}  # those that are still remembered, in order

    def __missing__(self, call: bytes) -> int:
        number = self[call] = len(self.tools)
        self.tools.append(0)
        return number

    def ask(self, call: bytes, tool: int) -> None:
        """A call of a tool is asked for, perhaps again."""
        self.tools[self[call]] = tool
        self._answered.pop(call, None)

    def answer(self, call: bytes) -> None:
        """A call is answered."""
        self._answered[call] = None
        if len(self._answered) > 2 * _KEPT:
            for old in list(islice(self._answered, _KEPT)):
                del self._answered[old]
                if old:
                    self.pop(old, None)
