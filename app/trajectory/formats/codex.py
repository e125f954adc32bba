"""Rollouts of Codex, as it keeps them below `~/.codex/sessions`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.trajectory.events import SessionImported
from app.trajectory.formats.codex_lines import (
    ENVELOPES,
    CopiedHistory,
    Line,
    codex_line,
    parent_id,
    session_id,
)
from app.trajectory.formats.codex_rollout import CodexRollout
from app.trajectory.formats.contract import Entry
from app.trajectory.formats.counts import Counts
from app.trajectory.formats.parts import first_line, flat_text
from app.trajectory.formats.source import Source
from app.trajectory.formats.synthetic import is_synthetic
from app.trajectory.formats.values import mapping, seconds, text

_BARE_ITEMS = ("message", "reasoning", "function_call", "function_call_output", "local_shell_call")
_REQUEST = "## My request for Codex:"
_META_FACTS = ("originator", "source", "thread_source", "model_provider", "agent_nickname", "agent_role")
_TURN_FACTS = ("effort", "approval_policy", "sandbox_policy")
_GIT_FACTS = {"branch": "git_branch", "commit_hash": "git_commit", "repository_url": "git_repository"}


class Codex:
    """Items of the API as they went over the wire, and events for the screen that say the same again."""

    name = "codex"

    def recognise(self, source: Source) -> str | None:
        """Whether its lines are in the envelope of newer versions, or are bare items after a header."""
        records = [mapping(value) for value in source.sample]
        if any(record.get("type") in ENVELOPES and "payload" in record for record in records):
            return "enveloped"
        if (
            not records
            or "type" in records[0]
            or not {"id", "timestamp", "instructions"} <= records[0].keys()
        ):
            return None
        others = records[1:]
        known = any("record_type" in record or record.get("type") in _BARE_ITEMS for record in others)
        return "bare" if known or "git" in records[0] else None

    def read(self, source: Source, counts: Counts) -> Iterator[Entry]:
        """Its lines, without those that were copied from another session."""
        variant = self.recognise(source) or ""
        yield _imported([codex_line(value) for value in source.sample], variant)
        yield from CodexRollout(source, counts).entries()


def _imported(head: list[Line], variant: str) -> Entry:
    meta = next((line.payload for line in head if line.kind == "session_meta"), {})
    turn = next((line.payload for line in head if line.kind == "turn_context"), {})
    git = mapping(meta.get("git"))
    facts = {name: meta[name] for name in _META_FACTS if meta.get(name)}
    facts |= {name: turn[name] for name in _TURN_FACTS if turn.get(name)}
    facts |= {name: git[key] for key, name in _GIT_FACTS.items() if git.get(key)}
    event = SessionImported(
        "codex",
        variant,
        program="Codex",
        program_version=text(meta.get("cli_version")),
        session=session_id(meta),
        parent=parent_id(meta),
        workspace=text(meta.get("cwd")) or text(turn.get("cwd")),
        model=text(turn.get("model")),
        title=_title(head),
        facts=facts,
    )
    began = seconds(meta.get("timestamp")) or next((line.ts for line in head if line.ts), 0.0)
    return Entry(event, began)


def _title(head: list[Line]) -> str:
    """What the person first asked for, of the session itself if that is not too far down."""
    copied = CopiedHistory()
    own, before = "", ""
    for line in head:
        is_copied = copied.has(line)
        prompt = _prompt(line.payload)
        if prompt and is_copied:
            before = before or prompt
        elif prompt:
            own = own or prompt
    title = own or before
    return first_line(title.partition(_REQUEST)[2] or title)


def _prompt(payload: Mapping[str, object]) -> str:
    if payload.get("type") == "message" and payload.get("role") == "user":
        said = flat_text(payload.get("content"))
        return "" if is_synthetic(said) else said
    return text(payload.get("message")) if payload.get("type") == "user_message" else ""
