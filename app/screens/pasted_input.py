"""What a terminal sends, with pastes that Textual's parser takes for nothing but text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver

if TYPE_CHECKING:
    from textual.message import Message

_BEGIN, _END = "\x1b[200~", "\x1b[201~"


class PasteCleaner:
    """Takes the escape characters out of pastes; the parser would make keys of what follows one."""

    def __init__(self) -> None:
        self._in_paste = False
        self._before = ""  # the last of what was not pasted: a mark may come in pieces
        self._held = ""  # the last of what was pasted, which may be the beginning of the end mark

    def clean(self, data: str) -> str:
        """The next piece of what the terminal sends, cleaned."""
        cleaned = []
        while data:
            if self._in_paste:
                pasted, end, data = (self._held + data).partition(_END)
                self._held = "" if end else _beginning_of_end(pasted)
                cleaned.append(pasted.removesuffix(self._held).replace("\x1b", "") + end)
                self._in_paste = not end
            else:
                known = len(self._before)
                before, begin, data = (self._before + data).partition(_BEGIN)
                cleaned.append((before + begin)[known:])
                self._before = "" if begin else before[1 - len(_BEGIN) :]
                self._in_paste = bool(begin)
        return "".join(cleaned)


class Parser(XTermParser):
    """Textual's, which never sees an escape character inside a paste."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._cleaner = PasteCleaner()

    def feed(self, data: str) -> Iterable[Message]:
        """Read the next piece of what the terminal sends; an empty one is its end."""
        cleaned = self._cleaner.clean(data)
        return super().feed(cleaned) if cleaned or not data else ()


def keep_pastes_whole() -> None:
    """Have the program read its terminal so: a paste never answers, whatever is in it."""
    linux_driver.XTermParser = Parser  # type: ignore[attr-defined]  # the driver has no other way in


def _beginning_of_end(pasted: str) -> str:
    sizes = range(min(len(_END) - 1, len(pasted)), 0, -1)
    return next((_END[:size] for size in sizes if pasted.endswith(_END[:size])), "")
