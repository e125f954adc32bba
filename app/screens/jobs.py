"""The background jobs: what runs, what it says, and what becomes of it when the session ends."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from app.screens.job_list import JobList, ShownJob
from app.screens.left_cleanly import LeftCleanly
from app.screens.output import OutputScreen
from widgets.bars import Bar
from widgets.status import CallStatus, duration, size
from widgets.text_view import revealed

if TYPE_CHECKING:
    from app.session.session import Session

_EMPTY = "No job was started. b puts a call that runs in the background; a model can start one there."
_LONGEST = 300  # characters of a command; no terminal is wider


class JobsScreen(LeftCleanly, ModalScreen[None]):
    """A list that moves with the jobs.

    Args:
        jobs: The jobs.
        session: Ends and keeps them.
    """

    CSS_PATH = Path(__file__).parents[2] / "styles" / "jobs.tcss"
    HELP = "The background jobs. They end with the session unless you keep them."
    EACH = 0.25  # seconds between two looks
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,o", "output", "Show what it says", id="jobs.output"),
        Binding("k", "keep", "Let it outlive the session", id="jobs.keep"),
        Binding("c", "end", "End it", id="jobs.end"),
        Binding("escape,f6,q", "dismiss", "Back", id="jobs.back"),
    ]

    def __init__(self, jobs: JobList, session: Session) -> None:
        super().__init__()
        self._jobs = jobs
        self._session = session
        self._list = OptionList(id="list")
        self._bar = Bar()

    def compose(self) -> ComposeResult:
        """The list, and its keys."""
        with Vertical(id="jobs") as box:
            box.border_title = "background jobs"
            yield Static(_EMPTY, id="empty", markup=False)
            yield self._list
            yield self._bar

    def on_mount(self) -> None:
        """Take the keys, and keep it moving."""
        keys = (("enter", "what it says"), ("k", "keep"), ("c", "end"), ("esc", "back"))
        self._bar.show(Content("  ").join(Content.assemble((key, "bold"), f" {what}") for key, what in keys))
        self._list.focus()
        self.set_interval(self.EACH, self._draw)
        self._draw()

    def _draw(self) -> None:
        jobs = self._jobs.jobs
        self.set_class(not jobs, "-empty")
        for index, job in enumerate(jobs):
            if index < self._list.option_count:
                self._list.replace_option_prompt_at_index(index, self._line(job))
            else:
                self._list.add_option(Option(self._line(job)))
        if jobs and self._list.highlighted is None:
            self._list.highlighted = len(jobs) - 1

    def _line(self, job: ShownJob) -> Content:
        ended = job.ended
        if ended is None:
            status, note = CallStatus.RUNNING, "kept" if job.kept else ""
        else:
            status = CallStatus.DONE if ended.exit_code == 0 else CallStatus.FAILED
            note = f"exit {ended.exit_code}" if ended.exit_code >= 0 else f"signal {-ended.exit_code}"
        try:
            written = job.output.stat().st_size
        except OSError:
            written = 0
        figures = "  ".join(filter(None, [note, duration(self._jobs.seconds(job)), size(written)]))
        return Content.assemble(
            (f"{status.glyph} ", status.colour),
            (f"{job.name}  ", "bold"),
            (f"{figures}  ", "dim"),
            revealed(job.command[:_LONGEST]),
        )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Show what a job says."""
        event.stop()
        self.action_output()

    def action_output(self) -> None:
        """Show what the job says."""
        if job := self._chosen():
            self.app.push_screen(
                OutputScreen.of_file(f"{job.name}  {revealed(job.command[:_LONGEST])}", job.output)
            )

    def action_keep(self) -> None:
        """Let the job outlive the session."""
        if (job := self._chosen()) and job.ended is None:
            self._session.keep_job(job.name)

    def action_end(self) -> None:
        """End the job."""
        if (job := self._chosen()) and job.ended is None:
            self._session.end_job(job.name)

    def _chosen(self) -> ShownJob | None:
        index = self._list.highlighted
        return None if index is None else self._jobs.jobs[index]
