"""What happens to commands beyond the start and the end of their calls, as events."""

from __future__ import annotations

from app.execution import shell
from app.trajectory import events


def event_of(news: shell.News) -> events.Event:
    """The event that records it."""
    match news:
        case shell.Restarted(call=call, spool=spool):
            return events.ToolStarted(call, str(spool), terminal=True)
        case shell.InputAwaited(call=call, waits=waits):
            return events.InputAwaited(call, waits)
        case shell.OutputCut(call=call, reason=reason):
            return events.OutputCut(call, reason)
        case shell.JobStarted(job=job):
            return events.JobStarted(job.name, job.call, job.command, str(job.spool))
        case shell.JobKept(job=job):
            return events.JobKept(job.name, job.running.pid)
        case shell.JobEnded(job=job, outcome=outcome):
            return events.JobEnded(
                job.name,
                outcome.exit_code,
                round(outcome.duration, 6),
                outcome.output_bytes,
                round(outcome.cpu_time, 6),
                outcome.peak_memory,
            )
