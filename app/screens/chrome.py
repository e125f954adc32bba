"""What the bars of the session screen say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.content import Content

from app.screens.modes import mode_text
from app.settings.schema import Settings
from app.terminal.text import safe_line
from widgets.bars import joined
from widgets.status import size

if TYPE_CHECKING:
    from app.screens.work_area import WorkArea
    from app.session.session import Session

_KEYS = {
    "": (
        ("f1", "help"),
        ("f2", "asks"),
        ("f3", "panes"),
        ("f4", "runs"),
        ("⇧tab", "mode"),
        ("^p", "actions"),
        ("^q", "quit"),
    ),
    "question": (("f2", "all that asks"), ("z", "zoom"), ("c", "end call"), ("esc", "back")),
    "panes": (("1-9", "pane"), ("z", "zoom"), ("enter", "fold"), ("esc", "back")),
    "output": (
        ("1-9", "pane"),
        ("z", "zoom"),
        ("/", "find"),
        ("f", "follow"),
        ("b", "background"),
        ("c", "end"),
        ("esc", "back"),
    ),
    "terminal": (
        ("1-9", "pane"),
        ("z", "zoom"),
        ("i", "type"),
        ("b", "background"),
        ("c", "end"),
        ("esc", "back"),
    ),
    "typing": (("^]", "takes your keys back"),),
    "over": (("1-9", "pane"), ("z", "zoom"), ("/", "find"), ("y", "copy"), ("o", "pager"), ("esc", "back")),
    "conversation": (("j k", "move"), ("enter", "open"), ("space", "fold"), ("y", "copy"), ("esc", "back")),
}
_NARROW = 110  # columns below which the figures are fewer


def top_line(
    settings: Settings, workspace: Path, session: Session | None, title: str
) -> tuple[Content, Content]:
    """Name and task at the left; model, mode, context and cost at the right."""
    left = Content.assemble(("sawhorse", "bold $text-accent"), "  ", safe_line(title or _tilde(workspace)))
    mode = mode_text(session.mode if session else settings.approval.mode)
    figures = _figures(session) if session is not None and session.ledger.context else ""
    return left, joined(_model(settings), mode, sandbox_text(session), figures)


def sandbox_text(session: Session | None) -> Content:
    """What confines commands, in two words."""
    confinement = session.confinement if session is not None else None
    if confinement is None:
        return Content.styled("sandbox …", "dim")
    if confinement.holds:
        return Content.styled(f"sandbox {confinement.kind}", "dim")
    return Content.styled("no sandbox", "$text-warning")


def activity_line(work: WorkArea, *, answering: bool) -> Content:
    """What goes on, or who has to do something about it.

    Args:
        work: What is drawn of the session.
        answering: The next key answers a question.
    """
    if answering:
        return work.answering
    if (asking := work.asking) > 1:
        return Content(f"{asking} calls ask · f2 shows them · ctrl+a answers the oldest")
    if asking:
        return Content("1 call asks · f2 shows it · ctrl+a answers it")
    return Content(work.projection.activity)


def hint_line(steers: int, queued: int, *, escape: bool) -> Content:
    """What the person has said that has not reached the model, and how to stop.

    Args:
        steers: For the task that runs.
        queued: For after it.
        escape: That key would interrupt.
    """
    hints = [
        f"steer: {steers} · goes with the next request" if steers > 0 else "",
        f"queue: {queued} · alt+up takes it back" if queued else "",
        "esc interrupts" if escape else "",
    ]
    return Content.styled("  ".join(filter(None, hints)), "dim")


def bottom_line(session: Session | None, part: str, width: int) -> tuple[Content, Content]:
    """The recorder at the left, the keys of the part that has the focus at the right."""
    keys = Content("  ").join(Content.assemble((key, "bold"), f" {what}") for key, what in _KEYS[part])
    if session is None:
        return Content("rec …"), keys
    status = session.recorder
    if status.error:
        return Content.styled(f"rec ✗ {status.error}", "$text-error bold"), keys
    figures = [f"rec ● {status.events}" + (" events" if width >= _NARROW else "")]
    if width >= _NARROW:
        figures += [f"batch {status.batch_size}", f"{status.pending} pending", size(status.bytes)]
        figures.append(status.durability)
    return Content(" · ".join(figures)), keys


def _figures(session: Session) -> str:
    tokens = session.ledger.context
    window = session.context_window
    share = f"ctx {tokens / window:.0%}" if window else "ctx"
    cost = f" · ${session.ledger.cost:.2f}" if session.ledger.cost is not None else ""
    return f"{share} · {_count(tokens)}{cost}" if window else f"{share} {_count(tokens)}{cost}"


def _model(settings: Settings) -> str:
    provider, _, model = settings.model.name.partition("/")
    return "demo script" if provider == "scripted" else safe_line(model)


def _count(tokens: int) -> str:
    return f"{tokens / 1000:.1f}k" if tokens >= 1000 else str(tokens)


def _tilde(path: Path) -> str:
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) and path != home else str(path)
