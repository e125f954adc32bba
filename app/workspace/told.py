"""What a model is told of an edit: what was done, the lines around it, and what a person decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from app.trajectory.review import HunkDecision, Review
from app.workspace.decided import decided
from app.workspace.hunks import CONTEXT, Hunk
from app.workspace.lines import back, count_lines, forward, line_number, numbered
from app.workspace.plan import Draft
from app.workspace.proposal import FileProposal, Proposal
from app.workspace.splice import Splice, inverse

_LONGEST_SNIPPET = 4_000
_MOST_NUMBERS = 10


def told(proposal: Proposal, final: Proposal, drafts: Sequence[Draft], review: Review | None) -> str:
    """What was done.

    Args:
        proposal: The edit as it was proposed.
        final: As it was written.
        drafts: What was planned for each file.
        review: What a person decided about the proposal.
    """
    limit = _LONGEST_SNIPPET // len(final.files)
    texts = []
    for file, draft in zip(final.files, drafts, strict=True):
        if file.changes:
            texts.append("\n".join([_done(file, draft, limit), *draft.notes]))
        elif review is None:
            texts.append(f"{file.shown}: nothing to change")
    if review is not None:
        texts += [] if texts else ["Nothing was changed."]
        texts += _reviewed(proposal, final, review)
    return "\n".join(texts)


def _done(file: FileProposal, draft: Draft, limit: int) -> str:
    undoing = draft.undoes is not None
    if file.after is None:
        return f"{file.shown}: removed" + (", because the edit taken back had created it" if undoing else "")
    if file.before is None:
        return f"{file.shown}: {'back again' if undoing else 'created'}, {count_lines(file.after)} lines"
    done = "last edit taken back" if undoing else "edited"
    if len(file.splices) == 1 and len(file.splices[0].removed) == len(file.content):
        return f"{file.shown}: {done} from end to end, now {count_lines(file.after)} lines"
    places = [splice.offset for splice in islice(inverse(file.splices), _MOST_NUMBERS)]
    lines = list(dict.fromkeys(line_number(file.after, place) for place in places))
    at = f"line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))}"
    more = " …" if len(file.splices) > _MOST_NUMBERS else ""
    return f"{file.shown}: {done} at {at}{more}. Now:\n{_snippets(file.after, file.splices, limit)}"


def _snippets(content: bytes, splices: Sequence[Splice], limit: int) -> str:
    """The changed lines and those around them, as they are now; as much of them as there is room for."""
    snippets: list[str] = []
    for start, end in _windows(content, splices):
        text, _ = numbered(content[start:end], line_number(content, start), limit=limit)
        limit -= len(text)
        if limit < 0 and snippets:
            snippets.append("[view the file for the rest]\n")
            break
        snippets.append(text)
    return "     …\n".join(snippets)


def _windows(content: bytes, splices: Sequence[Splice]) -> Iterator[tuple[int, int]]:
    first = last = -1
    for splice in inverse(splices):
        start, end = back(content, splice.offset, CONTEXT), forward(content, splice.end, CONTEXT)
        if last >= 0 and start > last:
            yield first, last
            first = start
        elif last < 0:
            first = start
        last = end
    yield first, last


def _reviewed(proposal: Proposal, final: Proposal, review: Review) -> Iterator[str]:
    """What the person said, changed and rejected; line numbers are those of the file as it is now."""
    if review.reason:
        yield f"The person says: {review.reason}"
    decisions = iter(review.hunks)
    number = 0
    for file, hunks in zip(final.files, proposal.file_hunks, strict=True):
        grown = 0
        for hunk in hunks:
            number += 1
            decision = next(decisions)
            after = decided(hunk, decision)
            if after != hunk:
                yield _decision(number, hunk, after, decision, file, grown)
            grown += sum(splice.growth for splice in after.splices())


def _decision(
    number: int, hunk: Hunk, after: Hunk, decision: HunkDecision, file: FileProposal, grown: int
) -> str:
    reason = f": {decision.reason}" if decision.reason else ""
    if file.after is None:
        return f"The person decided against hunk {number}, so {file.shown} is not made{reason}"
    changed = hunk.splices()
    start = changed[0].offset + grown
    end = changed[-1].end + grown + sum(splice.growth for splice in after.splices())
    first, count = line_number(file.after, start), count_lines(file.after[start:end])
    who = "changed" if decision.accepted else "rejected"
    said = f"The person {who} hunk {number} of {file.shown}{reason}"
    lines = f"line {first} is" if count == 1 else f"lines {first}-{first + count - 1} are"
    if not count:
        return f"{said}. Nothing was put after line {first - 1}"
    if not decision.accepted:
        return f"{said}. Now {lines} as before"
    text, _ = numbered(file.after[start:end], first, limit=_LONGEST_SNIPPET)
    return f"{said}. Now {lines}:\n{text}"
