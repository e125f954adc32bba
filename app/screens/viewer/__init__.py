"""The screen that shows a run, and what it leads to."""
