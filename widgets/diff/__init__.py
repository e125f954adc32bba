"""Diffs on the screen: read them, and decide about them hunk by hunk."""
