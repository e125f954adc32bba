"""A diff that a person decides about, hunk by hunk."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from widgets.bars import Bar
from widgets.diff.decision import Decision, edited, is_editable, new_text, summary
from widgets.diff.editor import HunkEditor, ReasonField
from widgets.diff.parse import FileDiff, Hunk, parse_diff
from widgets.diff.view import DiffView
from widgets.ends_work import EndsWork

_KEYS = Content.assemble(("ctrl+s", "bold"), " applies   ", ("escape", "bold"), " leaves")
_AT_ONCE = 100_000  # characters of a text; to read a longer one would hold up the loop


class HunkReview(EndsWork, Vertical):
    """Each hunk is accepted until the person says otherwise. Keys act on the current hunk.

    What is being written, an edit or a reason, stays open until it is kept or taken back: nothing is applied
    and nobody leaves before that.

    Args:
        diff: Untrusted text of a unified diff, or what was read of one.
        id: The widget's id.
    """

    HELP = "A diff, to be accepted hunk by hunk. ctrl+s applies what is accepted; escape leaves all as it is."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "turn", "Accept the hunk, or reject it", id="review.turn"),
        Binding("a", "accept", "Accept the hunk", id="review.accept"),
        Binding("x", "reject", "Reject the hunk", id="review.reject"),
        Binding("A", "accept_all", "Accept all hunks", id="review.accept_all"),
        Binding("X", "reject_all", "Reject all hunks", id="review.reject_all"),
        Binding("e", "edit", "Edit the new lines of the hunk", id="review.edit"),
        Binding("u", "undo_edit", "Take the hunk as it came", id="review.undo_edit"),
        Binding("r", "explain", "Say why the hunk is rejected", id="review.explain"),
        Binding("ctrl+s,enter", "decide", "Apply what is accepted", id="review.decide"),
        Binding("escape", "leave", "Leave, and apply nothing", id="review.leave"),
    ]
    DEFAULT_CSS = """
    HunkReview { height: 1fr; }
    HunkReview > Bar { background: $surface; }
    """

    @dataclass
    class Decided(Message):
        """The person has decided about every hunk, in the order of the diff."""

        decisions: tuple[Decision, ...]

    class Left(Message):
        """The person leaves without a decision."""

    def __init__(self, diff: str | Sequence[FileDiff] = (), *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._unread = diff if isinstance(diff, str) and len(diff) > _AT_ONCE else ""
        self.view = DiffView(() if self._unread else diff)
        self._bar = Bar()
        self._field: HunkEditor | ReasonField | None = None
        self._start()

    @property
    def files(self) -> tuple[FileDiff, ...]:
        """The diff, as it came."""
        return self.view.files

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What is decided about each hunk by now, in the order of the diff."""
        return tuple(self._decisions)

    @property
    def is_writing(self) -> bool:
        """Whether an edit or a reason is open."""
        return self._field is not None

    def show(self, files: Sequence[FileDiff]) -> None:
        """Ask about another diff: all that was decided is forgotten."""
        self.view.show(files)
        self._start()
        self._close()

    def compose(self) -> ComposeResult:
        """The diff, and how its hunks stand."""
        yield self.view
        yield self._bar

    def on_mount(self) -> None:
        """Read a long text beside the loop. Nothing can be decided before that."""
        if self._unread:
            self.run_worker(self._read())

    def summary(self) -> str:
        """How the hunks stand, in a few words."""
        return "reading the diff …" if self._unread else summary(self._decisions)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # Textual calls it so
        """Only what can be done now is offered."""
        if self._field is not None and self._field.has_focus:
            return action not in _ACTIONS
        if self._unread and action in _ACTIONS:
            return action == "leave"
        if action not in _ACTIONS or action in {"decide", "leave"}:
            return True
        if not self._hunks:
            return False
        decision = self._decisions[self.view.current_hunk]
        match action:
            case "accept":
                return not decision.accepted
            case "reject":
                return decision.accepted
            case "explain":
                return not decision.accepted
            case "undo_edit":
                return decision.is_edited
            case "accept_all" | "reject_all":
                return len(self._hunks) > 1
            case _:
                return True

    def action_turn(self) -> None:
        """Accept the hunk, or reject it."""
        number = self.view.current_hunk
        self._accept([number], not self._decisions[number].accepted)

    def action_accept(self) -> None:
        """Accept the hunk."""
        self._accept([self.view.current_hunk], True)

    def action_reject(self) -> None:
        """Reject the hunk."""
        self._accept([self.view.current_hunk], False)

    def action_accept_all(self) -> None:
        """Accept all hunks."""
        self._accept(range(len(self._hunks)), True)

    def action_reject_all(self) -> None:
        """Reject all hunks."""
        self._accept(range(len(self._hunks)), False)

    def action_edit(self) -> None:
        """Write something else than the hunk says."""
        number = self.view.current_hunk
        hunk, replacement = self._hunks[number], self._decisions[number].replacement
        if not is_editable(hunk):
            self.notify("This hunk holds characters that cannot be typed: accept it or reject it.")
        else:
            self._open(HunkEditor(number, new_text(hunk) if replacement is None else replacement))

    def action_undo_edit(self) -> None:
        """Take the hunk as it came."""
        self._replace(self.view.current_hunk, None)

    def action_explain(self) -> None:
        """Say why the hunk is rejected."""
        number = self.view.current_hunk
        self._open(ReasonField(number, self._decisions[number].reason))

    def action_decide(self) -> None:
        """Say what was decided, unless something is still being written."""
        if not self._return_to_field():
            self.post_message(self.Decided(self.decisions))

    def action_leave(self) -> None:
        """Leave, unless something is still being written."""
        if not self._return_to_field():
            self.post_message(self.Left())

    def on_hunk_editor_kept(self, event: HunkEditor.Kept) -> None:
        """A hunk says something else now."""
        event.stop()
        self._close()
        text = event.text
        original = new_text(self._hunks[event.hunk])
        if text and not text.endswith("\n") and (original.endswith("\n") or not original):
            text += "\n"
        self._replace(event.hunk, None if text == original else text)

    def on_reason_field_kept(self, event: ReasonField.Kept) -> None:
        """A hunk is rejected for a reason."""
        event.stop()
        self._close()
        self._decide([(event.hunk, replace(self._decisions[event.hunk], accepted=False, reason=event.text))])

    @on(HunkEditor.TakenBack)
    @on(ReasonField.TakenBack)
    def take_back(self, event: HunkEditor.TakenBack | ReasonField.TakenBack) -> None:
        """Nothing comes of what was written."""
        event.stop()
        self._close()

    async def _read(self) -> None:
        files = await asyncio.to_thread(parse_diff, self._unread)
        self._unread = ""
        self.show(files)

    def _start(self) -> None:
        self._hunks: Sequence[Hunk] = self.view.hunks
        self._decisions = [Decision()] * len(self._hunks)
        self._decide(list(enumerate(self._decisions)))

    def _accept(self, numbers: Iterable[int], accepted: bool) -> None:
        self._decide([(number, replace(self._decisions[number], accepted=accepted)) for number in numbers])

    def _replace(self, number: int, replacement: str | None) -> None:
        self._decide([(number, replace(self._decisions[number], accepted=True, replacement=replacement))])

    def _decide(self, decisions: Iterable[tuple[int, Decision]]) -> None:
        """Keep decisions, and show them."""
        marks = []
        for number, decision in decisions:
            before, self._decisions[number] = self._decisions[number], decision
            if decision.replacement != before.replacement:
                hunk, text = self._hunks[number], decision.replacement
                self.view.replace_hunk(number, hunk if text is None else edited(hunk, text))
            marks.append((number, decision.mark))
        self.view.mark(marks)
        self._tell()
        self.refresh_bindings()

    def _tell(self) -> None:
        """Say how the hunks stand, and which keys go on from here."""
        self._bar.show(Content(self.summary()), Content("") if self._field else _KEYS)

    def _open(self, field: HunkEditor | ReasonField) -> None:
        """Let something be written, unless something else still is."""
        if not self._return_to_field():
            self._field = field
            self.mount(field, before=self._bar)
            self.screen.set_focus(field, scroll_visible=False)  # at once: the next key is for it
            self._tell()

    def _close(self) -> None:
        """Write no more."""
        if self._field is not None:
            self.screen.set_focus(self.view)  # before the field is removed, or another widget would have it
            self._field.remove()
            self._field = None
            self._tell()

    def _return_to_field(self) -> bool:
        """Go back to what is being written, if anything is."""
        if self._field is None:
            return False
        self.view.go_to_hunk(self._field.hunk)
        self.screen.set_focus(self._field, scroll_visible=False)
        self.notify(f"Hunk {self._field.hunk + 1} is still being written: keep that, or take it back.")
        return True


_ACTIONS = {binding.action for binding in HunkReview.BINDINGS if isinstance(binding, Binding)}
