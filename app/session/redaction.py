"""What is taken out of the events of a session, as its settings say now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from app.settings.schema import Settings
from app.trajectory.redaction import Redactor

T = TypeVar("T")


class Redaction:
    """Takes secrets out of events.

    Args:
        environ: The environment.
        settings: Hold keys of providers, and patterns of the person's own.
    """

    def __init__(self, environ: Mapping[str, str], settings: Settings) -> None:
        self._environ = environ
        self.configure(settings)

    def configure(self, settings: Settings) -> None:
        """Look for what these settings say, from the next event on. Any thread may call this."""
        keys = {f"providers.{name}.api_key": each.api_key for name, each in settings.providers.items()}
        self._redactor = Redactor(self._environ, values=keys, patterns=settings.recorder.redact)

    def redact(self, value: T) -> tuple[T, int]:
        """An event, or what is shown of one, without secrets, and how many were taken out of it."""
        return self._redactor.redact(value)
