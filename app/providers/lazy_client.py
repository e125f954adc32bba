"""A client whose package is too large to import before it is needed."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import Awaitable, Callable, Iterator
from typing import Generic, TypeVar

ClientT = TypeVar("ClientT")


class LazyClient(Generic[ClientT]):
    """Imports and opens a client in a thread, once, when it is first asked for.

    Args:
        open_client: Imports what it needs and makes the client; runs in a thread.
        close_client: Closes it.
    """

    def __init__(
        self, open_client: Callable[[], ClientT], close_client: Callable[[ClientT], Awaitable[None]]
    ) -> None:
        self._open_client = open_client
        self._close_client = close_client
        self._opening = asyncio.Lock()
        self._client: ClientT | None = None

    async def get(self) -> ClientT:
        """The client."""
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(self._open)
            return self._client

    async def close(self) -> None:
        """Close the client, if there is one; `get` opens another."""
        async with self._opening:
            if self._client is not None:
                await self._close_client(self._client)
                self._client = None

    def _open(self) -> ClientT:
        with _collection_paused():
            return self._open_client()


@contextlib.contextmanager
def _collection_paused() -> Iterator[None]:
    """No garbage collection inside the block: it would look over each of thousands of new classes."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
