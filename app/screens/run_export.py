"""Writing a run to a file: for people, or for the tools of other agents."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from app.screens.left_cleanly import LeftCleanly
from app.screens.settings_rows import tilde
from app.screens.viewer.doors import name_of
from app.session.redaction import Redaction
from app.settings.checks import SettingsError
from app.settings.load import load
from app.settings.places import expanded
from app.terminal.text import safe_line
from app.trajectory.export.output import whole_file
from app.trajectory.export.writing import convert, export
from app.trajectory.formats.contract import UnreadableError
from app.trajectory.lines import located
from widgets.bars import Bar
from widgets.line_field import LineField
from widgets.status import size

_KINDS = (
    ("html", ".html", "one page for a browser, without network; secrets are taken out"),
    ("markdown", ".md", "text for people; secrets are taken out"),
    ("atif", ".atif.json", "for tools that read ATIF; everything, secrets too"),
    ("trae", ".trae.json", "for tools that read trae-agent's files; everything, secrets too"),
    ("sawhorse", ".jsonl", "a recording of ours; everything, secrets too"),
)


class ExportScreen(LeftCleanly, ModalScreen[None]):
    """Asks what is written, and where to.

    Args:
        path: Of the run.
    """

    HELP = "What the run is written as, and where to. Writing over a file asks for enter twice."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", id="export.back"),
    ]

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._kind = 0
        self._asked: Path | None = None  # it is there: write over it?
        self._list = OptionList(
            *(Option(Content.assemble((f"{kind:<9}", "bold"), f" {what}")) for kind, _, what in _KINDS),
            id="kinds",
        )
        self._field = LineField(compact=True, placeholder="the file to write", id="file")
        self._said = Static(id="said", markup=False)
        self._bar = Bar()

    def compose(self) -> ComposeResult:
        """The formats, the file, what is wrong, the keys."""
        with Vertical(id="panel") as box:
            box.border_title = "write it to a file"
            yield self._list
            yield self._field
            yield self._said
            yield self._bar

    def on_mount(self) -> None:
        """Take the keys."""
        self._list.highlighted = 0
        self._list.focus()
        self._tell_keys()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Name the file as the format wants it."""
        event.stop()
        self._kind = event.option_index
        self._asked = None
        self._field.value = str(self._suggested(_KINDS[self._kind][1]))
        self._field.action_end()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go on to the file."""
        event.stop()
        self._field.focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Say what enter does now."""
        event.stop()
        self._tell_keys()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Write it."""
        event.stop()
        try:
            target = expanded(event.value.strip()).absolute()
            is_folder, is_there = target.is_dir(), target.exists()
        except (OSError, SettingsError) as error:
            self._tell_problem(error)
            return
        if is_folder:
            self._tell("It is a folder: name a file in it.", wrong=True)
        elif is_there and self._asked != target:
            self._asked = target
            self._tell("This file is there. enter once more writes over it.", wrong=True)
        else:
            self._tell("writing …")
            self.run_worker(self._write(target), exclusive=True)

    def action_back(self) -> None:
        """From the file to the formats, and from there back."""
        if self._field.has_focus:
            self._list.focus()
        else:
            self.dismiss()

    async def _write(self, target: Path) -> None:
        kind = _KINDS[self._kind][0]
        try:
            written = await asyncio.to_thread(_write, self._path, kind, target, os.environ)
        except (OSError, UnreadableError, SettingsError) as error:
            self._tell_problem(error)
        else:
            self.app.notify(f"wrote {safe_line(tilde(target))}, {size(written)}", markup=False)
            self.dismiss()

    def _suggested(self, ending: str) -> Path:
        name = name_of(self._path)
        stem = name.split(".")[0] or name
        folder = Path()
        with suppress(FileNotFoundError):  # it was removed
            folder = Path.cwd()
        return Path(tilde(folder / f"{stem}{ending}"))

    def _tell_problem(self, error: Exception) -> None:
        if isinstance(error, SettingsError):
            why = str(error)
        else:
            said = error.strerror if isinstance(error, OSError) else ""
            why = f"cannot write it: {said or error}"
        self._tell(safe_line(why), wrong=True)

    def _tell(self, text: str, *, wrong: bool = False) -> None:
        self._said.update(Content(text))
        self._said.set_class(wrong, "-wrong")

    def _tell_keys(self) -> None:
        enter = "write it" if self._field.has_focus else "then the file"
        keys = (("enter", enter), ("esc", "back"))
        self._bar.show(Content("  ").join(Content.assemble((key, "bold"), f" {what}") for key, what in keys))


def _write(path: Path, kind: str, target: Path, environ: Mapping[str, str]) -> int:
    """Write a run, as the command line does; how many bytes that are."""
    if target.exists() and target.samefile(located(path)):
        raise OSError("it is the run itself; give another name")
    with whole_file(target, force=True) as stream:
        match kind:
            case "html" | "markdown":
                export(path, kind, stream, Redaction(environ, load(environ).settings).redact)
            case "atif" | "trae" | "sawhorse":
                convert(path, kind, stream)
        return stream.tell()
