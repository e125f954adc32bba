"""Workers that end before the widgets they speak to are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.widget import Widget as Base
else:
    Base = object  # of two widgets Textual would take the styles of the first one only


class EndsWork(Base):
    """Beside a widget: its workers end as soon as it takes no more messages.

    Textual ends them only once the children have gone: one that went on in between would look for a child
    that is no longer there, and the whole app would fail.
    """

    async def _message_loop_exit(self) -> None:
        self.workers.cancel_node(self)
        await super()._message_loop_exit()
