"""The runs of a file of OpenHands as events: each event goes to the reader of its kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.openhands_session import Moment, OpenHandsSession
from app.trajectory.formats.openhands_v0 import OpenHandsActions
from app.trajectory.formats.openhands_v1 import OpenHandsEvents
from app.trajectory.formats.unmapped import unmapped
from app.trajectory.formats.values import seconds, text

_KINDS = ("UserRejectObservation", "Condensation", "CondensationRequest")


def is_event(record: Mapping[str, object]) -> bool:
    """Whether a record is an event of either kind."""
    kind = text(record.get("kind"))
    if kind:
        return "source" in record and (kind.endswith("Event") or kind in _KINDS)
    acts, observes = "action" in record, "observation" in record
    return (
        acts != observes
        and "role" not in record
        and any(name in record for name in ("args", "extras", "content"))
    )


class OpenHandsRun:
    """Makes events of the records of one run after the other.

    Args:
        counts: Counts them.

    Attributes:
        number: How many runs were begun.
    """

    def __init__(self, counts: Counts) -> None:
        self.number = 0
        self._counts = counts
        self._session = OpenHandsSession(counts)
        self._actions = OpenHandsActions(self._session)
        self._events = OpenHandsEvents(self._session)

    def begin(self, agent: str) -> None:
        """Another run begins.

        Args:
            agent: As which it is shown.
        """
        self._session.begin(agent)
        self._actions.begin()
        self._events.begin()
        self.number += 1

    def events(self, record: Mapping[str, object], place: str) -> Iterator[Entry]:
        """The events of one record.

        Args:
            record: As it is in the file.
            place: Where it stands.
        """
        moment = Moment(seconds(record.get("timestamp")), place, self._session.agent)
        self._counts.records += 1
        self._counts.time(moment.ts, text(record.get("timestamp")))
        if "kind" in record:
            yield from self._events.event(record, moment)
            return
        yield from self._events.given_out()
        if "action" in record:
            yield from self._actions.action(record, moment)
        elif "observation" in record:
            yield from self._actions.observation(record, moment)
        else:
            yield moment.entry(unmapped("record", record))

    def given_out(self) -> Iterator[Entry]:
        """What was held back: nothing more comes for now."""
        yield from self._events.given_out()

    def ended(self) -> Iterator[Entry]:
        """What was held back: nothing more comes."""
        yield from self._events.given_out()
        self._actions.settle()
        self._counts.user_messages = self._counts.user_messages or None  # some writers leave them out
