"""How the screens look. `make snapshots` takes them anew after a change that is meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot

from app.providers.contract import TextDelta, ThinkingDelta
from app.screens.help import HelpScreen
from app.screens.keymap import parts_of
from app.screens.output import OutputScreen
from app.screens.themes import DARK
from app.screens.welcome import WelcomeScreen
from app.trajectory.content import Text, Usage
from app.trajectory.events import (
    ApprovalAsked,
    ModelRequest,
    ModelResponse,
    SessionStarted,
    Status,
    TaskEnded,
    ToolFinished,
    ToolStarted,
    UserMessage,
)
from app.workbench import Workbench
from tests.screens.asking import PLAN, ask_bash, begin
from tests.screens.played import ROOT, PlayedApp, requested
from tests.widgets.terminal import until
from widgets.call_pane import CallPane
from widgets.conversation.highlight import highlight
from widgets.status import CallStatus

Compare = Callable[..., bool]

ANSWER = """\
I'll run the tests and read the module; these do not depend on each other.

1. `retry.py` sleeps on a **real** clock
2. the test waits for it

```python
time.sleep(delay)
```
"""
DIFF = """\
--- a/app/retry.py
+++ b/app/retry.py
@@ -10,3 +10,3 @@
 def wait(delay):
-    time.sleep(delay)
+    clock.sleep(delay)
"""
EDITED = ToolFinished("6", "done", "edited", 0.004, diff=DIFF)


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PlayedApp:
    monkeypatch.chdir(tmp_path)  # paths in events are short, so that their size is always the same
    highlight("pass", "python")  # what that imports, colours in the background would have to wait for
    return PlayedApp(tmp_path)


async def settle(pilot: Pilot[None]) -> None:
    """Frames of the stream, code that is coloured in the background, and panes: until none brings more."""
    before, same = None, 0
    while same < 8:
        await pilot.pause(0.05)
        shown = [list(strip) for strip in pilot.app.screen._compositor.render_strips()]
        before, same = shown, same + 1 if shown == before else 0


def is_folded_or_failed(pane: CallPane) -> bool:
    return pane.is_folded or pane.status is CallStatus.FAILED


def at_work(app: PlayedApp) -> None:
    """Four calls run, one asks, one waits for it."""
    app.played.play(
        SessionStarted("id", "/home/somebody/project", "anthropic/claude-sonnet-5", "ask", "0.1.0"),
        UserMessage("fix the flaky retry test"),
        ModelRequest(1, "anthropic/claude-sonnet-5", 1, 7),
        ThinkingDelta("The test sleeps."),
        TextDelta(ANSWER),
        ModelResponse(
            1, "anthropic/claude-sonnet-5", (Text(ANSWER),), "tools", Usage(41_000, 900), 0.12, 0.5, 2.0, 1
        ),
    )
    commands = ["pytest -q tests/test_retry.py", "rg -n sleep app", "make lint", "npm run build"]
    for number, command in enumerate(commands, 1):
        output = Path(f"{number}.out")
        output.write_bytes(b"\n".join(b"line %d \x1b[32mok\x1b[0m" % n for n in range(number * 3)) + b"\n")
        call = str(number)
        app.played.play(requested(call, "bash", command, command=command), ToolStarted(call, str(output)))
    edit = {"command": "str_replace", "path": "app/retry.py", "old_str": "time", "new_str": "clock"}
    app.played.play(
        requested("5", "str_replace_based_edit_tool", "app/retry.py", arguments=edit),
        requested("6", "str_replace_based_edit_tool", "app/retry.py", arguments=edit, waits_for=("5",)),
        ApprovalAsked("5", "mode ask: edits ask", DIFF, rules=("allow edit app/**",)),
    )


def finish(app: PlayedApp) -> None:
    """All of it over: one failed, one denied."""
    for number in range(1, 5):
        status: Status = "failed" if number == 3 else "done"
        code = 1 if number == 3 else 0
        app.played.play(
            ToolFinished(str(number), status, "ok", 1.25 * number, code, f"{number}.out", 30 * number)
        )
    app.played.play(
        ToolFinished("5", "denied", "The call was denied"),
        EDITED,
        TextDelta(
            "The test waits on the clock it is given now.\n\n| before | after |\n|---|---|\n| 3 s | 0 s |"
        ),
        TaskEnded("done", 2),
    )


@pytest.mark.parametrize("size", [(140, 44), (80, 24)], ids=["wide", "narrow"])
def test_session_with_four_calls_running_and_one_asking(
    snap_compare: Compare, app: PlayedApp, size: tuple[int, int]
) -> None:
    async def play(pilot: Pilot[None]) -> None:
        at_work(app)
        await settle(pilot)
        app.now += 7
        await settle(pilot)

    assert snap_compare(app, terminal_size=size, run_before=play)


@pytest.mark.parametrize("size", [(140, 44), (80, 24)], ids=["wide", "narrow"])
def test_the_call_that_asks_has_the_focus(
    snap_compare: Compare, app: PlayedApp, size: tuple[int, int]
) -> None:
    async def play(pilot: Pilot[None]) -> None:
        at_work(app)
        await settle(pilot)
        await pilot.press("f3")
        await settle(pilot)

    assert snap_compare(app, terminal_size=size, run_before=play)


def ask_more(app: PlayedApp) -> None:
    """A command and a plan ask, too, a while after the edit."""
    app.now += 42
    rules = ("allow bash npm run build", "allow bash npm test")
    ask_bash(app, "7", "npm run build && npm test -- --watch=false", rules=rules, rule="ask bash npm")
    app.played.play(
        requested("8", "present_plan", "Repair it", arguments={"plan": PLAN}),
        ApprovalAsked("8", "the plan is ready", plan=PLAN),
    )


@pytest.mark.parametrize("keys", [[], ["j"], ["j", "j"]], ids=["diff", "command", "plan"])
@pytest.mark.parametrize("size", [(200, 50), (80, 24)], ids=["wide", "narrow"])
def test_the_inbox(snap_compare: Compare, app: PlayedApp, size: tuple[int, int], keys: Sequence[str]) -> None:
    async def play(pilot: Pilot[None]) -> None:
        at_work(app)
        await settle(pilot)
        ask_more(app)
        await settle(pilot)
        await pilot.press("f2", "space", *keys)
        await settle(pilot)

    assert snap_compare(app, terminal_size=size, run_before=play)


@pytest.mark.parametrize("key", ["p", "e"], ids=["rules", "command"])
@pytest.mark.parametrize("size", [(200, 50), (80, 24)], ids=["wide", "narrow"])
def test_what_is_changed_before_it_counts(
    snap_compare: Compare, app: PlayedApp, size: tuple[int, int], key: str
) -> None:
    async def play(pilot: Pilot[None]) -> None:
        begin(app)
        ask_more(app)
        await settle(pilot)
        await pilot.press("f2")
        await settle(pilot)
        app.now += 1
        await pilot.press(key)
        await settle(pilot)

    assert snap_compare(app, terminal_size=size, run_before=play)


def test_session_when_the_task_is_done(snap_compare: Compare, app: PlayedApp) -> None:
    async def play(pilot: Pilot[None]) -> None:
        at_work(app)
        await settle(pilot)
        finish(app)
        await until(pilot, lambda: all(map(is_folded_or_failed, app.session_screen.query(CallPane))))
        await settle(pilot)

    assert snap_compare(app, terminal_size=(140, 44), run_before=play)


def test_an_edit_that_is_opened_side_by_side(snap_compare: Compare, app: PlayedApp) -> None:
    async def play(pilot: Pilot[None]) -> None:
        await app.push_screen(OutputScreen.of_call("edit app/retry.py", EDITED))
        await pilot.press("s")
        await settle(pilot)

    assert snap_compare(app, terminal_size=(120, 16), run_before=play)


def test_session_before_anything(snap_compare: Compare, app: PlayedApp) -> None:
    assert snap_compare(app, terminal_size=(120, 30), run_before=settle)


def test_help(snap_compare: Compare, app: PlayedApp) -> None:
    async def ask(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await app.push_screen(HelpScreen([*parts_of(app.session_screen), Workbench], {"session.mode": "f10"}))
        await settle(pilot)

    assert snap_compare(app, terminal_size=(100, 60), run_before=ask)


class WelcomeApp(App[None]):
    """The welcome screen, told what was found."""

    CSS_PATH = ROOT / "styles" / "theme.tcss"

    async def on_mount(self) -> None:
        self.register_theme(DARK)
        self.theme = DARK.name
        await self.push_screen(WelcomeScreen({}, looks=False))


@pytest.mark.parametrize(
    "models",
    [
        [],
        [("anthropic/claude-sonnet-5", "ANTHROPIC_API_KEY"), ("ollama/qwen3", "http://127.0.0.1:11434/v1")],
    ],
    ids=["nothing found", "two found"],
)
def test_welcome(snap_compare: Compare, models: list[tuple[str, str]]) -> None:
    app = WelcomeApp()

    async def find(pilot: Pilot[None]) -> None:
        app.screen.post_message(WelcomeScreen.Found(models))
        await settle(pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=find)
