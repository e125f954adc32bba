"""What the conversation and the panes say of how a call runs."""

from __future__ import annotations

from pathlib import Path

from app.trajectory.effects import Effects
from app.trajectory.events import (
    ApprovalAsked,
    ApprovalDecided,
    Note,
    SettingsChanged,
    ToolFinished,
    ToolRequested,
    ToolStarted,
)
from tests.screens.asking import PLAN, ask_bash, begin
from tests.screens.played import SIZE, PlayedApp, requested, shown
from tests.widgets.terminal import press, settle, until
from widgets.call_pane import CallPane
from widgets.status import CallStatus


def rows_with(app: PlayedApp, text: str) -> list[str]:
    """Rows of the screen that hold a text, with single blanks."""
    return [" ".join(row.split()) for row in shown(app).split("\n") if text in row]


async def test_an_edited_call_shows_what_it_runs_as_and_says_so(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "rm -r build")
        await until(pilot, lambda: "asks because" in shown(app))
        effects = Effects("rm -r build/tmp", command="rm -r build/tmp", unknown=True)
        edited = ApprovalDecided(
            "1", True, "person", "", arguments={"command": "rm -r build/tmp"}, effects=effects
        )
        (tmp_path / "out").write_bytes(b"gone\n")
        app.played.play(edited, ToolStarted("1", str(tmp_path / "out")))
        await until(pilot, lambda: "1 ● bash edited rm -r build/tmp" in " ".join(shown(app).split()))
        assert "asks because" not in shown(app)
        app.played.play(ToolFinished("1", "done", "gone", 1.5, 0))
        await until(pilot, lambda: "edited · 1.5 s" in shown(app))
        assert "● bash rm -r build/tmp" not in rows_with(app, "edited · 1.5 s")[0]
        assert "rm -r build/tmp" in rows_with(app, "edited · 1.5 s")[0]


async def test_a_call_that_ran_with_network_or_outside_the_sandbox_says_so(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=(160, 40)) as pilot:
        begin(app)
        (tmp_path / "out").write_bytes(b"")
        ask_bash(app, "1", "pip download x")
        ask_bash(app, "2", "pip install x", blocked="it needs the network")
        app.played.play(
            ApprovalDecided("1", True, "person", "", network=True),
            ToolStarted("1", str(tmp_path / "out")),
            ApprovalDecided("2", True, "person", ""),
            ToolStarted("2", str(tmp_path / "out"), unconfined=True),
        )
        await until(pilot, lambda: "bash  with network  pip download x" in shown(app))
        await until(pilot, lambda: "bash  outside the sandbox  pip install x" in shown(app))
        app.played.play(ToolFinished("1", "done", "", 1.5, 0), ToolFinished("2", "failed", "", 2.5, 1))
        await until(pilot, lambda: "outside the sandbox · 2.5 s" in shown(app))
        assert "with network · 1.5 s" in shown(app)


async def test_a_call_without_a_pane_gets_one_with_its_mark(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        app.played.play(requested("1", "bash", "curl x", command="curl x"))
        app.played.play(ApprovalDecided("1", True, "rule", "allowed", network=True), ToolStarted("1"))
        await until(pilot, lambda: "with network" in shown(app))
        app.now += 1
        await until(pilot, lambda: "bash  with network  curl x" in shown(app))


async def test_what_is_decided_asks_no_more_even_before_it_starts(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        await until(pilot, lambda: "1 call asks" in shown(app))
        app.played.play(ApprovalDecided("1", True, "mode", "mode auto"))
        await until(pilot, lambda: "1 call asks" not in shown(app))
        (pane,) = app.session_screen.query(CallPane)
        assert pane.status is CallStatus.WAITS
        assert pane.question is None


async def test_a_call_that_asks_says_where_it_runs_and_what_it_touches(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        begin(app)
        ask_bash(app, "1", "ls")
        effects = Effects("notes.txt", writes=("/home/somebody/project/\u202enotes.txt",))
        app.played.play(ToolRequested("2", 1, "multi_edit", {}, effects), ApprovalAsked("2", "edits ask"))
        await until(pilot, lambda: "2 calls ask" in shown(app))
        await settle(pilot)
        text = shown(app)
        assert "in /home/somebody/project" in text
        assert "sandbox bubblewrap: commands write in the workspace only" in text
        assert "writes /home/somebody/project/\\u202enotes.txt" in text


async def test_a_plan_is_drawn_in_its_pane_and_its_keys_answer(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=(140, 40)) as pilot:
        begin(app)
        app.played.play(
            ToolRequested("1", 1, "present_plan", {"plan": PLAN}, Effects("Repair it")),
            ApprovalAsked("1", "the plan is ready", plan=PLAN),
        )
        await until(pilot, lambda: "1. read retry.py" in shown(app))
        await press(pilot, "f3")
        await until(pilot, lambda: all(pane.question is not None for pane in app.query(CallPane)))
        app.now += 1
        await press(pilot, "y")
        assert [said[0] for said in app.played.said] == ["decide"]


async def test_that_there_is_no_sandbox_is_said_with_the_reason(tmp_path: Path) -> None:
    app = PlayedApp(tmp_path)
    async with app.run_test(size=(180, 30)) as pilot:
        begin(app)
        app.played.play(
            SettingsChanged({"sandbox.kind": "none", "sandbox.reason": "bubblewrap is not installed"}),
            SettingsChanged({"sandbox.kind": "off", "sandbox.reason": "it is turned off"}),
            Note("that was it"),
        )
        await until(pilot, lambda: "that was it" in shown(app))
        assert "commands run without a sandbox: bubblewrap is not installed" in shown(app)
        assert "it is turned off" not in shown(app)
