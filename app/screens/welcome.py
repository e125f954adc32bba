"""The first screen of a person who has not chosen a model yet."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from app.screens.left_cleanly import LeftCleanly
from app.terminal.text import safe_line

_SUGGESTED = {
    "ANTHROPIC_API_KEY": "anthropic/claude-sonnet-5",
    "OPENAI_API_KEY": "openai/gpt-5.2",
    "OPENROUTER_API_KEY": "openrouter/anthropic/claude-sonnet-5",
}


class WelcomeScreen(LeftCleanly, Screen[None]):
    """Shows what was found: keys in the environment, servers on this machine; or plays the demo.

    Args:
        environ: Where keys are looked for.
        looks: Whether it looks around by itself.
    """

    CSS_PATH = Path(__file__).parents[2] / "styles" / "welcome.tcss"
    HELP = "Choose a model with enter, or type one. d plays a demo that needs neither network nor key."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "demo", "Demo", id="welcome.demo"),
        Binding("m", "model", "Type a model", id="welcome.model"),
        Binding("escape", "list", "Back to the list", id="welcome.list", show=False),
    ]

    class Ready(Message):
        """Keys can come."""

    class Demo(Message):
        """The person wants the demo."""

    class Chosen(Message):
        """The person chose a model, as `provider/model`."""

        def __init__(self, model: str) -> None:
            super().__init__()
            self.model = model

    class Found(Message):
        """What was found on this machine: models, each with where it is."""

        def __init__(self, models: list[tuple[str, str]]) -> None:
            super().__init__()
            self.models = models

    def __init__(self, environ: Mapping[str, str], *, looks: bool = True) -> None:
        super().__init__()
        self._environ = environ
        self._looks = looks

    def compose(self) -> ComposeResult:
        """A few lines, and a list to choose from."""
        with Vertical(id="welcome"):
            yield Static("sawhorse", id="heading", markup=False)
            yield Static("A workbench for coding agents. It needs a model; none is chosen yet.", markup=False)
            yield Static("looking for keys and local servers …", id="found", markup=False)
            yield OptionList(id="models", markup=False)
            yield Input(placeholder="provider/model, such as ollama/qwen3", id="model", compact=False)
            yield Static("", id="error", markup=False)
            yield Static(
                Content.assemble(
                    ("d", "bold"), " plays a demo: no key, no network   ", ("m", "bold"), " types a model   ",
                    ("f1", "bold"), " help   ", ("ctrl+q", "bold"), " quit",
                )
            )  # fmt: skip

    def on_mount(self) -> None:
        """Look around, off the screen's loop."""
        self.query_one("#models").display = False
        self.query_one("#model").display = False
        self.query_one("#error").display = False
        self.set_focus(None)
        self.call_after_refresh(self.post_message, self.Ready())
        if self._looks:
            threading.Thread(target=self._look, name="discovery", daemon=True).start()

    def show_error(self, text: str) -> None:
        """A model that was chosen cannot be used: say why."""
        error = self.query_one("#error", Static)
        error.display = True
        error.update(Content(safe_line(text)))

    def _look(self) -> None:
        from app.providers.discovery import discover

        found = asyncio.run(discover(self._environ))
        models: list[tuple[str, str]] = []
        for place in found:
            named = [f"{place.provider}/{model}" for model in place.models]
            models += [(model, place.source) for model in named or [_SUGGESTED[place.source]]]
        self.post_message(self.Found(models))

    @on(Found)
    def show_found(self, event: Found) -> None:
        """List what can be chosen."""
        found = self.query_one("#found", Static)
        if not event.models:
            found.update(
                f"Nothing was found: no {', '.join(_SUGGESTED)} in the environment, and no Ollama, "
                "llama.cpp, LM Studio or vLLM on its usual port."
            )
            return
        found.update("Found on this machine; enter chooses one and keeps it as your model:")
        models = self.query_one("#models", OptionList)
        models.add_options(
            Option(Content.assemble(safe_line(model), "  ", (safe_line(where), "dim")), id=model)
            for model, where in event.models
        )
        models.display = True
        if self.focused is None:
            models.focus()

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """A model of the list."""
        self.post_message(self.Chosen(str(event.option.id)))

    @on(Input.Submitted)
    def typed(self, event: Input.Submitted) -> None:
        """A model typed by hand."""
        if event.value.strip():
            self.post_message(self.Chosen(event.value.strip()))

    def action_demo(self) -> None:
        """Play the demo."""
        self.post_message(self.Demo())

    def action_model(self) -> None:
        """Type a model."""
        field = self.query_one("#model", Input)
        field.display = True
        field.focus()

    def action_list(self) -> None:
        """Leave the field."""
        self.query_one("#model").display = False
        models = self.query_one("#models")
        self.set_focus(models if models.display else None)
