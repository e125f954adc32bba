"""The server of the other tests is a test's ground: what it promises, held against a plain socket."""

from __future__ import annotations

import http.client
import json
import socket
from urllib.parse import urlsplit

import pytest

from tests.servers.model_server import Call, Fault, ModelServer, Turn


def post(connection: http.client.HTTPConnection, path: str, **body: object) -> tuple[int, bytes]:
    connection.request("POST", path, json.dumps(body), {"Authorization": "Bearer k"})
    response = connection.getresponse()
    return response.status, response.read()


def connect(server: ModelServer) -> http.client.HTTPConnection:
    parts = urlsplit(server.url)
    assert parts.hostname is not None
    return http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)


@pytest.mark.parametrize(
    ("path", "last"), [("/v1/messages", b"message_stop"), ("/v1/chat/completions", b"data: [DONE]")]
)
def test_turns_come_in_order_over_one_connection(path: str, last: bytes) -> None:
    turns = [Turn(text="one"), Turn(calls=[Call("bash", {"a": 1})]), Turn(status=418, error="teapot")]
    with ModelServer(turns, key="k") as server:
        connection = connect(server)
        first = post(connection, path, model="m")
        second = post(connection, path, model="m")
        third = post(connection, path, model="m")
        fourth = post(connection, path, model="m")
        connection.close()
        assert server.connections == 1
        assert [request.body for request in server.requests] == [{"model": "m"}] * 4
    assert first[0] == second[0] == 200
    assert b'"one"' in first[1]
    assert last in first[1]
    assert b"bash" in second[1]
    assert (third[0], b"teapot" in third[1]) == (418, True)
    assert (fourth[0], b"no more turns" in fourth[1]) == (400, True)


def test_a_turn_may_be_made_from_the_request() -> None:
    with ModelServer(lambda body: Turn(text=f"you said {body['word']}", delta=99)) as server:
        connection = connect(server)
        assert b"you said this" in post(connection, "/v1/messages", word="this")[1]
        assert b"you said that" in post(connection, "/v1/chat/completions", word="that")[1]
        connection.close()


def test_a_reset_is_a_reset() -> None:
    with ModelServer([Turn(text="words " * 10, fault=Fault.RESET)]) as server:
        parts = urlsplit(server.url)
        plain = socket.create_connection((parts.hostname, parts.port), timeout=10)
        plain.sendall(b"POST /v1/messages HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")
        with plain, pytest.raises(ConnectionResetError):
            plain.makefile("rb").read()


def test_a_fault_strikes_once() -> None:
    with ModelServer([Turn(text="x", fault=Fault.OVERLOADED), Turn(text="y")]) as server:
        connection = connect(server)
        statuses = [post(connection, "/v1/messages")[0] for _ in range(3)]
        connection.close()
    assert statuses == [529, 200, 200]


def test_a_wrong_key_and_a_wrong_path_are_refused() -> None:
    with ModelServer([], key="other") as server:
        connection = connect(server)
        assert post(connection, "/v1/messages")[0] == 401
        connection.close()
    with ModelServer([]) as server:
        connection = connect(server)
        assert post(connection, "/v1/nothing")[0] == 404
        connection.close()
