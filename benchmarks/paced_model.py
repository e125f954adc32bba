"""A model that does what its task says, each token at its time.

    python -m benchmarks.paced_model LOG

A task is one of these lines; the last thing said to it is `task N is over`:

    run COUNT COMMAND              so many bash calls of a command in one turn
    fill MESSAGES                  so many messages, ten a turn: an answer and nine thoughts
    answer RATE SECONDS [BYTES]    tokens a second; before them, so many bytes of the same answer at once

It speaks chat completions, and prints its address. Each paced answer adds a line to the log: when it began
and ended, in monotonic seconds, and its tokens. A process of its own, so that it disturbs nobody's clock.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle, islice
from pathlib import Path
from typing import Any  # JSON of a request

from benchmarks.timing import PYTHON, ROOT

TOKEN = 4  # characters
_PER_TURN = 10
_LARGE = 4096  # characters of a piece that is sent at once
_PARAGRAPHS = """\
## What the parser does with an unfinished list

It reads **one token** at a time, and keeps `at most two` of them: the rest stays where it is until somebody
asks. A comma that is followed by a bracket ends the list, whatever stood before it, and costs no second look.

- the first case is the *plain* one: a name, a colon, a value
- the second has a [reference](https://example.org/spec) in place of the value
- the third is an error that names the line and the column

```python
def parse(tokens: list[str]) -> dict[str, str]:
    result = {}
    for name, colon, value in zip(*[iter(tokens)] * 3):
        assert colon == ":", f"expected a colon after {name}"
        result[name] = value  # the last one wins
    return result
```

Both ways give the same answer for every file in the repository, so the shorter one should stay.

""".splitlines(keepends=True)
_REST = 1.0  # seconds after what is sent at once, so that it is painted before the tokens come
_MESSAGE = (
    "I looked at the **parser** first:\n\n- it keeps `two` tokens\n- it names the line\n\nNow the list."
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said: some text at once, the rest at so many tokens a second; then calls."""

    at_once: str = ""
    paced: str = ""
    rate: float = 0.0
    calls: tuple[tuple[str, Mapping[str, object]], ...] = ()


def text(size: int) -> str:
    """So many characters of markdown."""
    lines = -(-size // len("".join(_PARAGRAPHS))) * len(_PARAGRAPHS)
    return "".join(islice(cycle(_PARAGRAPHS), lines))[:size]


def answer(messages: list[dict[str, Any]]) -> Answer:
    """What the model says next."""
    tasks = [index for index, message in enumerate(messages) if message["role"] == "user"]
    turns = sum(message["role"] == "assistant" for message in messages[tasks[-1] :])
    over = f"\n\ntask {len(tasks)} is over"
    match messages[tasks[-1]]["content"].split(maxsplit=2):
        case ["run", count, command] if not turns:
            return Answer(calls=(("bash", {"command": command}),) * int(count))
        case ["fill", count] if turns < int(count) // _PER_TURN:
            thought = f"Step {turns}: the list, the error, the reference, in this order."
            return Answer(_MESSAGE, calls=(("think", {"thought": thought}),) * (_PER_TURN - 1))
        case ["answer", rate, rest]:
            seconds, size = [float(word) for word in [*rest.split(), "0"]][:2]
            paced = text(int(float(rate) * seconds) * TOKEN)
            return Answer(text(int(size)), paced + over, float(rate))
        case _:
            return Answer(over)


class Handler(BaseHTTPRequestHandler):
    """Answers one request after the other."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 0

    def do_POST(self) -> None:
        """Stream an answer."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = answer(body["messages"])
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in _pieces(said.at_once, _LARGE):
            self._send({"content": piece})
        if said.paced:
            time.sleep(_REST if said.at_once else 0)
            self._send_paced(list(_pieces(said.paced, TOKEN)), said.rate)
        for index, (name, arguments) in enumerate(said.calls):
            function = {"name": name, "arguments": json.dumps(arguments)}
            self._send({"tool_calls": [{"index": index, "id": f"call{index}", "function": function}]})
        self._send({}, "tool_calls" if said.calls else "stop")
        self._write(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # the library's name
        """Say nothing."""

    def _send_paced(self, tokens: list[str], rate: float) -> None:
        begun = time.monotonic()
        for number, token in enumerate(tokens):
            time.sleep(max(0.0, begun + number / rate - time.monotonic()))
            self._send({"content": token})
        with Path(sys.argv[1]).open("a") as log:
            log.write(f"{begun} {time.monotonic()} {len(tokens)}\n")

    def _send(self, delta: dict[str, object], finish: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        self._write(b"data: %b\n\n" % json.dumps({"model": "m", "choices": [choice]}).encode())

    def _write(self, event: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(event), event))


def _pieces(text: str, size: int) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))


@contextmanager
def serving(log: Path) -> Iterator[dict[str, str]]:
    """Run the server; gives the variables with which `openai/m` is this model."""
    process = subprocess.Popen(
        [PYTHON, "-m", "benchmarks.paced_model", str(log)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        yield {"OPENAI_BASE_URL": f"{address}/v1", "OPENAI_API_KEY": "sk-benchmark-key"}
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
