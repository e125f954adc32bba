"""Textual widgets that know no engine: they are given plain data."""
