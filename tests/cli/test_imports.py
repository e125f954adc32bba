"""What each way in loads, and what it leaves alone: start-up depends on it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.servers.model_server import ModelServer, Turn

ROOT = Path(__file__).parents[2]


def loaded(code: str, **environ: str) -> set[str]:
    """The modules that are loaded after some code ran, and ended with 0, in a fresh interpreter."""
    report = "os.write(2, b'MODULES ' + ' '.join(sys.modules).encode())"
    program = f"import os, sys\n{code}\n{report}"
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "MODULES " in result.stderr
    return set(result.stderr.rpartition("MODULES ")[2].split())


HEAVY = {"textual", "anthropic", "httpx", "httpx2", "pydantic"}


def test_version_loads_next_to_nothing() -> None:
    code = (
        "def end(code):\n    assert code == 0\n"
        "os._exit = end\nsys.argv = ['sawhorse', '--version']\nfrom app.__main__ import main\nmain()"
    )
    modules = loaded(code)
    assert not modules & {*HEAVY, "argparse", "asyncio", "orjson", "dataclasses"}


def test_help_loads_neither_screens_nor_sdk() -> None:
    code = "from app.cli.main import main\nassert main(['run', '--help']) == 0"
    assert not loaded(code) & {*HEAVY, "asyncio"}


def test_a_headless_run_loads_only_the_stack_it_uses() -> None:
    with ModelServer([Turn(text="ok")]) as server:
        code = "from app.cli.main import main\nassert main(['run', 'x', '--model', 'openai/m']) == 0"
        modules = loaded(code, OPENAI_BASE_URL=f"{server.url}/v1", OPENAI_API_KEY="sk-test-key-123456")
    assert "httpx" in modules
    assert not modules & {"textual", "anthropic", "httpx2", "markdown_it"}


def test_the_first_screen_needs_no_engine() -> None:
    modules = loaded("import app.workbench")
    assert "textual" in modules
    engine = {"app.session.session", "app.tools.registry", "app.providers.contract", "orjson"}
    assert not modules & {"anthropic", "httpx", "httpx2", "pydantic", "markdown_it", "pygments", *engine}


def test_looking_at_a_run_needs_neither_engine_nor_sdk() -> None:
    modules = loaded(
        "import app.cli.view, app.viewing, app.trajectory.runs.run, app.trajectory.library.naming"
    )
    assert "textual" in modules
    engine = {"app.session.session", "app.tools.registry", "app.providers.contract", "app.approval.policy"}
    assert not modules & {"anthropic", "httpx", "httpx2", "pydantic", "markdown_it", "pygments", *engine}
