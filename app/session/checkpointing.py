"""When the checkpoints of a session are taken: before a turn's first side effect, and after the turn."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from itertools import islice
from typing import Literal

from app.trajectory.events import CheckpointTaken, Event, Note
from app.workspace.checkpoint_log import Checkpoint
from app.workspace.checkpoints import Checkpoints
from app.workspace.snapshot_git import CheckpointError, UnusableError

_MOST_LEFT_OUT = 100

When = Literal["before", "after"]


class Checkpointing:
    """Takes the checkpoints of a session, beside its loop. One that fails is a note, and the task goes on.

    Args:
        checkpoints: Where they are kept.
        enabled: False takes none.
        emit: Takes each event.
    """

    CLOSING = 5.0  # seconds that the end of the session waits for the last one

    def __init__(self, checkpoints: Checkpoints, *, enabled: bool, emit: Callable[[Event], object]) -> None:
        self._checkpoints = checkpoints
        self._enabled = enabled
        self._emit = emit
        self._turn = 0
        self._titles: list[str] = []
        self._before: asyncio.Task[bool] | None = None  # the one of this turn
        self._preparing: asyncio.Task[bool] | None = None
        self._last: asyncio.Task[bool] | None = None
        self._under_way: set[asyncio.Task[bool]] = set()
        self._left_out: Mapping[str, str] = {}  # of the last one
        self._said = ""

    def begin(self, turn: int) -> None:
        """The calls of a turn come. With the first the workspace is read ahead, which may take a while."""
        self._turn, self._titles, self._before = turn, [], None
        if self._enabled and self._preparing is None:
            self._preparing = self._in_order(self._checkpoints.prepare)

    async def before(self, title: str) -> None:
        """Return once the workspace is kept as it is before the turn; called before each side effect.

        Args:
            title: What is about to be done.
        """
        self._titles.append(title)
        if self._before is None and self._enabled:
            take = partial(self._checkpoints.before, self._turn, self._label())
            self._before = self._in_order(lambda: self._taken("before", take))
        if self._before is not None:
            await asyncio.shield(self._before)

    def end(self) -> None:
        """The calls of the turn are over. Nobody waits for the checkpoint but the next one."""
        if (before := self._before) is None:
            return
        take = partial(self._checkpoints.after, self._turn, self._label())

        async def taken() -> None:
            if before.result():
                await self._taken("after", take)

        self._in_order(taken)

    async def settle(self) -> None:
        """Wait for what is under way; what takes long is given up."""
        if self._preparing is not None:
            self._preparing.cancel()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=self.CLOSING)
        if late := tuple(self._under_way):
            for task in late:
                task.cancel()
            await asyncio.wait(late)

    def _in_order(self, work: Callable[[], Awaitable[object]]) -> asyncio.Task[bool]:
        """Do some work once the work before it is over; the task tells whether it succeeded."""
        previous = self._last

        async def run() -> bool:
            if previous is not None:
                await asyncio.wait([previous])
            if not self._enabled:
                return False
            try:
                await work()
            except Exception as error:
                self._tell(error)
                return False
            return True

        task = self._last = asyncio.get_running_loop().create_task(run())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def _taken(self, when: When, take: Callable[[], Awaitable[Checkpoint]]) -> None:
        checkpoint = await take()
        left_out, known = checkpoint.left_out, self._left_out
        self._left_out = left_out
        self._emit(
            CheckpointTaken(
                checkpoint.turn,
                checkpoint.id,
                when,
                checkpoint.files,
                checkpoint.added,
                checkpoint.removed,
                None if left_out == known else dict(islice(left_out.items(), _MOST_LEFT_OUT)),
                max(0, len(left_out) - _MOST_LEFT_OUT),
            )
        )

    def _tell(self, error: Exception) -> None:
        self._enabled = not isinstance(error, UnusableError)
        what = str(error) if isinstance(error, CheckpointError) else f"{type(error).__name__}: {error}"
        lost = "what this turn changes" if self._enabled else "turns"
        if what != self._said:
            self._said = what
            self._emit(Note(f"no checkpoint: {what}; {lost} cannot be undone", "warning"))

    def _label(self) -> str:
        more = len(self._titles) - 1
        return f"{self._titles[0]} and {more} more" if more else self._titles[0]
