"""Shows one output in a terminal: `python reader.py FILE`. ctrl+q quits."""

from __future__ import annotations

import sys
from pathlib import Path

from textual.app import App

from app.screens.output import OutputScreen


class Reader(App[None]):
    """Only the screen of an output."""

    def on_mount(self) -> None:
        self.push_screen(OutputScreen.of_file("the output", Path(sys.argv[1])))


if __name__ == "__main__":
    Reader().run()
