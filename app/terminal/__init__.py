"""Bytes a child wrote, or text a model sent, to safe styled text."""
