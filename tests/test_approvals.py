"""A person answers calls that ask, by keys, while a real session runs them."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from app.screens.inbox import InboxScreen
from app.screens.session import SessionScreen
from app.settings.schema import ApprovalSettings, Mode, ModelSettings, ProviderSettings, Settings
from app.trajectory.events import (
    ApprovalAsked,
    ApprovalDecided,
    Event,
    ToolFinished,
    ToolStarted,
)
from app.trajectory.reader import read
from app.workbench import Workbench
from tests.screens.played import SIZE, shown
from tests.servers.model_server import Call, ModelServer, Turn
from tests.widgets.terminal import paste, press, until
from widgets.call_pane import CallPane
from widgets.status import CallStatus

EDITS = [{"old_str": "one", "new_str": "two"}]


def bash(command: str, **more: object) -> Call:
    return Call("bash", {"command": command, **more})


@asynccontextmanager
async def at_work(
    workspace: Path, turns: Sequence[Turn], mode: Mode = "ask"
) -> AsyncIterator[tuple[Workbench, Pilot[None], list[Event]]]:
    """The app with a task that a server answers. Its events are there once it is closed."""
    events: list[Event] = []
    with ModelServer(turns) as server:
        settings = Settings(
            model=ModelSettings(name="openai/test-model"),
            approval=ApprovalSettings(mode=mode),
            providers={"openai": ProviderSettings(base_url=f"{server.url}/v1", api_key="sk-test-key-123456")},
        )
        app = Workbench(workspace, settings, os.environ, task="go")
        async with app.run_test(size=SIZE) as pilot:
            yield app, pilot, events
        assert app.session is not None
        app.session.close()
        events += [record.event for record in read(app.session.trajectory)]


def screen_of(app: Workbench) -> SessionScreen:
    screen = app.screen_stack[1]
    assert isinstance(screen, SessionScreen)
    return screen


def asking(app: Workbench) -> list[CallPane]:
    return [pane for pane in screen_of(app).query(CallPane) if pane.status is CallStatus.ASKS]


async def inbox(app: Workbench, pilot: Pilot[None], *texts: str) -> None:
    """Look at the questions, and wait until one with these texts can be answered."""

    def is_there() -> bool:
        is_open = isinstance(app.screen, InboxScreen) and app.screen.is_open
        return is_open and all(text in shown(app) for text in texts)

    def may_open() -> bool:
        return app.screen.focused is not None and "f2 shows" in shown(app)

    while not is_there():
        await until(pilot, lambda: is_there() or may_open())
        if may_open():
            await press(pilot, "f2")


async def test_three_calls_ask_at_once_and_each_gets_its_own_answer(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("text")
    turns = [
        Turn(
            calls=[
                bash("echo wrong > first"),
                bash("touch second"),
                bash("echo run >> third"),
                Call("str_replace_based_edit_tool", {"command": "view", "path": "notes.txt"}),
            ]
        ),
        Turn(calls=[bash("echo run >> third")]),
        Turn(text="all is said"),
    ]
    async with at_work(tmp_path, turns) as (app, pilot, events):
        await until(pilot, lambda: "3 calls ask" in shown(app))
        await inbox(app, pilot, "approvals · 3 calls ask", "echo wrong > first")
        await press(pilot, "e")
        for _ in "wrong > first":
            await press(pilot, "backspace")
        await press(pilot, *"right > first", "ctrl+s")
        await inbox(app, pilot, "2 calls ask", "touch second")
        await until(pilot, (tmp_path / "first").exists)
        await press(pilot, "d", *"not this one", "enter")
        await inbox(app, pilot, "1 call asks", "echo run >> third")
        await press(pilot, "s")
        await until(pilot, lambda: "all is said" in shown(app))
        assert "edited" in shown(app)
    assert (tmp_path / "first").read_text() == "right\n"
    assert not (tmp_path / "second").exists()
    assert (tmp_path / "third").read_text() == "run\nrun\n"
    asked = [event.call for event in events if isinstance(event, ApprovalAsked)]
    decided = [event for event in events if isinstance(event, ApprovalDecided) and event.by == "person"]
    assert [event.call for event in decided] == asked, "the second turn asked nothing"
    first, second, third = decided
    assert first.arguments == {"command": "echo right > first"}
    assert first.effects is not None
    assert first.effects.command == "echo right > first"
    assert (second.allowed, second.feedback) == (False, "not this one")
    assert (third.allowed, third.scope) == (True, "session")
    finished = {event.call: event for event in events if isinstance(event, ToolFinished)}
    assert "not this one" in finished[second.call].content
    assert "[the person changed this call before it ran" in finished[first.call].content
    order = [event for event in events if isinstance(event, ApprovalDecided | ToolStarted)]
    view = next(event for event in events if isinstance(event, ToolStarted) and event.call not in asked)
    assert order.index(view) < order.index(first), "what need not ask does not wait"
    started = next(event for event in order if isinstance(event, ToolStarted) and event.call == first.call)
    assert order.index(started) < order.index(second), "what is allowed does not wait for its siblings"


async def test_a_rule_that_is_changed_and_saved_counts_from_then_on(tmp_path: Path, own_places: Path) -> None:
    turns = [
        Turn(calls=[bash("mkdir one"), bash("touch two")]),
        Turn(calls=[bash("mkdir -p three/four")]),
        Turn(text="all is said"),
    ]
    async with at_work(tmp_path, turns) as (app, pilot, events):
        await until(pilot, lambda: "2 calls ask" in shown(app))
        await inbox(app, pilot, "for longer  allow bash mkdir")
        await press(pilot, "p")
        await until(pilot, lambda: "would have matched 1 past call: mkdir one" in shown(app))
        await press(pilot, *" -p")
        await until(pilot, lambda: "would have matched 0 past calls" in shown(app))
        await press(pilot, "enter")
        await inbox(app, pilot, "1 call asks", "touch two")
        await press(pilot, "y")
        await until(pilot, lambda: "all is said" in shown(app))
    saved = (own_places / "rules.toml").read_text()
    assert 'pattern = "mkdir -p"' in saved
    assert str(tmp_path) in saved, "it counts in this project"
    decided = [event for event in events if isinstance(event, ApprovalDecided)]
    assert [event.by for event in decided] == ["person", "person", "rule"]
    assert decided[0].rules == ("allow bash mkdir -p",)
    assert (tmp_path / "three/four").is_dir()


async def test_an_edit_that_cannot_be_carried_out_asks_again_with_what_was_written(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("one\n")
    (tmp_path / "other.txt").write_text("one two\n")
    edit = Call("multi_edit", {"path": "notes.txt", "edits": EDITS})
    async with at_work(tmp_path, [Turn(calls=[edit]), Turn(text="all is said")]) as (app, pilot, _):
        await inbox(app, pilot, "multi_edit")
        await press(pilot, "e", "backspace", *', "more": 1}', "ctrl+s")
        await inbox(app, pilot, "by you; shown is how it would run")
        await press(pilot, "e")
        assert '"more": 1' in shown(app)
        await press(pilot, "f7")
        await paste(pilot, json.dumps({"path": "other.txt", "edits": EDITS}))
        await press(pilot, "ctrl+s")
        await inbox(app, pilot, "this is what it writes as you changed it", "other.txt")
        await press(pilot, "y")
        await until(pilot, lambda: "all is said" in shown(app))
    assert (tmp_path / "notes.txt").read_text() == "one\n"
    assert (tmp_path / "other.txt").read_text() == "two two\n"


async def test_a_no_in_the_pane_and_a_yes_by_the_prefix_reach_their_calls(tmp_path: Path) -> None:
    turns = [Turn(calls=[bash("touch one"), bash("touch two")]), Turn(text="all is said")]
    async with at_work(tmp_path, turns) as (app, pilot, _):
        await until(pilot, lambda: "2 calls ask" in shown(app))
        await press(pilot, "f3")
        await until(pilot, lambda: all(pane.question.is_open for pane in asking(app) if pane.question))
        await press(pilot, "n")
        await until(pilot, lambda: "1 call asks" in shown(app))
        await until(pilot, lambda: all(pane.question.is_open for pane in asking(app) if pane.question))
        await press(pilot, "ctrl+a", "y")
        await until(pilot, lambda: "all is said" in shown(app))
    assert not (tmp_path / "one").exists()
    assert (tmp_path / "two").exists()


PLAN = "# Repair it\n\n1. make **one**\n"


@pytest.mark.parametrize(("key", "mode"), [("y", "ask"), ("s", "edits")])
async def test_a_yes_to_a_plan_leaves_plan_mode(tmp_path: Path, key: str, mode: str) -> None:
    turns = [
        Turn(calls=[bash("mkdir one")]),
        Turn(calls=[Call("present_plan", {"plan": PLAN})]),
        Turn(text="all is said"),
    ]
    async with at_work(tmp_path, turns, "plan") as (app, pilot, events):
        await until(pilot, lambda: "Repair it" in shown(app) and "· plan ·" in shown(app))
        await inbox(app, pilot, "1. make one", "the plan is ready")
        await press(pilot, key)
        await until(pilot, lambda: "all is said" in shown(app))
        assert f"· {mode} ·" in shown(app)
    finished = [event for event in events if isinstance(event, ToolFinished)]
    assert [event.status for event in finished] == ["denied", "done"]
    assert not (tmp_path / "one").exists()


STOPPED = "[ -e again ] && echo went through || { touch again; echo 'Could not resolve host: x'; exit 6; }"


@pytest.mark.skipif(not Path("/usr/bin/bwrap").exists(), reason="bubblewrap is not installed")
@pytest.mark.parametrize(("key", "says"), [("y", "outside the sandbox"), ("w", "with network")])
async def test_a_command_that_the_sandbox_stopped_runs_again_as_the_person_says(
    tmp_path: Path, key: str, says: str
) -> None:
    turns = [Turn(calls=[bash(STOPPED)]), Turn(text="all is said")]
    async with at_work(tmp_path, turns) as (app, pilot, events):
        await until(pilot, lambda: "sandbox bwrap" in shown(app))
        await inbox(app, pilot, "mode ask", "Could not resolve")
        await press(pilot, "y")
        await inbox(
            app, pilot, "stopped", "by the sandbox: it needs the network", "y yes, outside the sandbox"
        )
        await press(pilot, key)
        await until(pilot, lambda: "all is said" in shown(app))
        assert says in shown(app)
    starts = [event.unconfined for event in events if isinstance(event, ToolStarted)]
    assert starts == [False, key == "y"]
    (finished,) = (event for event in events if isinstance(event, ToolFinished))
    assert "went through" in finished.content
