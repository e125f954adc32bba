"""What a session that is shown owes the screen: one that runs, or one that is shown again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from app.screens.pages import Records
from app.session.answer import Answer

if TYPE_CHECKING:
    from app.execution.sandbox.confinement import Confinement
    from app.session.stream import Item


class Items(Protocol):
    """What happens."""

    def take(self) -> list[Item]:
        """Everything that has come since the last call."""
        ...


class Followed(Protocol):
    """A session as its screen sees it. `Session` says what each of these does."""

    @property
    def events(self) -> Items: ...

    @property
    def records(self) -> Records: ...

    @property
    def begins(self) -> int: ...

    @property
    def confinement(self) -> Confinement | None: ...

    def decide(self, call: str, answer: Answer) -> None: ...

    def cancel(self, call: str) -> None: ...

    def type(self, call: str, data: bytes, *, by_person: bool = True) -> None: ...

    def resize_terminal(self, call: str, columns: int, rows: int) -> None: ...

    def to_terminal(self, call: str) -> None: ...

    def to_background(self, call: str) -> None: ...
