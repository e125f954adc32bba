"""A real session against a model server on loopback."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from app.approval.rule import Rule
from app.session.options import Options
from app.session.session import Session
from app.session.stream import Item
from app.settings.schema import Mode, ModelSettings, ProviderSettings, Settings
from app.trajectory.events import Event, Record, TaskEnded
from app.trajectory.fork import Fork
from tests.servers.model_server import ModelServer

E = TypeVar("E")


class Run:
    """A session, and everything that came out of it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.items: list[Item] = []

    @property
    def events(self) -> list[Event]:
        """The recorded events so far."""
        return [item.event for item in self.items if isinstance(item, Record)]

    def until(self, done: Callable[[Event], bool], seconds: float = 60) -> Event:
        """Follow the session up to an event; fails if it does not come."""
        deadline = time.monotonic() + seconds
        while True:
            for event in self.events:
                if done(event):
                    return event
            left = deadline - time.monotonic()
            assert left > 0, f"it did not come: {[event.kind for event in self.events]}"
            self.session.events.wait(left)
            self.items += self.session.events.take()

    def task(self, text: str = "do it") -> TaskEnded:
        """Give a task and wait for its end."""
        before = sum(isinstance(event, TaskEnded) for event in self.events)
        self.session.submit(text)
        self.until(lambda _: sum(isinstance(event, TaskEnded) for event in self.events) > before)
        ended = [event for event in self.events if isinstance(event, TaskEnded)][before]
        assert isinstance(ended, TaskEnded)
        return ended

    def of(self, kind: type[E]) -> list[E]:
        """All events of a kind so far."""
        return [event for event in self.events if isinstance(event, kind)]


Open = Callable[..., Run]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


@pytest.fixture
def open_session(workspace: Path) -> Iterator[Open]:
    """Opens sessions that are closed when the test ends."""
    sessions: list[Session] = []

    def opened(
        server: ModelServer,
        *,
        mode: Mode = "auto",
        attended: bool = True,
        protocol: str = "openai",
        settings: Settings | None = None,
        sandbox: str = "off",
        rules: Sequence[Rule] = (),
        resume: Path | None = None,
        fork: Fork | None = None,
        **model: object,
    ) -> Run:
        settings = settings or Settings()
        address = server.url + ("/v1" if protocol == "openai" else "")
        settings = dataclasses.replace(
            settings,
            model=dataclasses.replace(ModelSettings(name=f"{protocol}/test-model"), **model),  # type: ignore[arg-type]  # any
            approval=dataclasses.replace(settings.approval, mode=mode),
            sandbox=dataclasses.replace(settings.sandbox, kind=sandbox),  # type: ignore[arg-type]  # any
            providers={protocol: ProviderSettings(base_url=address, api_key="sk-secret-key")},
        )
        session = Session.open(
            Options(workspace, settings, os.environ, attended=attended, rules=rules, resume=resume, fork=fork)
        )
        sessions.append(session)
        return Run(session)

    yield opened
    for session in sessions:
        session.close()
