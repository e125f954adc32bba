"""A model server on loopback, for tests and benchmarks: real HTTP, real faults, in a thread of its own.

    with ModelServer([Turn(text="Hello"), Turn(calls=[Call("bash", {"command": "ls"})])]) as server:
        ...  # Anthropic clients: server.url; OpenAI clients: server.url + "/v1"
        assert server.requests[0].body["model"] == "some-model"

Turn n answers the n-th request that is not met by a fault; a fault strikes the first attempt at its turn.
In place of a list, a function may make the turn of a request from its body.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any

from tests.servers.turns import STATUS_FAULTS, Call, Fault, Turn
from tests.servers.wire import AnthropicWire, OpenAIWire, Wire

__all__ = ["Call", "Fault", "ModelServer", "SeenRequest", "Turn"]

_BATCH = 200
_SETTLE_SECONDS = 0.05
_WIRES: Mapping[str, Wire] = {"/v1/messages": AnthropicWire(), "/v1/chat/completions": OpenAIWire()}


@dataclass(slots=True)
class SeenRequest:
    """A request as it came; names of headers are in lower case.

    `arrived` is when its first byte came, `answered` when the last of its answer had gone: monotonic seconds.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]  # Any: JSON of the client under test
    arrived: float
    answered: float = 0.0


class ModelServer:
    """Serves turns; use as a context manager.

    Args:
        turns: What to answer, in order; or a function from the body of a request to its turn.
        key: Where given, requests without it are refused.
        models: What `/v1/models` offers.

    Attributes:
        url: Where it listens, such as http://127.0.0.1:40123.
        requests: All requests so far.
        connections: How many TCP connections were made.
        streaming: Set once half of an answer with a fault, or the first delta of a paused one, is out.
        abandoned: Set once a client has gone away in the middle of an answer.
    """

    def __init__(
        self,
        turns: Sequence[Turn] | Callable[[dict[str, Any]], Turn],
        *,
        key: str = "",
        models: Sequence[str] = ("test-model",),
    ) -> None:
        self._turns = turns
        self._key = key
        self._models = models
        self._answered = 0
        self._struck: set[int] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="model-server", daemon=True)
        self._ready = threading.Event()
        self._connections: set[asyncio.Task[None]] = set()
        self.url = ""
        self.requests: list[SeenRequest] = []
        self.connections = 0
        self.streaming = threading.Event()
        self.abandoned = threading.Event()

    def __enter__(self) -> ModelServer:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._accept, "127.0.0.1", 0))
        host, port = server.sockets[0].getsockname()
        self.url = f"http://{host}:{port}"
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for connection in self._connections:
            connection.cancel()
        self._loop.run_until_complete(asyncio.gather(*self._connections, return_exceptions=True))
        self._loop.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        # Small writes go out at once, as those of a real server do.
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            await self._serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._connections.discard(task)
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = asyncio.ensure_future(reader.read(1))
        try:
            while byte := await first:
                request = await _read_request(byte, reader)
                self.requests.append(request)
                # Reads the next request's first byte, or sees that the client has gone away.
                first = asyncio.ensure_future(reader.read(1))
                if not await self._answer_or_abandon(request, writer, first):
                    return
        finally:
            first.cancel()

    async def _answer_or_abandon(
        self, request: SeenRequest, writer: asyncio.StreamWriter, first: asyncio.Future[bytes]
    ) -> bool:
        """Answer one request, as long as the client is there; False if the connection is of no more use."""
        answer = asyncio.ensure_future(self._answer(request, writer))
        try:
            waiting: set[asyncio.Future[Any]] = {first, answer}  # Any: futures of two kinds
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            gone = first.done() and (first.exception() is not None or not first.result())
            if gone and not answer.done():
                self.abandoned.set()
                return False
            good = await answer
            request.answered = time.monotonic()
            return good
        finally:
            answer.cancel()

    async def _answer(self, request: SeenRequest, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; False if the connection is of no more use."""
        path = request.path.partition("?")[0]
        if self._key and self._key not in (
            request.headers.get("x-api-key", ""),
            request.headers.get("authorization", "").removeprefix("Bearer "),
        ):
            return await _send(writer, 401, OpenAIWire().error_body(401, "Invalid API key"))
        if path == "/v1/models":
            offers = [{"id": name, "object": "model"} for name in self._models]
            return await _send(writer, 200, json.dumps({"object": "list", "data": offers}).encode())
        if (wire := _WIRES.get(path)) is None:
            return await _send(writer, 404, OpenAIWire().error_body(404, "File Not Found"))
        turn = self._next_turn(request.body)
        if turn.fault is not None and turn.fault in STATUS_FAULTS:
            turn = replace(turn, status=STATUS_FAULTS[turn.fault], error=turn.error or "try again later")
        if turn.status != 200:
            return await _send(writer, turn.status, wire.error_body(turn.status, turn.error), turn)
        return await self._stream(wire, turn, str(request.body.get("model", "")), writer)

    def _next_turn(self, body: dict[str, Any]) -> Turn:
        number = self._answered
        if callable(self._turns):
            turn = self._turns(body)
        elif number < len(self._turns):
            turn = self._turns[number]
        else:
            return Turn(status=400, error="the server has no more turns")
        if turn.fault is not None and number in self._struck:
            turn = replace(turn, fault=None)
        if turn.fault in (None, Fault.LONG_TEXT):
            self._answered += 1
        else:
            self._struck.add(number)
        return turn

    async def _stream(self, wire: Wire, turn: Turn, model: str, writer: asyncio.StreamWriter) -> bool:
        events = [turn.raw] if turn.raw is not None else wire.events(turn, model)
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
            b"Cache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        broken = turn.fault not in (None, Fault.LONG_TEXT, Fault.CUT_ARGUMENTS)
        half = len(events) // 2 if broken else len(events)
        await self._write(events[:half], turn.pause, writer)
        if broken:
            self.streaming.set()
        match turn.fault:
            case Fault.RESET:
                await asyncio.sleep(_SETTLE_SECONDS)  # a reset overtakes what the client has not read yet
                linger = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                return False
            case Fault.STALL:
                await asyncio.Event().wait()
            case Fault.MALFORMED:
                await self._write(
                    [b'event: content_block_delta\ndata: {"type": "con\n\n', *events[half:]], 0, writer
                )
            case Fault.ERROR_EVENT:
                await self._write([wire.error_event()], 0, writer)
            case _:
                pass
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    async def _write(self, events: Sequence[bytes], pause: float, writer: asyncio.StreamWriter) -> None:
        size = 1 if pause else _BATCH
        for start in range(0, len(events), size):
            frames = (b"%x\r\n%b\r\n" % (len(event), event) for event in events[start : start + size])
            writer.write(b"".join(frames))
            await writer.drain()
            if pause:
                self.streaming.set()
                await asyncio.sleep(pause)


async def _read_request(first: bytes, reader: asyncio.StreamReader) -> SeenRequest:
    arrived = time.monotonic()
    head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *fields = head.strip().split("\r\n")
    method, path, _ = line.split(" ")
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (each.partition(":") for each in fields)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    decoded: dict[str, Any] = {}
    with contextlib.suppress(ValueError):
        decoded = json.loads(body)
    return SeenRequest(method, path, headers, decoded, arrived)


async def _send(writer: asyncio.StreamWriter, status: int, body: bytes, turn: Turn | None = None) -> bool:
    turn = turn or Turn()
    stalls = turn.fault is Fault.STALL
    head = [
        f"HTTP/1.1 {status} Status",
        "Content-Type: application/json",
        f"Content-Length: {len(body) + stalls}",
        *([f"Retry-After: {turn.retry_after:g}"] if turn.retry_after is not None else []),
        *([f"Location: {turn.location}"] if turn.location else []),
    ]
    writer.write("\r\n".join([*head, "", ""]).encode() + body)
    await writer.drain()
    if stalls:
        await asyncio.Event().wait()
    return True
