"""A run written for other programs, and for people: one file a way of writing."""
