"""The workbench leaves nothing open, whenever it ends."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from textual.app import App

from app.demo import SCENARIO
from app.session.options import Options
from app.session.session import Session
from app.settings.schema import ModelSettings, Settings
from app.trajectory.events import SessionEnded
from app.trajectory.reader import read
from app.workbench import Workbench, open_workbench


def test_a_session_that_is_opened_just_when_the_program_ends_is_closed(
    tmp_path: Path, own_places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apps: list[Workbench] = []
    ended = threading.Event()
    begin, opened = Workbench.on_mount, Session.open

    def on_mount(app: Workbench) -> None:
        apps.append(app)
        begin(app)

    def open_late(options: Options) -> Session:
        session = opened(options)
        apps[0].call_from_thread(apps[0].exit)
        ended.wait()
        return session

    def run(app: Workbench) -> None:
        App.run(app, headless=True)
        ended.set()

    monkeypatch.setattr(Workbench, "on_mount", on_mount)
    monkeypatch.setattr(Session, "open", open_late)
    monkeypatch.setattr(Workbench, "run", run)
    settings = Settings(model=ModelSettings(name=f"scripted/{SCENARIO}"))
    assert open_workbench(tmp_path, settings, os.environ) == 0
    (trajectory,) = own_places.glob("data/sessions/*/trajectory.jsonl")
    assert isinstance([record.event for record in read(trajectory)][-1], SessionEnded)
