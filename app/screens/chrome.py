"""What the bars of the session screen say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.content import Content

from app.settings.schema import Settings
from app.terminal.text import safe_line
from widgets.bars import joined
from widgets.status import size

if TYPE_CHECKING:
    from app.session.session import Session

_KEYS = (("f1", "help"), ("f2", "approvals"), ("f3", "panes"), ("^p", "actions"), ("^q", "quit"))
_MODES = {"ask": "$text-success", "edits": "$text-warning", "auto": "$text-error"}


def top_line(
    settings: Settings, workspace: Path, session: Session | None, title: str
) -> tuple[Content, Content]:
    """Name and task at the left; model, mode, context and cost at the right."""
    left = Content.assemble(("sawhorse", "bold $text-accent"), "  ", safe_line(title or _tilde(workspace)))
    mode = session.mode if session else settings.approval.mode
    figures = ""
    if session is not None and session.ledger.context:
        tokens = session.ledger.context
        window = session.context_window
        share = f"ctx {tokens / window:.0%}" if window else ""
        cost = f"${session.ledger.cost:.2f}" if session.ledger.cost is not None else ""
        figures = " · ".join(part for part in (share, _count(tokens), cost) if part)
    right = joined(
        _model(settings), Content.styled(mode, _MODES[mode]), Content.styled("no sandbox", "dim"), figures
    )
    return left, right


def bottom_line(session: Session | None) -> tuple[Content, Content]:
    """The recorder at the left, the keys at the right."""
    keys = Content("  ").join(Content.assemble((key, "bold"), f" {what}") for key, what in _KEYS)
    if session is None:
        return Content("rec …"), keys
    status = session.recorder
    if status.error:
        return Content.styled(f"rec ✗ {status.error}", "$text-error bold"), keys
    figures = [
        f"rec ● {status.events} events",
        f"batch {status.batch_size}",
        f"{status.pending} pending",
        size(status.bytes),
        status.durability,
    ]
    return Content(" · ".join(figures)), keys


def _model(settings: Settings) -> str:
    provider, _, model = settings.model.name.partition("/")
    return "demo script" if provider == "scripted" else safe_line(model)


def _count(tokens: int) -> str:
    return f"{tokens / 1000:.1f}k" if tokens >= 1000 else str(tokens)


def _tilde(path: Path) -> str:
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) and path != home else str(path)
