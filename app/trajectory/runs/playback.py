"""When each record of a run is due, as it is shown again."""

from __future__ import annotations

from collections.abc import Callable

UNTIMED = 0.5  # seconds between records of a run that bears no times
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0)


class Playback:
    """Goes through a run at the pace it was recorded at, faster, slower, or step by step.

    Args:
        time: When a record was made, in seconds since the epoch; 0 if that is not known.
        count: How many records there are.
        clock: Seconds.
        speed: By how much time goes faster than it did.
        paused: It stands still until it is told to go on.
        at: The first record that is shown when it begins.

    Attributes:
        position: How many records have been shown.
        speed: By how much time goes faster.
    """

    def __init__(
        self,
        time: Callable[[int], float],
        count: Callable[[], int],
        clock: Callable[[], float],
        *,
        speed: float = 1.0,
        paused: bool = False,
        at: int = 0,
    ) -> None:
        self._time = time
        self._count = count
        self._clock = clock
        self._paused = paused
        self._looked = clock()
        self._now = 0.0  # seconds into the run
        self._last = 0.0  # when the last record that was shown was made
        self.position = 0
        self.speed = speed
        self.seek(at)

    @property
    def paused(self) -> bool:
        """Whether it stands still."""
        return self._paused

    @paused.setter
    def paused(self, paused: bool) -> None:
        self._pass_time()
        self._paused = paused

    @property
    def began(self) -> float:
        """When the run began; 0 if it bears no times."""
        first = range(min(self._count(), 100))
        return next((time for row in first if (time := self._time(row))), 0.0)

    @property
    def is_over(self) -> bool:
        """Whether all records have been shown."""
        return self.position >= self._count()

    @property
    def elapsed(self) -> float:
        """Seconds into the run, by the time of the record that was shown last and what has passed since."""
        return self._now

    @property
    def until_next(self) -> float:
        """Seconds of the run until the next record is due; 0 if there is none."""
        return 0.0 if self.is_over else max(0.0, self._due(self.position) - self._now)

    def advance(self) -> int:
        """Let time pass.

        Returns:
            How many records have become due: `position` was put forward by that.
        """
        self._pass_time()
        before = self.position
        while not self._paused and not self.is_over and self._due(self.position) <= self._now:
            self._show()
        if self.is_over:
            self._now = min(self._now, self._last)
        return self.position - before

    def step(self) -> bool:
        """Go on to the next record, however long it would take to come; False if there is none."""
        if self.is_over:
            return False
        self._pass_time()
        self._show()
        self._now = self._last
        return True

    def seek(self, position: int) -> None:
        """Go to where so many records have been shown."""
        self.position = max(0, min(position, self._count()))
        self._last = self._place(self.position - 1) if self.position else 0.0
        self._now = self._last
        self._looked = self._clock()

    def faster(self, *, by: int) -> None:
        """The next speed, or the one before."""
        nearest = min(range(len(SPEEDS)), key=lambda at: abs(SPEEDS[at] - self.speed))
        self._pass_time()
        self.speed = SPEEDS[max(0, min(nearest + by, len(SPEEDS) - 1))]

    def _pass_time(self) -> None:
        now = self._clock()
        if not self._paused:
            self._now += (now - self._looked) * self.speed
        self._looked = now

    def _show(self) -> None:
        self._last = self._due(self.position)
        self.position += 1

    def _due(self, row: int) -> float:
        """Seconds into the run at which a record is due, the next after the one that was shown last."""
        if not (time := self._time(row)):
            return self._last + (UNTIMED if not self.began else 0.0)
        return max(self._last, time - self.began)

    def _place(self, row: int) -> float:
        """About when a record was made, in seconds into the run: the clock may have been set back."""
        for earlier in range(row, max(-1, row - 1000), -1):
            if time := self._time(earlier):
                return max(0.0, time - self.began)
        return 0.0 if self.began else (row + 1) * UNTIMED
