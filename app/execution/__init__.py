"""Child processes: start, time out, cancel; the spool that keeps their output."""
