"""What the readers of both kinds of OpenHands events share: the answers of a run, and its calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.trajectory.content import Block, ToolCall, Usage
from app.trajectory.events import Event, ModelResponse, Status
from app.trajectory.formats.calls import Calls
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts

_LONGEST = 86_400.0  # seconds; nobody answered for longer: the run was set aside


@dataclass(slots=True)
class _Asked:
    """A call, when it was asked for, and whether it waits for its result."""

    call: ToolCall
    ts: float
    waits: bool = True


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened, where it stands in the file, and to which agent it happened."""

    ts: float
    place: str
    agent: str

    def entry(self, event: Event) -> Entry:
        """An event of this moment."""
        return Entry(event, self.ts, self.place, self.agent)


class OpenHandsSession:
    """The answers and calls of one run after the other: the ids of a run mean nothing in the next.

    Args:
        counts: Counts all of them.

    Attributes:
        agent: To whom events happen now.
    """

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self.agent = ""
        self._calls = Calls()
        self._turn = 0
        self._asked: dict[str, _Asked] = {}
        self._told = 0.0

    def begin(self, agent: str) -> None:
        """Another run begins.

        Args:
            agent: As which it is shown.
        """
        self.agent = agent
        self._asked.clear()
        self._told = 0.0

    def call(self, given: str, name: object, arguments: object, moment: Moment) -> ToolCall:
        """A call, as a block of an answer.

        Args:
            given: Its id in the file; may be empty.
            name: Of the tool.
            arguments: An object, or JSON of one.
            moment: Of the call.
        """
        return self._calls.call(given, name, arguments, f"call {moment.place}")

    def answer(
        self,
        blocks: Sequence[Block],
        moment: Moment,
        *,
        model: str = "",
        usage: Usage | None = None,
        cost: float | None = None,
    ) -> Entry:
        """An answer of the model.

        Args:
            blocks: What it says and asks for.
            moment: When it was whole.
            model: That answered.
            usage: Its tokens.
            cost: US dollars; None if it is not known.
        """
        self._turn += 1
        stop = "tools" if any(isinstance(block, ToolCall) for block in blocks) else "end"
        duration = _elapsed(self._told, moment.ts)
        return moment.entry(
            ModelResponse(
                self._turn, model, tuple(blocks), stop, usage or Usage(), cost, None, duration, attempts=1
            )
        )

    def requested(self, call: ToolCall, ids: Iterable[str], moment: Moment) -> Entry:
        """The event that the model asks for a call of its last answer.

        Args:
            call: It.
            ids: Those that its result may name.
            moment: When it was asked for.
        """
        asked = _Asked(call, moment.ts)
        self._asked.update((one, asked) for one in ids if one)
        return moment.entry(self._calls.requested(call, self._turn))

    def finished(
        self,
        ids: Iterable[str],
        status: Status,
        content: str,
        moment: Moment,
        *,
        exit_code: int | None = None,
        diff: str = "",
    ) -> Entry:
        """The event that a call is answered; a second answer to it is shown as what has no place.

        Args:
            ids: That the result names.
            status: What came of the call.
            content: What the model is told.
            moment: When.
            exit_code: Of a command.
            diff: What it changed, where the file tells.
        """
        asked = next((self._asked[one] for one in ids if one in self._asked), None)
        given = asked.call.id if asked and asked.waits else None
        duration = _elapsed(asked.ts, moment.ts) if asked else 0.0
        if asked:
            asked.waits = False
        self.told(moment)
        return moment.entry(
            self._calls.finished(given, status, content, duration=duration, exit_code=exit_code, diff=diff)
        )

    def is_known(self, identity: str) -> bool:
        """Whether there is a call of that id."""
        return identity in self._asked

    def told(self, moment: Moment) -> None:
        """The model is told something: it may answer from then on."""
        self._told = moment.ts


def _elapsed(start: float, end: float) -> float:
    return round(end - start, 6) if 0 < start < end < start + _LONGEST else 0.0
