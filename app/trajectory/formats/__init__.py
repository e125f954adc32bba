"""Trajectories of other agents, read as events: one file a format, and one table of them."""
