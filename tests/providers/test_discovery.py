from __future__ import annotations

import asyncio
import json
import subprocess
import sys

import pytest

from app.providers.discovery import LOCAL_SERVERS, Found, discover
from tests.servers.model_server import ModelServer


async def test_keys_are_found_by_the_names_of_their_variables() -> None:
    environ = {"ANTHROPIC_API_KEY": "sk-secret", "OPENAI_API_KEY": "  ", "OPENROUTER_API_KEY": "sk-other"}
    found = await discover(environ, {})
    assert found == [Found("anthropic", "ANTHROPIC_API_KEY"), Found("openrouter", "OPENROUTER_API_KEY")]
    assert "sk-secret" not in repr(found)


async def test_servers_are_found_with_their_models_and_get_no_key() -> None:
    with ModelServer([], models=["qwen3:4b", "bad\x1b[31m\nname", ""]) as server:
        found = await discover({"OPENAI_API_KEY": "sk-secret"}, {"ollama": f"{server.url}/v1"})
        assert found == [
            Found("openai", "OPENAI_API_KEY"),
            Found("ollama", f"{server.url}/v1", ("qwen3:4b", "bad name")),
        ]
        (request,) = server.requests
        assert (request.method, request.path) == ("GET", "/v1/models")
        assert "sk-secret" not in str(request.headers)


async def test_a_port_nobody_listens_on_is_no_server() -> None:
    with ModelServer([]) as server:
        pass
    assert await discover({}, {"ollama": f"{server.url}/v1"}) == []


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with ModelServer([], models=["here"]) as server, ModelServer([]) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        (found,) = await discover({}, {"ollama": f"{server.url}/v1"})
        assert found.models == ("here",)
        assert proxy.connections == 0


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n" + json.dumps({"data": 5}).encode() + b"   ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n" + json.dumps({"data": [5, {"id": 5}]}).encode(),
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 1_200_000,
        b"",
    ],
)
async def test_whatever_else_listens_there_is_no_server_and_no_error(answer: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await reader.read(1)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    assert await discover({}, {"llamacpp": f"http://127.0.0.1:{port}/v1"}) == []
    server.close()


def test_only_this_machine_is_asked_and_no_name_is_looked_up() -> None:
    assert set(LOCAL_SERVERS) == {"ollama", "llamacpp", "lmstudio", "vllm"}
    assert all(address.startswith("http://127.0.0.1:") for address in LOCAL_SERVERS.values())


def test_the_http_stack_is_not_loaded_with_the_module() -> None:
    code = "import sys, app.providers.discovery; print('httpx' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "False\n"
    )
